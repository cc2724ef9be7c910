// Whether the agent lives, and whether it has looked at everything that it must.
import * as Type from 'typebox/type';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { HealthSchema, health } from '../health.ts';
import type { Served } from '../served.ts';

const ReadySchema = Type.Object({
  isReady: Type.Boolean(),
  waitsFor: Type.Array(Type.String({ description: 'Required checks that were never looked at' })),
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
      handle: () => {
        const body = health(agent, served);
        return { status: body.state === 'failed' ? 503 : 200, body };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      right: null,
      summary: 'Whether every required check has been looked at at least once',
      answers: { 200: { describes: 'All of them', schema: ReadySchema }, 503: { describes: 'Not yet', schema: ReadySchema } },
      handle: () => {
        const { checks } = agent.config();
        const waitsFor = checks.filter(({ id, isRequired }) => isRequired && agent.ledger.sight(id) === null).map(({ id }) => id);
        return { status: waitsFor.length === 0 ? 200 : 503, body: { isReady: waitsFor.length === 0, waitsFor } };
      },
    }),
  ];
}
