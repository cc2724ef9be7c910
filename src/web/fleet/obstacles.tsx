// Below the answer: what keeps which group from being simply ready, the worst first.
import type { GroupRows } from '../../contract/matrix.ts';
import { shownWord } from '../format/words.ts';
import { Glyph } from '../parts/glyph.tsx';
import { href } from '../shell/routes.ts';
import { obstacles } from './answer.ts';
import './obstacles.css';

/** More than are read at a glance stand in the matrix anyway. */
const shownMax = 6;

export function Obstacles({ groups, moment }: { readonly groups: readonly GroupRows[]; readonly moment: number | null }) {
  // Of one group the answer has said it.
  const all = groups.length === 1 ? [] : obstacles(groups);
  if (all.length === 0) return null;
  return (
    <ul class="obstacles" aria-label="Groups that are not ready">
      {all.slice(0, shownMax).map(({ group, verdict, because }) => (
        <li key={group} data-state={verdict ?? 'none'}>
          <Glyph state={verdict} />
          <a href={href.group(group, { at: moment })}>{group}</a>
          <span class="obstacles-because">
            {shownWord(verdict)}
            {because !== '' && `: ${because}`}
          </span>
        </li>
      ))}
      {all.length > shownMax && <li class="quiet">and {all.length - shownMax} more</li>}
    </ul>
  );
}
