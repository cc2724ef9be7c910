// One pair in the matrix: its name, its verdict, since when, and how each gap of it stands.
import type { Cell, CellState } from '../../contract/cell.ts';
import type { PairRow } from '../../contract/matrix.ts';
import { stateWords } from '../format/words.ts';
import { StateWord } from '../parts/state-word.tsx';
import { href } from '../shell/routes.ts';
import { GapCell } from './gap-cell.tsx';
import { GridPart } from './grid-part.tsx';
import { PairTroubles, SpokenTroubles } from './pair-troubles.tsx';
import { Since } from './since.tsx';
import { stopAt } from './stops.ts';
import './pair-row.css';

interface PairRowProps {
  readonly group: string;
  readonly pair: PairRow;
  /** Null for now. */
  readonly moment: number | null;
  readonly row: number;
  /** -1: not in this row. */
  readonly activeColumn: number;
}

/** Before the gaps: name, verdict, since. */
export const leadingColumns = 3;

export function PairCells({ group, pair, moment, row, activeColumn }: PairRowProps) {
  return (
    <>
      <GridPart role="rowheader" aria-colindex={1} class="pair-row-name">
        <a href={href.pair(group, pair.pair, { at: moment })} title={named(pair)} {...stopAt(row, 0, activeColumn)}>
          {pair.pair}
          <SpokenTroubles pair={pair} />
        </a>
      </GridPart>
      <GridPart
        role="gridcell"
        aria-colindex={2}
        class="pair-row-verdict"
        title={pair.blind ?? undefined}
        {...stopAt(row, 1, activeColumn)}
      >
        <StateWord state={pair.verdict} />
        {pair.blind !== null && <span class="visually-hidden">: {pair.blind}</span>}
      </GridPart>
      <GridPart role="gridcell" aria-colindex={3} class="pair-row-since" {...stopAt(row, 2, activeColumn)}>
        {pair.since === null ? '–' : <Since since={pair.since} moment={moment} />}
      </GridPart>
      {pair.cells.map((cell, index) => {
        const column = leadingColumns + index;
        return (
          <GapCell
            key={cell.gap}
            group={group}
            pair={pair.pair}
            cell={cell}
            moment={moment}
            column={column}
            stop={stopAt(row, column, activeColumn)}
          />
        );
      })}
      <p class="pair-row-rest" aria-hidden="true">
        {restOf(pair.cells)}
      </p>
      <PairTroubles pair={pair} />
    </>
  );
}

/** In full, where the row has no room. */
const named = ({ pair, standby, primary }: PairRow): string =>
  standby === null && primary === null ? pair : `${pair}\nStandby ${standby?.name ?? 'none'}, primary ${primary?.name ?? 'none'}`;

/** What a narrow screen leaves out: `8 ready · 2 not watched`. */
const restOf = (cells: readonly Cell[]): string =>
  (['ready', 'not-watched'] satisfies CellState[])
    .map((state) => ({ state, count: cells.filter((cell) => cell.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${stateWords[state]}`)
    .join(' · ');
