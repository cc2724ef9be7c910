// How many pairs have a node that is not heard, or that something is amiss with: beside a verdict that does not say so yet.
import { Glyph } from '../parts/glyph.tsx';
import { troubledPairs, troubledWords } from './side-troubles.ts';
import './troubled.css';

type Pairs = Parameters<typeof troubledPairs>[0];

export function Troubled({ pairs }: { readonly pairs: Pairs }) {
  const words = troubledWords(troubledPairs(pairs));
  if (words.length === 0) return null;
  return (
    <ul class="troubled">
      {words.map(({ state, text }) => (
        <li key={state} data-state={state}>
          <Glyph state={state} /> {text}
        </li>
      ))}
    </ul>
  );
}
