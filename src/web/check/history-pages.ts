// Pages of a check's history as one: the newest is asked for again and again, older ones once. Pure.
import type { Observation } from '../../contract/observation.ts';

/** As `/v1/checks/history` answers. */
export interface HistoryPage {
  readonly at: number;
  readonly target: string;
  readonly clockOffsetMs: number | null;
  /** Newest first. */
  readonly observations: readonly Observation[];
  /** Ask again before this one; null at the end. */
  readonly nextBefore: number | null;
}

/** Pages that came after the newest one, in the order in which they were asked for. */
export interface OlderPages {
  readonly target: string;
  /** Newest first. */
  readonly rows: readonly Observation[];
  readonly nextBefore: number | null;
}

export interface JoinedHistory {
  /** Ascending, by the clock of the node. */
  readonly rows: readonly Observation[];
  /** What to ask for next; null where this is all that is kept. */
  readonly nextBefore: number | null;
}

/**
 * Older pages hold as long as the newest one reaches them: what a node that was installed anew tells, and what came in bulk meanwhile, leaves
 * them behind.
 */
export function joinedHistory(newest: HistoryPage, older: OlderPages | null): JoinedHistory {
  const { observations, nextBefore } = newest;
  if (older === null || !reaches(newest, older)) return { rows: observations.toReversed(), nextBefore };
  const oldest = observations.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { rows: [...observations, ...older.rows.filter(({ seq }) => seq < oldest)].toReversed(), nextBefore: older.nextBefore };
}

function reaches({ target, observations, nextBefore }: HistoryPage, older: OlderPages): boolean {
  const [first, last] = [observations[0], observations.at(-1)];
  const newestOlder = older.rows[0];
  if (target !== older.target || nextBefore === null || first === undefined || last === undefined || newestOlder === undefined)
    return false;
  return first.seq >= newestOlder.seq && last.seq <= newestOlder.seq + 1;
}
