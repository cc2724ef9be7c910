// Whether the agent lives, and whether it has looked at everything that it must.
import * as Type from 'typebox/type';
import { HealthSchema, healthShown, mayRead } from '../../daemon/health.ts';
import type { Served } from '../../daemon/served.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { health } from '../health.ts';

const ReadySchema = Type.Object({
  isReady: Type.Boolean(),
  waitsFor: Type.Array(Type.String({ description: 'Required checks that were never looked at; empty without the right to read' })),
});

export function healthRoutes(agent: Agent, served: Served): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      right: null,
      summary: 'Whether the agent itself works; says nothing about the machine',
      answers: {
        200: { describes: 'It works, if degraded', schema: HealthSchema },
        503: { describes: 'Its schedule stands still', schema: HealthSchema },
      },
      handle: ({ caller }) => {
        const now = health(agent, served);
        return { status: now.state === 'failed' ? 503 : 200, body: healthShown(now, caller) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      right: null,
      summary: 'Whether every required check has been looked at at least once',
      answers: { 200: { describes: 'All of them', schema: ReadySchema }, 503: { describes: 'Not yet', schema: ReadySchema } },
      handle: ({ caller }) => {
        const { checks } = agent.config();
        const waitsFor = checks.filter(({ id, isRequired }) => isRequired && agent.ledger.sight(id) === null).map(({ id }) => id);
        return {
          status: waitsFor.length === 0 ? 200 : 503,
          body: { isReady: waitsFor.length === 0, waitsFor: mayRead(caller) ? waitsFor : [] },
        };
      },
    }),
  ];
}
