// Long work in slices, so that polls have the loop in between: a view of ten thousand nodes takes a good part of a second.
import type { GroupReview } from '../../contract/fleet.ts';
import type { Collector } from '../collector.ts';

export interface Slices {
  /** Lets everybody else have the loop when this slice is over. */
  next(): Promise<void>;
}

const sliceMs = 15;

export function inSlices(monotonicMs: () => number): Slices {
  let endsMs = monotonicMs() + sliceMs;
  return {
    next: async () => {
      if (monotonicMs() < endsMs) return;
      await new Promise<void>((resolve) => setImmediate(resolve));
      endsMs = monotonicMs() + sliceMs;
    },
  };
}

export async function groupsInSlices({ review, clock }: Collector): Promise<readonly GroupReview[]> {
  const slices = inSlices(clock.monotonicMs);
  const groups: GroupReview[] = [];
  for (const name of review.groupNames()) {
    // It may have gone meanwhile.
    groups.push(...[review.group(name)].filter((group) => group !== null));
    await slices.next();
  }
  return groups;
}
