// What became of findings, the newest first.
import { useSignal } from '@preact/signals';
import type { FindingEventKind } from '../../contract/standing.ts';
import type { PastEvent } from '../api/past.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { href } from '../shell/routes.ts';

interface EventTableProps {
  readonly group: string;
  /** Null for now. */
  readonly moment: number | null;
  /** Oldest first. */
  readonly events: readonly PastEvent[];
  /** There are more than are given. */
  readonly hasMore: boolean;
}

const kindWords = {
  opened: 'Opened',
  changed: 'Changed',
  resolved: 'Resolved',
  reopened: 'Came back',
  unwatched: 'Not watched any more',
  waived: 'Waived',
  'waiver-ended': 'Waiver ended',
} as const satisfies Record<FindingEventKind, string>;

/** As many as are read before somebody wants all. */
const firstMax = 12;

export function EventTable({ group, moment, events, hasMore }: EventTableProps) {
  const isWhole = useSignal(false);
  if (events.length === 0) return <Empty title="No finding was opened or resolved in this time" />;
  const newestFirst = events.toReversed();
  const shown = isWhole.value ? newestFirst : newestFirst.slice(0, firstMax);
  return (
    <>
      <Table caption="What became of findings, newest first" class="group-events">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Pair</th>
            <th scope="col">Finding</th>
            <th scope="col">Severity</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ kind, at, pair, finding, detail }) => (
            <tr key={`${at} ${kind} ${pair} ${finding.id}`}>
              <td>
                <Time at={at} as="absolute" />
              </td>
              <td>{kindWords[kind]}</td>
              <td>
                <a href={href.pair(group, pair, { at: moment })}>{pair}</a>
              </td>
              <td class="group-finding">
                {finding.title}: <span class="mono">{finding.subject}</span>
                {detail !== '' && <div class="quiet">{detail}</div>}
              </td>
              <td>{finding.severity}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {newestFirst.length > firstMax && !isWhole.value && (
        <p>
          <Button
            onClick={() => {
              isWhole.value = true;
            }}
          >
            Show all {newestFirst.length}
          </Button>
        </p>
      )}
      {hasMore && <p class="quiet">There were more than these: the report of a shorter period lists them all.</p>}
    </>
  );
}
