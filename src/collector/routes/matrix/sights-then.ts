// What of each gap of a pair was watched and seen at a past moment, from the rows of its checks. Only nearly so: today's nodes are asked for
// their past with today's clock offsets and limits, which nobody kept.
import type { Verdict } from '../../../contract/finding.ts';
import { type Gap, gapIds } from '../../../contract/gap.ts';
import type { CellsGiven, GapSight, Watch } from '../../../judge/cells.ts';
import type { RowThen } from '../../../store/fleet/store.ts';
import type { Collector } from '../../collector.ts';
import type { NodeSight } from '../../nodes.ts';
import type { FleetPair } from '../../review/review.ts';
import { gapOf } from './sights-now.ts';

/** Histories of each target, oldest first. */
export type Histories = ReadonlyMap<string, readonly { readonly stream: number; readonly begunAt: number }[]>;

export function historiesOf({ store }: Pick<Collector, 'store'>): Histories {
  return Map.groupBy(store.nodes.histories(), ({ target }) => target);
}

/** `place` null where the pair is in the fleet no more: whose rows were its own is not kept. */
export function sightsThen(
  collector: Collector,
  histories: Histories,
  place: FleetPair | null,
  at: number,
  verdict: Verdict | null,
): Pick<CellsGiven, 'sights' | 'blindAsAWhole'> {
  const rows = (sight: NodeSight | null): readonly Look[] | null => (sight === null ? [] : looksAt(collector, histories, sight, at));
  const standby = place === null ? null : rows(place.standby);
  const primary = place === null ? null : rows(place.primary);
  const sights = gapIds.map((gap) => [gap, sightThen(gap, standby, primary, verdict)] as const);
  return { sights: new Map(sights), blindAsAWhole: verdict === null ? ['Nobody judged at that time'] : [] };
}

/** A row as it stood then. */
interface Look {
  readonly gap: Gap | null;
  /** Why nothing is known of it, in one line; null where it was seen. */
  readonly blind: string | null;
}

function sightThen(gap: Gap, standby: readonly Look[] | null, primary: readonly Look[] | null, verdict: Verdict | null): GapSight {
  const own = (standby ?? []).filter((look) => look.gap === gap);
  const theirs = (primary ?? []).filter((look) => look.gap === gap);
  const watch: Watch = standby === null ? 'not-known' : own.length > 0 ? 'standby' : theirs.length > 0 ? 'primary-only' : 'nobody';
  // A primary that nobody saw for a while is a reference all the same; where the verdict was unknown, it may have been why.
  const blind = [...own, ...(verdict === 'unknown' ? theirs : [])].flatMap((look) => look.blind ?? []);
  return { watch, blind, doubts: [] };
}

/** Null where it was not heard yet. */
function looksAt(collector: Collector, histories: Histories, sight: NodeSight, at: number): readonly Look[] | null {
  const { nodes, store, probes } = collector;
  const own = (histories.get(sight.target.key) ?? []).findLast(({ begunAt }) => begunAt <= at);
  if (own === undefined) return null;
  const watched = nodes.watched(sight);
  const today = watched?.stream === own.stream ? new Map(watched.checks.map((one) => [one.check, one])) : null;
  const shiftMs = nodes.shiftMs(sight);
  return store.observations.standing(own.stream, at + shiftMs).flatMap((row) => {
    const spec = today?.get(row.check);
    const stored = row.lastAt - shiftMs;
    // A row that still moves is written now and then.
    const lastAt = row.isNewest && spec !== undefined ? Math.max(stored, nodes.lastLookAt(sight, row.check) ?? stored) : stored;
    // Its checks of today are known, and this is none of them: it was taken away before.
    if (row.isNewest && today !== null && spec === undefined && lastAt < at) return [];
    return [{ gap: gapOf(probes, row.probe), blind: blindnessOf(row, lastAt, at, spec?.staleAfterMs ?? null) }];
  });
}

/** Longer than between any two looks: of a check that is there no more nobody knows how old its looks might grow. */
const usualStaleMs = 25 * 3_600_000;

function blindnessOf({ check, kind }: RowThen, lastAt: number, at: number, staleAfterMs: number | null): string | null {
  if (kind === 'unseen') return `${check}: it could not be seen then`;
  return at - lastAt > (staleAfterMs ?? usualStaleMs) ? `${check}: the last look was too old then` : null;
}
