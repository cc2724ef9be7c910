// The answer of a view, large.
import { type Shown, shownTitle, stateMeanings } from '../format/words.ts';
import { Glyph } from './glyph.tsx';
import './verdict.css';

interface VerdictProps {
  readonly verdict: Shown;
  readonly size?: 'large' | 'medium';
  /** Instead of its name, where more has to be said with it: that it is of before. */
  readonly words?: string;
}

export function Verdict({ verdict, size = 'large', words }: VerdictProps) {
  const meaning = verdict === null || words !== undefined ? undefined : stateMeanings[verdict];
  return (
    <span class="verdict" data-state={verdict ?? 'none'} data-size={size} title={meaning}>
      <Glyph state={verdict} />
      {words ?? shownTitle(verdict)}
    </span>
  );
}
