// A side's history as rows of a table, newest first: each row of the history, what became other with it, and the times between. Pure.
import type { Observation } from '../../contract/observation.ts';
import type { UnseenReason } from '../../contract/outcome.ts';
import { type FactChanges, factsDiff } from './facts-diff.ts';
import type { LookHistory, LookSpan } from './look-spans.ts';
import { unseenWords } from './look-words.ts';

export interface LookRow {
  readonly span: LookSpan;
  /** Null where nothing is known. */
  readonly observation: Observation | null;
  /** The row before it that saw something; null where none is here. */
  readonly before: Observation | null;
  /** Nothing is kept from before it. */
  readonly isFirst: boolean;
}

export function lookRows(spans: readonly LookSpan[], { rows, isWhole }: Pick<LookHistory, 'rows' | 'isWhole'>): readonly LookRow[] {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const seenBefore = new Map<number, Observation | null>();
  let seen: Observation | null = null;
  for (const row of rows) {
    seenBefore.set(row.seq, seen);
    if (row.outcome.kind !== 'unseen') seen = row;
  }
  return spans
    .map((span) => ({
      span,
      observation: span.seq === null ? null : (bySeq.get(span.seq) ?? null),
      before: span.seq === null ? null : (seenBefore.get(span.seq) ?? null),
      isFirst: isWhole && span.seq === (rows[0]?.seq ?? null),
    }))
    .toReversed();
}

/** What facts became other with this row; null where there is nothing to compare. */
export function changesOf({ observation, before }: LookRow): FactChanges | null {
  if (observation?.outcome.kind !== 'observed' || before?.outcome.kind !== 'observed') return null;
  return factsDiff(before.outcome.facts, observation.outcome.facts);
}

/** The word alone says all of it where the sentence begins with it. */
export function unseenSaid(reason: UnseenReason, detail: string): string {
  const word = unseenWords[reason];
  return detail.toLowerCase().startsWith(word) ? detail : `${word}: ${detail}`;
}

/** One line on what the row says. */
export function saidOf(row: LookRow): string {
  const { observation, before } = row;
  if (observation === null) return '';
  const { outcome } = observation;
  switch (outcome.kind) {
    case 'absent':
      return outcome.detail;
    case 'unseen':
      return unseenSaid(outcome.reason, outcome.detail);
    case 'observed': {
      if (before === null) return row.isFirst ? 'the first that is kept' : 'as it stood before this time';
      return before.outcome.kind === 'absent' ? 'it is there now' : changedSaid(changesOf(row));
    }
  }
}

/** As many as fit on a line. */
const namedMost = 3;

function changedSaid(changed: FactChanges | null): string {
  if (changed === null) return '';
  const { changes, hasMore } = changed;
  if (changes.length === 0) return 'the same as before';
  const names = changes.slice(0, namedMost).map(({ field, before, after }) => {
    if (before === null) return `${field} is new`;
    return after === null ? `${field} is gone` : `${field}: ${cut(before)} → ${cut(after)}`;
  });
  const more = changes.length - names.length;
  return `${names.join('; ')}${more > 0 ? `; and ${more}${hasMore ? ' and more' : ''} others` : ''}`;
}

const shownMost = 40;

const cut = (text: string): string => (text.length > shownMost ? `${text.slice(0, shownMost)}…` : text);
