// What changed on either side of a pair that opened a finding.
import * as Type from 'typebox/type';
import { CauseSchema, type Turned } from '../../contract/comparison.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { causesOf } from '../cause.ts';
import type { Collector } from '../collector.ts';
import { pairKnown } from './known.ts';
import { GroupName, PairName, strict } from './schemas.ts';
import { pairStanding } from './sides.ts';
import { inSlices } from './slices.ts';

const CauseQuery = Type.Object(
  {
    group: GroupName,
    pair: PairName,
    finding: Type.String({ minLength: 1, maxLength: 64, description: 'Id of a finding that is not resolved' }),
  },
  strict,
);

export function causeRoute(collector: Collector): Route {
  const { nodes, probes, clock } = collector;
  return defineRoute({
    method: 'GET',
    path: '/v1/findings/cause',
    right: 'read',
    summary: 'What changed on the primary, or on the standby, that opened a finding',
    query: CauseQuery,
    answers: {
      200: { describes: 'The change; none where what is kept does not tell it', schema: CauseSchema },
      404: { describes: 'There is no such group, pair or finding' },
    },
    handle: async ({ query: { group, pair, finding: id } }) => {
      const finding = pairKnown(collector, group, pair).findings.find((one) => one.id === id);
      if (finding === undefined)
        throw new Problem(
          404,
          `This pair has no finding ${JSON.stringify(id)} at present; it may have been resolved: /v1/findings lists what there is`,
        );
      const standing = pairStanding(collector, group, pair);
      // Each step reads a look or judges.
      const rest = inSlices(clock.monotonicMs).next;
      const changes = await causesOf({ nodes, probes, standing, finding, rest });
      const isOver = changes.some((change) => isOfEarlierLife(collector, { group, pair }, finding, change));
      return { status: 200, body: { at: clock.now(), finding: id, since: finding.since, changes: isOver ? [] : changes } };
    },
  });
}

/** Of one pair in the time between: more than these is a pair of which nothing can be said any more. */
const eventsMax = 2_000;

/** The finding was resolved after the change, so that something else brought it back: a setting, a lawful difference, time. */
function isOfEarlierLife(
  { store }: Collector,
  pair: { readonly group: string; readonly pair: string },
  { id, since }: StandingFinding,
  { at }: Turned,
): boolean {
  const events = store.findings.events({ ...pair, from: at, to: since, limit: eventsMax });
  return (
    events.length === eventsMax || events.some(({ kind, finding }) => finding.id === id && (kind === 'resolved' || kind === 'unwatched'))
  );
}
