// What the store tells of a group's or a pair's verdicts, and that the last of it still stands.
import type { VerdictSpan } from '../../store/fleet/store.ts';
import type { Collector } from '../collector.ts';
import { verdictGapMs } from '../review/judging.ts';
import { heldUntilNow, type Stretch } from '../timeline.ts';

export type Subject = Pick<VerdictSpan, 'group' | 'pair'>;

/** Ascending; what ended shortly before the stretch may be told too. */
export function toldOf({ store, review }: Collector, subject: Subject, { from, to }: Stretch, now: number) {
  const { group, pair } = subject;
  const held = (pair === null ? review.group(group) : review.pair(group, pair))?.verdict ?? null;
  return heldUntilNow(store.verdicts.spans(subject, from - verdictGapMs, to), held, now, verdictGapMs);
}
