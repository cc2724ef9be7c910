// How much of a period each gap of each pair was watched, as a table: pairs by gaps, and one word where one word is all of it. Pure.

import { type Gap, gapIds } from '../../contract/gap.ts';
import type { Coverage } from '../../contract/report.ts';
import { percent } from '../format/durations.ts';

export interface CoverageCell {
  readonly gap: Gap;
  /** Null where the report does not say. */
  readonly coverage: Coverage | null;
  readonly words: readonly string[];
}

export interface CoverageRow {
  readonly pair: string;
  readonly cells: readonly CoverageCell[];
}

export function coverageRows(coverage: readonly Coverage[]): readonly CoverageRow[] {
  const pairs = [...new Set(coverage.map(({ pair }) => pair))];
  return pairs.map((pair) => ({
    pair,
    cells: gapIds.map((gap) => {
      const found = coverage.find((one) => one.pair === pair && one.gap === gap) ?? null;
      return { gap, coverage: found, words: found === null ? ['not told'] : wordsOf(found) };
    }),
  }));
}

/** What was most of it first. */
function wordsOf({ watchedMs, unknownMs, notConfiguredMs }: Coverage): readonly string[] {
  const wholeMs = watchedMs + unknownMs + notConfiguredMs;
  if (wholeMs > 0 && notConfiguredMs >= wholeMs) return ['not configured'];
  const parts: readonly (readonly [ms: number, word: string])[] = [
    [watchedMs, 'watched'],
    [unknownMs, 'unknown'],
    [notConfiguredMs, 'not configured'],
  ];
  return parts.flatMap(([ms, word], index) => (index === 0 || ms > 0 ? [`${percent(ms, wholeMs)} ${word}`] : []));
}
