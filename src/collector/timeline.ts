// What is known of a stretch of time: which verdict stood for how long, where nobody watched, and what stood at one moment. Pure.
import { type Verdict, verdicts } from '../contract/finding.ts';
import type { Hole } from '../contract/report.ts';
import type { FindingEvent, StandingFinding } from '../contract/standing.ts';
import type { VerdictSpan } from '../store/fleet/store.ts';

/** Epoch milliseconds; `from` before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface TimelineSpan {
  /** `unknown` in a hole. */
  readonly verdict: Verdict;
  readonly from: number;
  readonly until: number;
  /** Null where the verdict was judged. */
  readonly hole: Hole | null;
}

type Told = Pick<VerdictSpan, 'verdict' | 'from' | 'until'>;

/** The whole stretch without a gap, ascending: what was told (given ascending), cut at its borders, and the holes in between. */
export function timeline(told: readonly Told[], { from, to }: Stretch, keptFrom: number): readonly TimelineSpan[] {
  const spans: TimelineSpan[] = [];
  let at = from;
  for (const span of told) {
    const [begun, ended] = [Math.max(span.from, at), Math.min(span.until, to)];
    // What was judged once and never confirmed has no length, and is shown all the same.
    if (span.from >= to || begun > ended || (begun === ended && span.from < span.until)) continue;
    spans.push(...holesIn(at, begun, keptFrom), { verdict: span.verdict, from: begun, until: ended, hole: null });
    at = ended;
  }
  return [...spans, ...holesIn(at, to, keptFrom)];
}

function holesIn(from: number, until: number, keptFrom: number): readonly TimelineSpan[] {
  const border = Math.min(Math.max(keptFrom, from), until);
  const hole = (kind: Hole, begun: number, ended: number): readonly TimelineSpan[] =>
    begun < ended ? [{ verdict: 'unknown', from: begun, until: ended, hole: kind }] : [];
  return [...hole('not-kept', from, border), ...hole('nobody-watched', border, until)];
}

/** A verdict that stands now, since a judgement that may be some minutes old turns only at a time that is known, stood until now. */
export function heldUntilNow(told: readonly Told[], held: Verdict | null, now: number, gapMs: number): readonly Told[] {
  const last = told.at(-1);
  if (last === undefined || last.verdict !== held || last.until >= now || now - last.until > gapMs) return told;
  return [...told.slice(0, -1), { ...last, until: now }];
}

/** What was told of that moment; null in a hole. Where one span ends and the next begins, it is the next one's. */
export const toldAt = (told: readonly Told[], at: number): Told | null => told.findLast((one) => one.from <= at && at <= one.until) ?? null;

export interface Share {
  readonly ms: number;
  /** Of the whole stretch, from 0 to 1. */
  readonly share: number;
}

/** Of the time in each verdict; what is a hole counts as unknown. */
export function sharesOf(spans: readonly TimelineSpan[], { from, to }: Stretch): Readonly<Record<Verdict, Share>> {
  const of = (verdict: Verdict): Share => {
    const ms = sumOfMs(spans.filter((span) => span.verdict === verdict));
    return { ms, share: ms / (to - from) };
  };
  return Object.fromEntries(verdicts.map((verdict) => [verdict, of(verdict)])) as Record<Verdict, Share>;
}

export const sumOfMs = (spans: readonly Pick<TimelineSpan, 'from' | 'until'>[]): number =>
  spans.reduce((sum, span) => sum + span.until - span.from, 0);

/** A finding that was open at a moment. */
export interface OpenThen {
  readonly pair: string;
  readonly finding: StandingFinding;
  /** The event that told its particulars of then is kept no more: they are those of a later time. */
  readonly isOfLater: boolean;
}

export interface OpenAt {
  /** Ascending by time, from the beginning to now. */
  take(events: readonly FindingEvent[]): void;
  /** `standing` are those that are open now: of what was opened before the oldest event that is kept, nothing else may tell. */
  open(standing: readonly { readonly pair: string; readonly finding: StandingFinding }[]): readonly OpenThen[];
}

/** Makes out of what became of findings which of them were open at a moment. */
export function createOpenAt(at: number): OpenAt {
  const before = new Map<string, FindingEvent>();
  const after = new Map<string, FindingEvent>();
  return {
    take: (events) => {
      for (const event of events) {
        const key = keyOf(event.pair, event.finding);
        if (event.at <= at) before.set(key, event);
        else if (!before.has(key) && !after.has(key)) after.set(key, event);
      }
    },
    open: (standing) => [
      ...[...before.values()].filter(({ kind }) => !isEnd(kind)).map((event) => openThen(event, at)),
      ...[...after.values()].filter(({ finding }) => wasOpen(finding, at)).map((event) => openThen(asBefore(event), at)),
      ...standing
        .filter(({ pair, finding }) => !before.has(keyOf(pair, finding)) && !after.has(keyOf(pair, finding)) && wasOpen(finding, at))
        .map((one) => openThen(one, at)),
    ],
  };
}

const keyOf = (pair: string, { id }: Pick<StandingFinding, 'id'>): string => `${pair}\n${id}`;

const isEnd = (kind: FindingEvent['kind']): boolean => kind === 'resolved' || kind === 'unwatched';

/** Each life of a finding has its own `openedAt`. */
const wasOpen = ({ openedAt }: StandingFinding, at: number): boolean => openedAt !== null && openedAt <= at;

const openThen = ({ pair, finding }: { readonly pair: string; readonly finding: StandingFinding }, at: number): OpenThen => ({
  pair,
  finding,
  isOfLater: finding.changedAt > at,
});

/** Before it was resolved it was open, and before it was waived it was not. */
function asBefore({ kind, pair, finding }: FindingEvent): { readonly pair: string; readonly finding: StandingFinding } {
  const open = isEnd(kind) ? { ...finding, state: 'open' as const, resolvedAt: null } : finding;
  return { pair, finding: kind === 'waived' ? { ...open, waiver: null } : open };
}
