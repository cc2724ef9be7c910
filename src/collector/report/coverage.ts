// How much of a period each gap of a pair was watched, from when its checks looked and saw. Pure.
import type { Stretch } from '../timeline.ts';

/** Equal looks in a row, epoch milliseconds by the collector's clock. */
export interface Looks {
  readonly isSeen: boolean;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A check on one side. */
export interface CheckLooks {
  readonly side: 'standby' | 'primary';
  /** Longer than this without a look, nobody knows. */
  readonly staleAfterMs: number;
  /** Ascending by their beginnings. */
  readonly looks: readonly Looks[];
  /** It was still configured at the end: what came after its last look should have been seen. */
  readonly isStanding: boolean;
  /** Rows from before the first of these are kept no more, so that nobody knows whether there were any. */
  readonly isCut: boolean;
}

export interface Covered {
  readonly watchedMs: number;
  readonly unknownMs: number;
  readonly notConfiguredMs: number;
}

/** All checks of one gap, on both sides; `keptFrom` is from when on anything is kept. The three add up to the stretch. */
export function covered(checks: readonly CheckLooks[], stretch: Stretch, keptFrom: number): Covered {
  const spans = [...checks.flatMap((check) => sightsOf(check, stretch)), ...unkept(stretch, keptFrom)];
  const borders = spans.flatMap(({ from, until, sight }) => [
    { at: from, by: 1, sight },
    { at: until, by: -1, sight },
  ]);
  let [watchedMs, unknownMs, at] = [0, 0, stretch.from];
  const under = { standby: 0, primary: 0, unseen: 0 };
  for (const border of borders.sort((a, b) => a.at - b.at)) {
    // One that is not seen is enough: what it should have seen is not known. And what the primary sees tells nothing of the standby.
    if (under.unseen > 0) unknownMs += border.at - at;
    else if (under.standby > 0) watchedMs += border.at - at;
    else if (under.primary > 0) unknownMs += border.at - at;
    at = border.at;
    under[border.sight] += border.by;
  }
  return { watchedMs, unknownMs, notConfiguredMs: stretch.to - stretch.from - watchedMs - unknownMs };
}

interface Span {
  readonly from: number;
  readonly until: number;
  readonly isSeen: boolean;
}

/** By whom it was seen. */
interface Sighted extends Omit<Span, 'isSeen'> {
  readonly sight: CheckLooks['side'] | 'unseen';
}

const sightsOf = (check: CheckLooks, stretch: Stretch): readonly Sighted[] =>
  spansOf(check, stretch).map(({ isSeen, ...span }) => ({ ...span, sight: isSeen ? check.side : 'unseen' }));

const unkept = ({ from, to }: Stretch, keptFrom: number): readonly Sighted[] =>
  keptFrom <= from ? [] : [{ from, until: Math.min(keptFrom, to), sight: 'unseen' }];

/** Where the check was there, within the stretch, ascending and none over another. */
function spansOf({ looks, staleAfterMs, isStanding, isCut }: CheckLooks, stretch: Stretch): readonly Span[] {
  const [first] = looks;
  if (first === undefined) return isStanding || isCut ? [{ ...bordersOf(stretch), isSeen: false }] : [];
  const spans: Span[] = isCut ? [{ from: stretch.from, until: first.firstAt, isSeen: false }] : [];
  let at = first.firstAt;
  let isSeenBefore = first.isSeen;
  for (const { firstAt, lastAt, isSeen } of looks) {
    // Between two looks that come as they should it was as the first of them saw it.
    if (firstAt > at) spans.push({ from: at, until: firstAt, isSeen: isSeenBefore && firstAt - at <= staleAfterMs });
    if (lastAt > at) spans.push({ from: Math.max(firstAt, at), until: lastAt, isSeen });
    at = Math.max(at, lastAt);
    isSeenBefore = isSeen;
  }
  if (isStanding && stretch.to > at) spans.push({ from: at, until: stretch.to, isSeen: isSeenBefore && stretch.to - at <= staleAfterMs });
  return spans
    .map(({ from, until, isSeen }) => ({ from: Math.max(from, stretch.from), until: Math.min(until, stretch.to), isSeen }))
    .filter(({ from, until }) => from < until);
}

const bordersOf = ({ from, to }: Stretch) => ({ from, until: to });
