// One side's history in words, newest first: what the strip shows, for keyboard and screen reader; a row opens where it stands.
import { useMemo, useState } from 'preact/hooks';
import { counted, thousands } from '../format/counts.ts';
import { duration } from '../format/durations.ts';
import { shownText } from '../format/shown-text.ts';
import { absoluteWithSeconds, clockTime, dayOf, machineTime } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { LookDetail } from './look-detail.tsx';
import { LookGlyph } from './look-glyph.tsx';
import { type LookRow, saidOf } from './look-rows.ts';
import { lookWords } from './look-words.ts';
import './look-table.css';

interface LookTableProps {
  /** What it lists. */
  readonly caption: string;
  readonly rows: readonly LookRow[];
  /** Of the row that is open; null for none. */
  readonly open: number | null;
  readonly onOpen: (seq: number | null) => void;
}

/** More than a person reads at once; every further row is compared with the one before it. */
const rowsMost = 50;

export function LookTable({ caption, rows, open, onOpen }: LookTableProps) {
  const [most, setMost] = useState(rowsMost);
  const openAt = rows.findIndex(({ span }) => span.seq !== null && span.seq === open);
  const shown = Math.max(most, openAt + 1);
  const hidden = rows.length - shown;
  return (
    <>
      <table class="look-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">For</th>
            <th scope="col">Looks</th>
            <th scope="col">Came to</th>
            <th scope="col">Which says</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => (
            <Row
              key={`${row.span.from} ${row.span.kind}`}
              row={row}
              isOpen={row.span.seq !== null && row.span.seq === open}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
      {hidden > 0 && (
        <p>
          <Button onClick={() => setMost(shown + rowsMost)}>Show {counted(Math.min(hidden, rowsMost), 'more row')}</Button>
        </p>
      )}
    </>
  );
}

interface RowProps {
  readonly row: LookRow;
  readonly isOpen: boolean;
  readonly onOpen: (seq: number | null) => void;
}

function Row({ row, isOpen, onOpen }: RowProps) {
  const { span, observation, before } = row;
  const said = useMemo(() => shownText(saidOf(row)), [observation?.seq, before?.seq]);
  const { seq, kind } = span;
  // What began before the time that is shown is told with its own beginning.
  const from = observation?.firstAt ?? span.from;
  const detailId = `look-${seq}`;
  return (
    <>
      <tr class="look-row" data-kind={kind} data-open={isOpen}>
        <th scope="row" class="look-from">
          {seq === null ? (
            <Moment at={from} />
          ) : (
            <button
              type="button"
              class="look-open"
              aria-expanded={isOpen}
              {...(isOpen ? { 'aria-controls': detailId } : {})}
              onClick={() => onOpen(isOpen ? null : seq)}
            >
              <span class="visually-hidden">The look from </span>
              <Moment at={from} />
            </button>
          )}
        </th>
        <td data-label="Until">
          <Moment at={span.until} />
        </td>
        <td data-label="For" class="nowrap">
          {span.until > from ? duration(span.until - from) : 'a moment'}
        </td>
        <td data-label="Looks">{observation === null || kind === 'missed' ? 'none' : thousands(observation.count)}</td>
        <td data-label="Came to">
          <span class="look-word" data-kind={kind}>
            <LookGlyph kind={kind} /> {lookWords[kind].title}
          </span>
        </td>
        <td data-label="Which says" class="look-said">
          {said}
        </td>
      </tr>
      {isOpen && (
        <tr class="look-opened" id={detailId}>
          <td colSpan={6}>
            <LookDetail row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

const Moment = ({ at }: { readonly at: number }) => (
  <time dateTime={machineTime(at)} title={absoluteWithSeconds(at)}>
    {dayOf(at).replace(/ \d{4}$/, '')} {clockTime(at)}
  </time>
);
