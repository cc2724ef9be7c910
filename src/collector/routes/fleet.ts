// The fleet as it is judged now: all of it in light lines, a group or a pair in full.
import * as Type from 'typebox/type';
import { type GroupReview, GroupReviewSchema, type PairReview, PairReviewSchema } from '../../contract/fleet.ts';
import { type FleetLines, FleetLinesSchema, type GroupLine, type PairLine } from '../../contract/fleet-lines.ts';
import { countsOf, sumOfCounts, verdictsOverGroups, worstOfGroups } from '../../judge/verdict.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { inventoryProblems } from '../health.ts';
import { groupKnown, pairKnown } from './known.ts';
import { GroupName, PairName, strict } from './schemas.ts';
import { sideLine } from './side-line.ts';
import type { Overview } from './slices.ts';

/** More of them are one mistake; /v1/nodes lists them all. */
const unassignedMax = 100;

export function fleetRoutes(collector: Collector, overview: Overview): readonly Route[] {
  const { review, clock } = collector;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/fleet',
      right: 'read',
      summary: 'Whether each group could take over now, pair by pair',
      answers: { 200: { describes: 'The fleet', schema: FleetLinesSchema } },
      handle: async () => {
        const groups = await overview();
        const unassigned = review.unassigned();
        return {
          status: 200,
          body: {
            at: clock.now(),
            verdict: worstOfGroups(groups.map(({ verdict }) => verdict)),
            counts: sumOfCounts(groups.map(({ counts }) => counts)),
            groups: groups.toSorted(worstFirst).map(groupLine),
            unassigned: { count: unassigned.length, nodes: unassigned.slice(0, unassignedMax) },
            problems: inventoryProblems(collector),
          } satisfies FleetLines,
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/groups/{group}',
      right: 'read',
      summary: 'A group in full: its pairs with their findings and what cannot be judged',
      params: Type.Object({ group: GroupName }, strict),
      answers: { 200: { describes: 'The group', schema: GroupReviewSchema }, 404: { describes: 'There is no such group' } },
      handle: ({ params }) => ({ status: 200, body: groupKnown(collector, params.group) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/pairs/{group}/{pair}',
      right: 'read',
      summary: 'A standby beside its primary, judged',
      params: Type.Object({ group: GroupName, pair: PairName }, strict),
      answers: { 200: { describes: 'The pair', schema: PairReviewSchema }, 404: { describes: 'There is no such group or pair' } },
      handle: ({ params }) => ({ status: 200, body: pairKnown(collector, params.group, params.pair) }),
    }),
  ];
}

const worstFirst = (a: GroupReview, b: GroupReview): number =>
  verdictsOverGroups.indexOf(a.verdict) - verdictsOverGroups.indexOf(b.verdict) || (a.group < b.group ? -1 : 1);

const groupLine = (group: GroupReview): GroupLine => ({ ...group, pairs: group.pairs.map(pairLine) });

function pairLine({ group: _, findings, blindSpots, lawful: __, standby, primary, ...pair }: PairReview): PairLine {
  return { ...pair, standby: sideLine(standby), primary: sideLine(primary), counts: countsOf(findings, blindSpots) };
}
