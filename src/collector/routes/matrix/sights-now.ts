// What of each gap of a pair is watched and seen now.
import type { BlindSpot } from '../../../contract/finding.ts';
import type { Gap } from '../../../contract/gap.ts';
import { type CellsGiven, sightsOf, type Watched } from '../../../judge/cells.ts';
import type { Collector } from '../../collector.ts';
import type { NodeSight } from '../../nodes.ts';
import type { FleetPair } from '../../review/review.ts';

export function sightsNow(
  collector: Collector,
  { group, pair, standby, primary }: FleetPair,
  blindSpots: readonly BlindSpot[],
): Pick<CellsGiven, 'sights' | 'blindAsAWhole'> {
  const watched = (sight: NodeSight | null): readonly Watched[] | null => (sight === null ? [] : watchedBy(collector, sight));
  return sightsOf({ standby: watched(standby), primary: watched(primary), blindSpots, doubts: collector.review.doubts(group, pair) });
}

/** Null for one that was never heard. */
function watchedBy({ nodes, probes }: Collector, sight: NodeSight): readonly Watched[] | null {
  const watched = nodes.watched(sight);
  return watched === null ? null : watched.checks.map(({ check, probe }) => ({ check, gap: gapOf(probes, probe) }));
}

/** Null for a probe of a newer agent. */
export const gapOf = (probes: Collector['probes'], probe: string): Gap | null => probes.get(probe)?.gap ?? null;
