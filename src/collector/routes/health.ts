// Whether the collector lives, and whether it has asked everybody.
import * as Type from 'typebox/type';
import { HealthSchema, healthShown, mayRead } from '../../daemon/health.ts';
import type { Served } from '../../daemon/served.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { health } from '../health.ts';

const ReadySchema = Type.Object({
  isReady: Type.Boolean(),
  waitsFor: Type.Array(Type.String({ description: 'The first of those that were not asked yet; empty without the right to read' })),
});

const shownMax = 20;

export function healthRoutes(collector: Collector, served: Served): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      right: null,
      summary: 'Whether the collector itself works; says nothing about the fleet',
      answers: {
        200: { describes: 'It works, if degraded', schema: HealthSchema },
        503: { describes: 'Its polls stand still', schema: HealthSchema },
      },
      handle: ({ caller }) => {
        const now = health(collector, served);
        return { status: now.state === 'failed' ? 503 : 200, body: healthShown(now, caller) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      right: null,
      summary: 'Whether every node was asked at least once since the start',
      answers: { 200: { describes: 'All of them', schema: ReadySchema }, 503: { describes: 'Not yet', schema: ReadySchema } },
      handle: ({ caller }) => {
        const waitsFor = collector.nodes.all().filter(({ poll }) => poll.at === null);
        const isReady = waitsFor.length === 0;
        const shown = mayRead(caller) ? waitsFor.slice(0, shownMax).map(({ target }) => target.key) : [];
        return { status: isReady ? 200 : 503, body: { isReady, waitsFor: shown } };
      },
    }),
  ];
}
