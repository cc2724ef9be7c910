// What a poller has not seen yet: every observation once, over restarts and outages of either side.
import * as Type from 'typebox/type';
import { ObservationSchema } from '../../contract/observation.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';

const MovedSchema = Type.Object({ check: Type.String(), seq: Type.Integer(), lastAt: Type.Integer(), count: Type.Integer() });

const ChangesBody = Type.Object({
  instanceId: Type.String({ description: 'Another one than last time: the history was begun anew, and so must the cursor be' }),
  nodeId: Type.String(),
  observations: Type.Array(ObservationSchema, { description: 'Ascending by seq; ask again after the last one while hasMore' }),
  current: Type.Array(MovedSchema, { description: 'Where the newest row of each check stands' }),
  ended: Type.Array(MovedSchema, { description: 'Where rows came to rest that the poller last saw moving' }),
  oldestSeq: Type.Integer({ description: 'From here on no row is gone by age or size: after < oldestSeq - 1 has a gap behind it' }),
  newestSeq: Type.Integer(),
  hasMore: Type.Boolean(),
});

const ChangesQuery = Type.Object(
  {
    after: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Sequence number of the last observation that the poller has',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  { additionalProperties: false },
);

export function changesRoute(agent: Agent): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/changes',
    right: 'read',
    summary: 'Every observation since a sequence number',
    query: ChangesQuery,
    answers: { 200: { describes: 'A page of them', schema: ChangesBody }, 503: { describes: 'There is no history at present' } },
    handle: ({ query }) => {
      const page = agent.ledger.ask((store) => ({ instanceId: store.instanceId, ...store.observations.changes(query.after, query.limit) }));
      if (page === null)
        throw new Problem(503, 'The history cannot be read at present; /healthz says why', { headers: { 'retry-after': '30' } });
      return { status: 200, body: { nodeId: agent.node().id, ...page } };
    },
  });
}
