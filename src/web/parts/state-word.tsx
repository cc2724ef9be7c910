// A state in a line of text: shape and word.
import { type Shown, shownWord, stateMeanings } from '../format/words.ts';
import { Glyph } from './glyph.tsx';
import './state-word.css';

interface StateWordProps {
  readonly state: Shown;
  /** Instead of the state's own word. */
  readonly word?: string;
}

export function StateWord({ state, word = shownWord(state) }: StateWordProps) {
  return (
    <span class="state-word" data-state={state ?? 'none'} title={state === null ? undefined : stateMeanings[state]}>
      <Glyph state={state} />
      {word}
    </span>
  );
}
