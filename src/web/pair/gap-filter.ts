// One gap of a pair, as a cell of the fleet's matrix leads to it.
import type { BlindSpot } from '../../contract/finding.ts';
import { type Gap, gaps } from '../../contract/gap.ts';
import type { PairCheck } from '../../contract/pair-checks.ts';

/** Null for all gaps, and for a word that is no gap. */
export const gapOf = (word: string | undefined): Gap | null => (word !== undefined && Object.hasOwn(gaps, word) ? (word as Gap) : null);

/** What is about no check, or about one whose gap is not known, concerns every gap. */
export function spotsOfGap(
  spots: readonly BlindSpot[],
  checks: readonly Pick<PairCheck, 'check' | 'gap'>[],
  gap: Gap | null,
): readonly BlindSpot[] {
  if (gap === null) return spots;
  const gapsOf = new Map(checks.map((one) => [one.check, one.gap]));
  return spots.filter(({ check }) => check === null || (gapsOf.get(check) ?? gap) === gap);
}

/** Those that no check of either side belongs to: nothing is said of them. */
export function unwatchedGaps(checks: readonly Pick<PairCheck, 'gap'>[]): readonly Gap[] {
  const watched = new Set(checks.map(({ gap }) => gap));
  return (Object.keys(gaps) as Gap[]).filter((gap) => !watched.has(gap));
}
