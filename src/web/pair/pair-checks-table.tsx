// The checks of a pair: what the newest look said on either side, and on request both sides' facts beside each other.
import type { Gap } from '../../contract/gap.ts';
import { gaps } from '../../contract/gap.ts';
import type { PairCheck, PairChecks } from '../../contract/pair-checks.ts';
import type { Resource } from '../api/resource.ts';
import { listed } from '../format/counts.ts';
import { Empty } from '../parts/empty.tsx';
import { Showing } from '../parts/showing.tsx';
import { StateWord } from '../parts/state-word.tsx';
import { CheckRow } from './check-row.tsx';
import { gapOf, unwatchedGaps } from './gap-filter.ts';
import './checks.css';

export interface PairChecksTableProps {
  readonly group: string;
  readonly pair: string;
  readonly checks: Resource<PairChecks>;
  /** Of the page's address. */
  readonly gap: string | null;
}

export function PairChecksTable({ group, pair, checks, gap }: PairChecksTableProps) {
  const wanted = gapOf(gap ?? undefined);
  return (
    <section class="checks">
      <h2 class="findings-title">
        Checks <small>what the newest look of each side said</small>
      </h2>
      <Showing of={checks} what="the checks" lines={8}>
        {({ checks: all }) => (
          <Rows
            group={group}
            pair={pair}
            checks={all.filter((one) => wanted === null || one.gap === wanted)}
            unwatched={unwatchedOf(all, wanted)}
          />
        )}
      </Showing>
    </section>
  );
}

const unwatchedOf = (all: readonly PairCheck[], wanted: Gap | null): readonly Gap[] =>
  unwatchedGaps(all).filter((gap) => wanted === null || gap === wanted);

interface RowsProps {
  readonly group: string;
  readonly pair: string;
  readonly checks: readonly PairCheck[];
  readonly unwatched: readonly Gap[];
}

function Rows({ group, pair, checks, unwatched }: RowsProps) {
  return (
    <>
      {checks.length === 0 ? (
        <Empty title="No check looks at this">Nothing is said of it, good or bad.</Empty>
      ) : (
        <>
          <p class="check-heads" aria-hidden="true">
            <span>Check</span>
            <span>Standby</span>
            <span>Primary</span>
          </p>
          <ul class="check-rows">
            {checks.map((check) => (
              <CheckRow key={check.check} group={group} pair={pair} check={check} />
            ))}
          </ul>
        </>
      )}
      {unwatched.length > 0 && checks.length > 0 && (
        <p class="checks-unwatched">
          <StateWord state="not-watched" word="Not watched" />, so that nothing is said of it:{' '}
          {listed(
            unwatched.map((gap) => gaps[gap]),
            20,
          )}
          .
        </p>
      )}
    </>
  );
}
