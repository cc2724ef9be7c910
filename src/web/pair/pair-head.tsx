// The answer before everything else: the verdict, since when, and what it rests on.
import { useComputed } from '@preact/signals';
import type { PairReview } from '../../contract/fleet.ts';
import { now } from '../api/clock.ts';
import { listed } from '../format/counts.ts';
import { Time } from '../parts/time.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { foundWords } from './found-words.ts';
import { unheardSentence, verdictMeaning, verdictTitle } from './pair-answer.ts';
import { PastStrip } from './past-strip.tsx';
import { Sides } from './sides.tsx';

interface PairHeadProps {
  readonly review: PairReview;
  /** It may be otherwise by now. */
  readonly isStale: boolean;
}

export function PairHead({ review, isStale }: PairHeadProps) {
  const { group, pair, verdict } = review;
  return (
    <div class="pair-head">
      <div class="pair-answer">
        <p class="pair-verdict" data-stale={isStale}>
          <Verdict verdict={verdict} {...(isStale ? { words: verdictTitle(verdict, true) } : {})} />
          <Since review={review} isStale={isStale} />
        </p>
        <p class="pair-meaning">
          <Unheard review={review} />
          <strong>{foundSentence(review, isStale)}</strong> {verdictMeaning(verdict, isStale)}
        </p>
      </div>
      <Sides review={review} />
      <PastStrip group={group} pair={pair} />
    </div>
  );
}

/** How long it has lasted is said only while it is known to last. */
function Since({ review: { since, at }, isStale }: PairHeadProps) {
  if (isStale)
    return (
      <span class="pair-since quiet">
        since <Time at={since} as="absolute" />; heard of <Time at={at} />
      </span>
    );
  return (
    <span class="pair-since">
      for <Time at={since} as="age" />,{' '}
      <span class="quiet">
        since <Time at={since} as="absolute" />
      </span>
    </span>
  );
}

/** Before what is said of them, where a node does not answer: whoever reads on knows what that rests on. */
function Unheard({ review: { standby, primary } }: { readonly review: PairReview }) {
  const sentence = useComputed(() => unheardSentence(standby, primary, now.value)).value;
  return sentence === null ? null : <strong class="pair-unheard">{sentence} </strong>;
}

function foundSentence({ findings, blindSpots }: PairReview, isStale: boolean): string {
  const found = foundWords(findings, blindSpots);
  const what = found.length === 0 ? 'No findings' : listed(found, 9);
  return isStale ? `${what} then.` : `${what}.`;
}
