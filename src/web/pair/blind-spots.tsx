// What cannot be judged, as plainly as what is wrong: nobody can say that the standby would take over.
import type { BlindSpot } from '../../contract/finding.ts';
import { shownText } from '../format/shown-text.ts';
import { Time } from '../parts/time.tsx';
import { href } from '../shell/routes.ts';
import { WeightGlyph } from './weight-glyph.tsx';
import { blindSides, blindWords } from './words.ts';

export interface BlindSpotsProps {
  readonly spots: readonly BlindSpot[];
  readonly group: string;
  readonly pair: string;
}

export function BlindSpots({ spots, group, pair }: BlindSpotsProps) {
  if (spots.length === 0) return null;
  return (
    <ul class="blind-spots">
      {spots.map(({ check, kind, detail, seenAt }) => (
        <li key={`${check} ${kind} ${detail}`} class="finding" data-state="unknown" data-counts>
          <div class="finding-head">
            <span class="finding-weight">
              <WeightGlyph weight="blind" /> not known
            </span>
            <h3 class="finding-title">
              {check !== null && (
                <>
                  <a href={href.check(group, pair, check, { side: blindSides[kind] })}>{check}</a>:{' '}
                </>
              )}
              {blindWords[kind]}
            </h3>
            <span class="finding-since">
              {seenAt === null ? 'never seen' : 'last seen '}
              {seenAt !== null && <Time at={seenAt} />}
            </span>
          </div>
          <p class="blind-detail">{shownText(detail)}</p>
        </li>
      ))}
    </ul>
  );
}
