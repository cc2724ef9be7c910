// A check's history as spans of time without a gap: what was seen, what was not, and where no look is known of. Pure.
import type { Observation } from '../../contract/observation.ts';

/**
 * `missed`: no look was taken, and whoever watches says so. `none-known`: nobody says anything of this time. `not-loaded`: older than what
 * this page has asked for.
 */
export type LookKind = 'observed' | 'absent' | 'unseen' | 'missed' | 'none-known' | 'not-loaded';

/** Times in epoch milliseconds by the collector's clock; `until` may be `from`, where one look was taken and none after it in time. */
export interface LookSpan {
  readonly kind: LookKind;
  readonly from: number;
  readonly until: number;
  /** Of the row that it shows; null where there is none. */
  readonly seq: number | null;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is known of one side, rows ascending. */
export interface LookHistory {
  readonly rows: readonly Observation[];
  /** A look stands for so long after it was taken. */
  readonly staleAfterMs: number;
  /** Whether rows before the first of these were asked for and there are none. */
  readonly isWhole: boolean;
}

/** The whole range, ascending: each span begins where the one before it ends. */
export function lookSpans({ rows, staleAfterMs, isWhole }: LookHistory, { from, to }: Range): readonly LookSpan[] {
  const first = rows[0];
  const before: LookSpan = { kind: isWhole ? 'none-known' : 'not-loaded', from, until: first?.firstAt ?? to, seq: null };
  const spans = [before, ...rows.flatMap((row, index) => spansFrom(row, Math.min(rows[index + 1]?.firstAt ?? to, to), staleAfterMs))];
  return spans.flatMap((span) => within(span, { from, to }));
}

/** A row's own span, and what is not known between it and the next one. */
function spansFrom(row: Observation, nextAt: number, staleAfterMs: number): readonly LookSpan[] {
  const kind = kindOf(row);
  const lastAt = Math.max(row.lastAt, row.firstAt);
  const own = (until: number): LookSpan => ({ kind, from: row.firstAt, until, seq: row.seq });
  if (nextAt - lastAt <= staleAfterMs) return [own(Math.max(nextAt, row.firstAt))];
  return [own(lastAt), { kind: 'none-known', from: lastAt, until: nextAt, seq: null }];
}

function within(span: LookSpan, { from, to }: Range): readonly LookSpan[] {
  const cut = { ...span, from: Math.max(span.from, from), until: Math.min(span.until, to) };
  const isMoment = span.from === span.until && span.seq !== null;
  return cut.from < cut.until || (isMoment && cut.from === cut.until) ? [cut] : [];
}

export function kindOf({ outcome }: Pick<Observation, 'outcome'>): Exclude<LookKind, 'none-known' | 'not-loaded'> {
  switch (outcome.kind) {
    case 'observed':
    case 'absent':
      return outcome.kind;
    case 'unseen':
      return outcome.reason === 'missed' ? 'missed' : 'unseen';
  }
}

/** The same row by another clock: `aheadMs` is what the node's is ahead. */
export const turned = (row: Observation, aheadMs: number): Observation => ({
  ...row,
  firstAt: row.firstAt - aheadMs,
  lastAt: row.lastAt - aheadMs,
});

/** Least known first: what is too short to be drawn by itself takes its neighbours with it, and is never drawn better than it was. */
const leastKnown: readonly LookKind[] = ['not-loaded', 'none-known', 'missed', 'unseen', 'absent', 'observed'];

/** At most some `most` spans and a few: neighbours shorter than that share of the range become one. */
export function drawable(spans: readonly LookSpan[], { from, to }: Range, most: number): readonly LookSpan[] {
  const shortMs = (to - from) / most;
  const drawn: LookSpan[] = [];
  for (const span of spans) {
    const last = drawn.at(-1);
    const isShort = span.until - span.from < shortMs;
    if (last !== undefined && isShort && span.until - last.from < shortMs) drawn[drawn.length - 1] = joined(last, span);
    else drawn.push(span);
  }
  return drawn;
}

function joined(one: LookSpan, other: LookSpan): LookSpan {
  const worse = leastKnown.indexOf(other.kind) < leastKnown.indexOf(one.kind) ? other : one;
  return { ...worse, from: one.from, until: other.until };
}

/** When facts became others: the first look of each row that saw something, where the sight before it saw something else. */
export const turns = (rows: readonly Observation[], { from, to }: Range): readonly Observation[] => {
  const seen = rows.filter((row) => row.outcome.kind !== 'unseen');
  return seen.filter((row, index) => index > 0 && row.firstAt >= from && row.firstAt <= to && sightOf(row) !== sightOf(seen[index - 1]!));
};

const sightOf = ({ outcome }: Observation): string => JSON.stringify(outcome.kind === 'observed' ? outcome.facts : outcome.kind);
