// What a poller has not seen yet: every observation once, over restarts and outages of either side.
import { ChangesSchema } from '../../contract/changes.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { ChangesQuerySchema, changesOf } from '../../watch/changes.ts';
import type { Agent } from '../agent.ts';

export function changesRoute(agent: Agent): Route {
  const changes = changesOf(agent);
  return defineRoute({
    method: 'GET',
    path: '/v1/changes',
    right: 'read',
    summary: 'Every observation since a sequence number, and where the newest ones stand',
    query: ChangesQuerySchema,
    answers: { 200: { describes: 'A page of them', schema: ChangesSchema }, 503: { describes: 'There is no history at present' } },
    handle: ({ query }) => {
      const body = changes(query);
      if (body === null)
        throw new Problem(503, 'The history cannot be read at present; /healthz says why', { headers: { 'retry-after': '30' } });
      return { status: 200, body };
    },
  });
}
