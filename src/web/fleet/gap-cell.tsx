// How one gap of a pair stands: shape, word and how many; leads to what stands behind it.
import type { Cell } from '../../contract/cell.ts';
import { gaps } from '../../contract/gap.ts';
import { gapShort, stateWords } from '../format/words.ts';
import { Glyph } from '../parts/glyph.tsx';
import { href } from '../shell/routes.ts';
import { GridPart } from './grid-part.tsx';
import type { Stop } from './stops.ts';
import './gap-cell.css';

interface GapCellProps {
  readonly group: string;
  readonly pair: string;
  readonly cell: Cell;
  /** Null for now. */
  readonly moment: number | null;
  readonly column: number;
  readonly stop: Stop;
}

export function GapCell({ group, pair, cell, moment, column, stop }: GapCellProps) {
  const { gap, state, count } = cell;
  const inside = (
    <>
      <Glyph state={state} />
      <span class="gap-cell-gap">{gapShort[gap]}</span>
      <span class="gap-cell-word">{stateWords[state]}</span>
      {isCounted(cell) && <span class="gap-cell-count">{count}</span>}
    </>
  );
  // Of what nobody looks at there is nothing to go to.
  if (state === 'not-watched')
    return (
      <GridPart role="gridcell" aria-colindex={column + 1} class="gap-cell" data-state={state} title={told(cell)} {...stop}>
        {inside}
      </GridPart>
    );
  return (
    <GridPart role="gridcell" aria-colindex={column + 1} class="gap-cell" data-state={state}>
      <a class="gap-cell-link" href={href.pair(group, pair, { gap, at: moment })} title={told(cell)} {...stop}>
        {inside}
      </a>
    </GridPart>
  );
}

/** Notes change nothing, and one of a thing needs no number beside it. */
const isCounted = ({ state, count }: Cell): boolean => state !== 'ready' && state !== 'not-watched' && count > 1;

const told = ({ gap, state, count, worst }: Cell): string =>
  `${gaps[gap]}: ${stateWords[state]}${count > 1 && state !== 'ready' ? `, ${count}` : ''}${worst === null ? '' : `\n${worst}`}`;
