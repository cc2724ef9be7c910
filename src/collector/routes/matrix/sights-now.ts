// What of each gap of a pair is watched and seen now.
import type { PairReview } from '../../../contract/fleet.ts';
import type { PairSights } from '../../../judge/cells.ts';
import type { Collector } from '../../collector.ts';
import type { NodeSight } from '../../nodes.ts';
import { pairSights } from '../../review/pair-sights.ts';
import type { FleetPair } from '../../review/review.ts';

export function sightsNow({ review, nodes, probes }: Collector, { key, standby, primary }: FleetPair, shown: PairReview): PairSights {
  const judged = review.judged(key);
  if (judged !== null) return judged.sights;
  const watched = (sight: NodeSight | null) => (sight === null ? [] : (nodes.watched(sight)?.checks ?? null));
  return pairSights(probes, { standby: watched(standby), primary: watched(primary) }, { ...shown, doubts: [] });
}
