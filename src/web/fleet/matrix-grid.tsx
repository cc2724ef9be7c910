// The matrix: groups and their pairs under each other, the gaps beside each other. Only what is in sight is drawn.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { gapIds, gaps } from '../../contract/gap.ts';
import type { GroupRows } from '../../contract/matrix.ts';
import { gapShort } from '../format/words.ts';
import { columns, DrawnRow } from './drawn-row.tsx';
import { type Place, placeAfter } from './grid-keys.ts';
import { GridPart } from './grid-part.tsx';
import { leadingColumns } from './pair-row.tsx';
import { type Row, rowsOf } from './rows.ts';
import { useVirtualRows, type VirtualRows } from './use-virtual-rows.ts';
import './matrix-grid.css';

interface MatrixGridProps {
  readonly groups: readonly GroupRows[];
  /** Null for now. */
  readonly moment: number | null;
  readonly label: string;
  /** Without the rows of groups: there is one, and it is told above. */
  readonly isOfOneGroup?: boolean;
}

/** In pixels, until they are measured: as a screen of usual width shows them. */
const estimates = { group: 120, pair: 36 };

export function MatrixGrid({ groups, moment, label, isOfOneGroup = false }: MatrixGridProps) {
  const rows = useMemo(() => rowsOf(groups).filter(({ kind }) => !isOfOneGroup || kind === 'pair'), [groups, isOfOneGroup]);
  const { place, hasFocus, onKeyDown, onFocusIn, onFocusOut, body } = useRovingFocus(rows);
  const virtual = useVirtualRows(rows, hasFocus ? place.row : -1, estimates);
  body.current = virtual;
  return (
    <GridPart
      role="grid"
      class="matrix"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns}
      onKeyDown={onKeyDown}
      onFocusIn={onFocusIn}
      onFocusOut={onFocusOut}
    >
      <Heads />
      <GridPart role="rowgroup" class="matrix-body" ref={virtual.body} style={{ height: `${virtual.height}px` }}>
        {virtual.drawn.map((index) => {
          const row = rows[index]!;
          return (
            <DrawnRow
              key={row.key}
              row={row}
              index={index}
              top={virtual.offsets.tops[index]!}
              moment={moment}
              activeColumn={index === place.row ? place.column : -1}
              measure={virtual.measure}
            />
          );
        })}
      </GridPart>
    </GridPart>
  );
}

const Heads = () => (
  <GridPart role="rowgroup" class="matrix-heads">
    <GridPart role="row" aria-rowindex={1} class="matrix-row matrix-head">
      <Head column={0} title="Pair" />
      <Head column={1} title="Verdict" />
      <Head column={2} title="Since" />
      {gapIds.map((gap, index) => (
        <Head key={gap} column={leadingColumns + index} title={gaps[gap]} short={gapShort[gap]} />
      ))}
    </GridPart>
  </GridPart>
);

const Head = ({ column, title, short = title }: { readonly column: number; readonly title: string; readonly short?: string }) => (
  <GridPart role="columnheader" aria-colindex={column + 1} class="matrix-head-cell">
    {short === title ? title : <abbr title={title}>{short}</abbr>}
  </GridPart>
);

/** One place of the grid takes the focus with Tab; it stays with its row when rows move. */
function useRovingFocus(rows: readonly Row[]) {
  const active = useSignal<{ readonly key: string; readonly column: number } | null>(null);
  const hasFocus = useSignal(false);
  const isToFocus = useRef(false);
  const body = useRef<VirtualRows>(null);
  const known = rows.findIndex(({ key }) => key === active.value?.key);
  const place: Place = { row: Math.max(0, known), column: active.value?.column ?? 0 };

  useLayoutEffect(() => {
    if (!isToFocus.current) return;
    const column = rows[place.row]?.kind === 'group' ? 0 : place.column;
    const stop = body.current?.body.current?.querySelector<HTMLElement>(`[data-row="${place.row}"][data-column="${column}"]`);
    if (stop === null || stop === undefined) return;
    isToFocus.current = false;
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || body.current === null) return;
    const page = Math.max(1, Math.floor(innerHeight / estimates.pair) - 4);
    const next = placeAfter(event.key, event.ctrlKey, place, { rows: rows.length, columns, page });
    if (next === null) return;
    event.preventDefault();
    isToFocus.current = true;
    hasFocus.value = true;
    active.value = { key: rows[next.row]!.key, column: next.column };
  };
  const onFocusIn = (event: FocusEvent): void => {
    hasFocus.value = true;
    const { row, column } = event.target instanceof HTMLElement ? event.target.dataset : {};
    const entered = rows[Number(row)];
    if (entered === undefined || isToFocus.current) return;
    // A group's row has one place; which column one came from is kept for the next row.
    active.value = { key: entered.key, column: entered.kind === 'group' ? place.column : Number(column) };
  };
  const onFocusOut = (event: FocusEvent): void => {
    const grid = event.currentTarget as HTMLElement;
    if (!(event.relatedTarget instanceof Node && grid.contains(event.relatedTarget))) hasFocus.value = false;
  };
  return { place, hasFocus: hasFocus.value, onKeyDown, onFocusIn, onFocusOut, body };
}
