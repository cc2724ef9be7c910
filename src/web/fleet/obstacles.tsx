// Below the answer: what keeps which group, or which pair of the only one, from being simply ready, the worst first.
import type { GroupRows } from '../../contract/matrix.ts';
import { shownWord } from '../format/words.ts';
import { Glyph } from '../parts/glyph.tsx';
import { href } from '../shell/routes.ts';
import { obstacles } from './answer.ts';
import './obstacles.css';

/** More than are read at a glance stand in the matrix anyway. */
const shownMax = 6;

export function Obstacles({ groups, moment }: { readonly groups: readonly GroupRows[]; readonly moment: number | null }) {
  const [only, ...others] = groups;
  // Of one group the answer has said it, and what is asked next is which pair.
  const ofPairs = only !== undefined && others.length === 0;
  const all = obstacles(
    ofPairs
      ? only.pairs.map(({ pair, ...rest }) => ({ ...rest, name: pair }))
      : groups.map(({ group, ...rest }) => ({ ...rest, name: group })),
  );
  if (all.length === 0) return null;
  return (
    <ul
      class="obstacles"
      aria-label={ofPairs ? 'Pairs that stand in the way or are degraded' : 'Groups that stand in the way or are degraded'}
    >
      {all.slice(0, shownMax).map(({ name, verdict, because }) => (
        <li key={name} data-state={verdict ?? 'none'}>
          <Glyph state={verdict} />
          <a href={ofPairs ? href.pair(only.group, name, { at: moment }) : href.group(name, { at: moment })}>{name}</a>
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
