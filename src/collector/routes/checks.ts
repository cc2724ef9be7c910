// How what a check saw on one side of a pair has changed, from the collector's own history: also while the node is silent.
import * as Type from 'typebox/type';
import { ObservationSchema } from '../../contract/observation.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { overlaid } from '../snapshot.ts';
import { demandCheck } from './known.ts';
import { AtSchema, CheckName, GroupName, Limit, nullable, PairName, strict } from './schemas.ts';
import { SideSchema, standingAt } from './sides.ts';

const HistoryQuery = Type.Object(
  {
    group: GroupName,
    pair: PairName,
    side: SideSchema,
    check: CheckName,
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Older than this sequence number' })),
    limit: Limit(500, 50),
  },
  strict,
);

const HistoryBody = Type.Object({
  at: AtSchema,
  target: Type.String(),
  clockOffsetMs: nullable(Type.Integer({ description: 'What the node’s clock is ahead of the collector’s: times below are the node’s' })),
  observations: Type.Array(ObservationSchema, { description: 'Newest first' }),
  nextBefore: nullable(Type.Integer({ description: 'Ask again before this one; null at the end' })),
});

export function checkHistoryRoute(collector: Collector): Route {
  const { nodes, store, clock } = collector;
  return defineRoute({
    method: 'GET',
    path: '/v1/checks/history',
    right: 'read',
    summary: 'How what a check saw on one side of a pair has changed',
    query: HistoryQuery,
    answers: {
      200: { describes: 'A page of it', schema: HistoryBody },
      404: { describes: 'There is no such group, pair or check' },
      409: { describes: 'Nobody stands on that side, or it was never heard' },
    },
    handle: ({ query: { group, pair, side, check, ...page } }) => {
      const sight = standingAt(collector, group, pair, side);
      const { stream, description, standing } = nodes.kept(sight);
      if (stream === null) throw new Problem(409, `The ${side} of this pair, ${sight.target.key}, has never answered`);
      const stands = standing.find((row) => row.check === check);
      const observations = store.observations.history(stream, check, page).map((row) => overlaid(row, stands));
      if (observations.length === 0) {
        const checks = (description?.checks ?? []).map((one) => one.check);
        demandCheck(check, checks, `/v1/nodes/${encodeURIComponent(sight.target.key)}`);
      }
      const nextBefore = observations.length === page.limit ? observations.at(-1)!.seq : null;
      const { clockOffsetMs } = nodes.view(sight);
      return { status: 200, body: { at: clock.now(), target: sight.target.key, clockOffsetMs, observations, nextBefore } };
    },
  });
}
