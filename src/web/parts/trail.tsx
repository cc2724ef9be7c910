// Each question of one look, and what came back.
import type { TrailEntry } from '../../contract/observation.ts';
import { duration } from '../format/durations.ts';
import { shownText } from '../format/shown-text.ts';
import { LongText } from './long-text.tsx';
import './trail.css';

export function Trail({ trail }: { readonly trail: readonly TrailEntry[] }) {
  if (trail.length === 0) return <p class="quiet">Nothing was asked, or the questions are no longer kept.</p>;
  return (
    <ol class="trail">
      {trail.map(({ asked, answered, afterMs, tookMs }, at) => (
        <li key={at}>
          <p class="trail-asked">
            <code>{shownText(asked)}</code>
            <span class="quiet">
              {' '}
              after {duration(afterMs)}, took {duration(tookMs)}
            </span>
          </p>
          <pre class="trail-answered">
            {answered.trim() === '' ? <span class="quiet">an empty answer</span> : <LongText text={answered} />}
          </pre>
        </li>
      ))}
    </ol>
  );
}
