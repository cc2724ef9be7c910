// A text of many lines, or one without end, folded until somebody wants all of it.
import { useState } from 'preact/hooks';
import { counted } from '../format/counts.ts';
import { type CutText, cutText } from '../format/cut-text.ts';
import { shownText } from '../format/shown-text.ts';
import './long-text.css';

export function LongText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  const shown = shownText(text);
  const cut = cutText(shown);
  const isCut = cut.hiddenCharacters > 0;
  return (
    <>
      <span class="long-text">
        {isWhole ? shown : cut.shown}
        {isCut && !isWhole ? '…' : ''}
      </span>
      {isCut && (
        <button type="button" class="link-button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : moreWords(cut)}
        </button>
      )}
    </>
  );
}

const moreWords = ({ hiddenLines, hiddenCharacters }: CutText): string =>
  hiddenLines > 0
    ? `Show all: ${counted(hiddenLines, 'more line', 'more lines')}`
    : `Show all: ${counted(hiddenCharacters, 'more character', 'more characters')}`;
