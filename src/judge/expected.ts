// A check that the fleet expects and that one side has not: unknown, not forgotten.
import type { BlindSpot } from '../contract/finding.ts';
import type { CheckState } from '../contract/observation.ts';

type Watched = readonly Pick<CheckState, 'check'>[];

/** `primary` null where nothing is known of it: that is said by itself. */
export const notWatched = (expected: readonly string[], standby: Watched, primary: Watched | null): readonly BlindSpot[] =>
  expected.flatMap((check) => {
    const without = [...(isWatched(check, standby) ? [] : ['the standby']), ...(isWatched(check, primary) ? [] : ['the primary'])];
    if (without.length === 0) return [];
    const detail = `the fleet expects this check, and ${without.join(' and ')} ${without.length === 1 ? 'has' : 'have'} none of that name`;
    return [{ check, kind: 'not-watched', detail, seenAt: null }];
  });

const isWatched = (name: string, checks: Watched | null): boolean => checks === null || checks.some(({ check }) => check === name);
