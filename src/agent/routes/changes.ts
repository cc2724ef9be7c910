// What a poller has not seen yet: every observation once, over restarts and outages of either side.
import * as Type from 'typebox/type';
import { ChangesSchema } from '../../contract/changes.ts';
import { packStanding } from '../../formats/standing-rows.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { nodeDescription } from '../description.ts';

const ChangesQuery = Type.Object(
  {
    after: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Sequence number of the last observation that the poller has',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    known: Type.Optional(Type.String({ maxLength: 64, description: 'Revision of the description that the poller has' })),
    named: Type.Optional(Type.String({ maxLength: 64, description: 'Print of the names of readings that the poller has' })),
  },
  { additionalProperties: false },
);

export function changesRoute(agent: Agent): Route {
  const described = nodeDescription(agent);
  return defineRoute({
    method: 'GET',
    path: '/v1/changes',
    right: 'read',
    summary: 'Every observation since a sequence number, and where the newest ones stand',
    query: ChangesQuery,
    answers: { 200: { describes: 'A page of them', schema: ChangesSchema }, 503: { describes: 'There is no history at present' } },
    handle: ({ query }) => {
      const page = agent.ledger.ask((store) => ({ instanceId: store.instanceId, ...store.observations.changes(query.after, query.limit) }));
      if (page === null)
        throw new Problem(503, 'The history cannot be read at present; /healthz says why', { headers: { 'retry-after': '30' } });
      const { description, revision } = described();
      const who = { runId: agent.runId, nodeId: agent.node().id, now: agent.clock.now() };
      const standing = packStanding(page.current, query.named ?? null);
      return { status: 200, body: { ...who, revision, description: query.known === revision ? null : description, ...page, ...standing } };
    },
  });
}
