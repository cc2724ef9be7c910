// The fleet as it is known now, gap by gap.
import type { GroupReview, PairReview } from '../../../contract/fleet.ts';
import type { GroupRows, Matrix, PairRow } from '../../../contract/matrix.ts';
import { cellsOf } from '../../../judge/cells.ts';
import { countsOf, worstOfGroups } from '../../../judge/verdict.ts';
import type { Collector } from '../../collector.ts';
import { inventoryProblems } from '../../health.ts';
import type { FleetPair } from '../../review/review.ts';
import { sideLine } from '../side-line.ts';
import { inSlices, type Overview } from '../slices.ts';
import { groupsWorstFirst } from './order.ts';
import type { Shares } from './shares.ts';
import { sightsNow } from './sights-now.ts';

/** All of a matrix but when it was answered. */
export type Timeless = Omit<Matrix, 'at' | 'keptFrom'>;

export async function matrixNow(collector: Collector, overview: Overview, shares: Shares): Promise<Timeless> {
  const slices = inSlices(collector.clock.monotonicMs);
  const groups: GroupRows[] = [];
  for (const group of await overview()) {
    const pairs: PairRow[] = [];
    const places = new Map(collector.review.standing(group.group).map((one) => [one.pair, one]));
    for (const pair of group.pairs) {
      const place = places.get(pair.pair);
      // It may have gone meanwhile.
      if (place !== undefined) pairs.push(pairRow(collector, pair, place));
      await slices.next();
    }
    groups.push(groupRows(collector, group, pairs, shares));
  }
  return {
    moment: null,
    verdict: worstOfGroups(groups.flatMap(({ verdict }) => verdict ?? [])),
    groups: groupsWorstFirst(groups),
    unassigned: collector.review.unassigned().length,
    problems: inventoryProblems(collector),
  };
}

function groupRows({ forecasts }: Collector, review: GroupReview, pairs: PairRow[], shares: Shares): GroupRows {
  const { group, verdict, since, asOf, counts } = review;
  return { group, verdict, since, asOf, counts, shares: shares.now(group, verdict), forecast: forecasts.group(group), pairs };
}

function pairRow(collector: Collector, review: PairReview, place: FleetPair): PairRow {
  const { pair, verdict, since, asOf, standby, primary, findings, blindSpots } = review;
  const { unshown, ...sights } = sightsNow(collector, place, review);
  return {
    pair,
    verdict,
    since,
    asOf,
    blind: unshown,
    standby: sideLine(standby),
    primary: sideLine(primary),
    counts: countsOf(findings, blindSpots),
    cells: cellsOf({ findings, ...sights }),
  };
}
