// Under a pair: which of its nodes is not heard, and for how long, and what else is amiss with them.
import { useComputed } from '@preact/signals';
import type { PairRow } from '../../contract/matrix.ts';
import { now } from '../api/clock.ts';
import { Glyph } from '../parts/glyph.tsx';
import { troublesOf } from './side-troubles.ts';

interface PairTroublesProps {
  readonly pair: PairRow;
}

/** A grid’s row has cells only, and this runs below them: what is drawn is not read, and `SpokenTroubles` stands with the name. */
export const PairTroubles = ({ pair }: PairTroublesProps) =>
  troublesOf(pair, 0).length === 0 ? null : (
    <div class="pair-row-troubles" aria-hidden="true">
      <Moving key={JSON.stringify([pair.standby, pair.primary])} pair={pair} />
    </div>
  );

function Moving({ pair }: PairTroublesProps) {
  // As text, so that it is drawn again only where it reads otherwise.
  const told = useComputed(() => JSON.stringify(troublesOf(pair, now.value)));
  return (
    <>
      {(JSON.parse(told.value) as ReturnType<typeof troublesOf>).map(({ key, state, text }) => (
        <span key={key} class="pair-row-trouble" data-state={state}>
          <Glyph state={state} /> {text}
        </span>
      ))}
    </>
  );
}

/** Does not tick: a reader is not told anew each second. */
export function SpokenTroubles({ pair }: PairTroublesProps) {
  const told = troublesOf(pair, now.peek());
  return told.length === 0 ? null : <span class="visually-hidden">, {told.map(({ text }) => text).join(', ')}</span>;
}
