// The answer of a view, large.
import { type Shown, shownTitle, stateMeanings } from '../format/words.ts';
import { Glyph } from './glyph.tsx';
import './verdict.css';

interface VerdictProps {
  readonly verdict: Shown;
  readonly size?: 'large' | 'medium';
}

export function Verdict({ verdict, size = 'large' }: VerdictProps) {
  return (
    <span class="verdict" data-state={verdict ?? 'none'} data-size={size} title={verdict === null ? undefined : stateMeanings[verdict]}>
      <Glyph state={verdict} />
      {shownTitle(verdict)}
    </span>
  );
}
