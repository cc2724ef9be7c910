// Asks for one side's history of a check as far back as a view shows, within bounds.
import { useEffect, useState } from 'preact/hooks';
import { type AskFailed, addressOf, ask } from '../api/ask.ts';
import { type Resource, useResource } from '../api/resource.ts';
import { type HistoryPage, joinedHistory, type OlderPages } from './history-pages.ts';
import type { LookHistory } from './look-spans.ts';
import { turned } from './look-spans.ts';

export type Side = 'standby' | 'primary';

export interface CheckNamed {
  readonly group: string;
  readonly pair: string;
  readonly check: string;
}

export interface SideHistory {
  readonly newest: Resource<HistoryPage>;
  /** Null until something is known. By the collector's clock, without what stands how long. */
  readonly known: Omit<LookHistory, 'staleAfterMs'> | null;
  /** Why older rows are not here. */
  readonly olderError: AskFailed | null;
  readonly isAsking: boolean;
}

/** Facts of a row may be some ten kilobytes. */
const pageLength = 50;
/** A check that flaps at every look fills them within a day; what is older is then said not to be loaded. */
const rowsMax = 1_000;
/** A row's end moves without any change being told. */
const everyMs = 30_000;

export function useHistory({ group, pair, check }: CheckNamed, side: Side, from: number): SideHistory {
  const address = (more: { readonly before?: number } = {}): string =>
    addressOf('v1/checks/history', { group, pair, side, check, limit: pageLength, ...more });
  const newest = useResource<HistoryPage>(address(), { group, everyMs });
  const [older, setOlder] = useState<OlderPages | null>(null);
  const [olderError, setOlderError] = useState<AskFailed | null>(null);
  const page = newest.state === 'shown' ? newest.value : null;
  const joined = page === null ? null : joinedHistory(page, older);
  const aheadMs = page?.clockOffsetMs ?? 0;
  const rows = joined?.rows.map((row) => turned(row, aheadMs)) ?? [];
  const oldestAt = rows[0]?.firstAt ?? Number.NEGATIVE_INFINITY;
  const before = joined !== null && oldestAt > from && rows.length < rowsMax ? joined.nextBefore : null;

  useEffect(() => {
    if (before === null || olderError !== null) return;
    const ending = new AbortController();
    ask<HistoryPage>(address({ before }), ending.signal).then(
      ({ target, observations, nextBefore }) => {
        if (ending.signal.aborted) return;
        const rowsBefore = joined!.rows.toReversed();
        setOlder({ target, rows: [...rowsBefore, ...observations], nextBefore });
      },
      (error: AskFailed) => !ending.signal.aborted && setOlderError(error),
    );
    return () => ending.abort();
    // What is asked for next is told by `before`, of this address.
  }, [before, olderError, address()]);

  const known = joined === null ? null : { rows, isWhole: joined.nextBefore === null };
  return { newest, known, olderError, isAsking: before !== null && olderError === null };
}
