// How much of the last weeks a group was ready, as it is shown beside its verdict: worked out anew once a minute, not at each asking.
import type { Verdict } from '../../../contract/finding.ts';
import type { StretchShare } from '../../../contract/matrix.ts';
import type { Collector } from '../../collector.ts';
import { verdictGapMs } from '../../review/judging.ts';
import { heldUntilNow, sharesOf, sumOfMs, timeline } from '../../timeline.ts';

export interface Shares {
  /** Until now; `verdict` is what stands. */
  now(group: string, verdict: Verdict): StretchShare[];
  /** Until a past moment. */
  until(group: string, at: number): StretchShare[];
}

const stretchDays = [30, 90] as const;
const dayMs = 24 * 3_600_000;
/** A minute of thirty days shows in no figure that anybody reads. */
const keptMs = 60_000;

export function createShares(collector: Collector): Shares {
  const { clock, store } = collector;
  const kept = new Map<string, { readonly verdict: Verdict; readonly atMs: number; readonly shares: StretchShare[] }>();
  const shares = (group: string, to: number, held: Verdict | null): StretchShare[] => {
    const now = clock.now();
    const longest = to - Math.max(...stretchDays) * dayMs;
    const spans = store.verdicts.spans({ group, pair: null }, longest - verdictGapMs, to);
    const told = heldUntilNow(spans, held, to, verdictGapMs);
    const keptFrom = now - collector.config().store.keepMs;
    return stretchDays.map((days) => {
      const stretch = { from: to - days * dayMs, to };
      const line = timeline(told, stretch, keptFrom);
      const unwatched = line.filter(({ hole }) => hole !== null);
      return { days, ofMs: to - stretch.from, readyMs: sharesOf(line, stretch).ready.ms, unwatchedMs: sumOfMs(unwatched) };
    });
  };
  const tidy = (): void => {
    const groups = new Set(collector.review.groupNames());
    for (const group of kept.keys()) if (!groups.has(group)) kept.delete(group);
  };
  return {
    now: (group, verdict) => {
      const known = kept.get(group);
      const atMs = clock.monotonicMs();
      if (known !== undefined && known.verdict === verdict && atMs - known.atMs < keptMs) return known.shares;
      if (known === undefined) tidy();
      const made = shares(group, clock.now(), verdict);
      kept.set(group, { verdict, atMs, shares: made });
      return made;
    },
    until: (group, at) => shares(group, at, null),
  };
}
