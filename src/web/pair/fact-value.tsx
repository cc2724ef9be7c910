// One side's value of a field: its text, or that the side has none.
import { useState } from 'preact/hooks';
import { LongText } from '../parts/long-text.tsx';
import type { Piece } from './differing.ts';
import { elided } from './elided.ts';
import { Marked } from './marked.tsx';

export interface Told {
  readonly isHere: boolean;
  readonly text: string;
}

export interface FactValueProps {
  readonly value: Told;
  /** The same text in pieces, with what differs from the other side marked. */
  readonly pieces?: readonly Piece[];
}

export function FactValue({ value, pieces = [] }: FactValueProps) {
  if (!value.isHere) return <span class="fact-absent">{value.text === '' ? 'not there' : `not there: ${value.text}`}</span>;
  if (value.text === '') return <span class="fact-absent">an empty text</span>;
  return pieces.some(({ isMarked }) => isMarked) ? <MarkedValue pieces={pieces} /> : <LongText text={value.text} />;
}

function MarkedValue({ pieces }: { readonly pieces: readonly Piece[] }) {
  const [isWhole, setWhole] = useState(false);
  const short = elided(pieces);
  const isElided = short.some((piece, at) => piece !== pieces[at]);
  return (
    <>
      <span class="long-text">
        <Marked pieces={isWhole ? pieces : short} />
      </span>
      {isElided && (
        <button type="button" class="link-button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show only what differs' : 'Show all of it'}
        </button>
      )}
    </>
  );
}
