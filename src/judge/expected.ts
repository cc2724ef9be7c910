// A check that the fleet expects and that one side has not: unknown, not forgotten.
import type { BlindSpot } from '../contract/finding.ts';
import type { CheckState } from '../contract/observation.ts';

type Watched = readonly Pick<CheckState, 'check'>[];

/** A side of which nothing is known is null: that is said by itself. */
export const notWatched = (expected: readonly string[], standby: Watched | null, primary: Watched | null): readonly BlindSpot[] => [
  ...missing(expected, standby, 'the standby'),
  ...missing(expected, primary, 'the primary'),
];

const missing = (expected: readonly string[], checks: Watched | null, side: string): readonly BlindSpot[] =>
  expected
    .filter((name) => checks !== null && !checks.some(({ check }) => check === name))
    .map((check) => ({
      check,
      kind: 'not-watched',
      detail: `the fleet expects this check, and ${side} has none of that name`,
      seenAt: null,
    }));
