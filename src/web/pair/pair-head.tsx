// The answer before everything else: the verdict, since when, and what it rests on.
import type { PairReview } from '../../contract/fleet.ts';
import { listed } from '../format/counts.ts';
import { stateMeanings } from '../format/words.ts';
import { Time } from '../parts/time.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { foundWords } from './found-words.ts';
import { PastStrip } from './past-strip.tsx';
import { Sides } from './sides.tsx';

export function PairHead({ review }: { readonly review: PairReview }) {
  const { group, pair, verdict, since } = review;
  return (
    <div class="pair-head">
      <div class="pair-answer">
        <p class="pair-verdict">
          <Verdict verdict={verdict} />
          <span class="pair-since">
            for <Time at={since} as="age" />,{' '}
            <span class="quiet">
              since <Time at={since} as="absolute" />
            </span>
          </span>
        </p>
        <p class="pair-meaning">
          <strong>{foundSentence(review)}</strong> {stateMeanings[verdict]}
        </p>
      </div>
      <Sides review={review} />
      <PastStrip group={group} pair={pair} />
    </div>
  );
}

function foundSentence({ findings, blindSpots }: PairReview): string {
  const found = foundWords(findings, blindSpots);
  return found.length === 0 ? 'No findings.' : `${listed(found, 9)}.`;
}
