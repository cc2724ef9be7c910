// How much of a period each gap of each pair was watched, as a table: pairs by gaps, and one word where one word is all of it. Pure.

import { type Gap, gapIds } from '../../contract/gap.ts';
import type { Coverage } from '../../contract/report.ts';
import { shares } from '../format/shares.ts';

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
function wordsOf(coverage: Coverage): readonly string[] {
  if (isNotConfigured(coverage)) return ['not configured'];
  const { watchedMs, unknownMs, notConfiguredMs } = coverage;
  const said = shares([watchedMs, unknownMs, notConfiguredMs]);
  const parts = [
    { ms: watchedMs, words: `${said[0]} watched` },
    { ms: unknownMs, words: `${said[1]} unknown` },
    { ms: notConfiguredMs, words: `${said[2]} not configured` },
  ];
  return parts.flatMap(({ ms, words }, index) => (index === 0 || ms > 0 ? [words] : []));
}

/** Of the gaps that a check looked at, the one that was watched least; null where no check is told of, or all were watched all the time. */
export function leastWatched(coverage: readonly Coverage[]): { readonly coverage: Coverage; readonly share: string } | null {
  const configured = coverage.filter((one) => !isNotConfigured(one));
  const least = configured.toSorted((one, other) => watchedShare(one) - watchedShare(other))[0];
  if (least === undefined || watchedShare(least) >= 1) return null;
  return { coverage: least, share: shares([least.watchedMs, least.unknownMs, least.notConfiguredMs])[0]! };
}

/** No check of the gap was there at any time. */
export const isNotConfigured = (one: Coverage): boolean => wholeOf(one) > 0 && one.notConfiguredMs >= wholeOf(one);

const wholeOf = ({ watchedMs, unknownMs, notConfiguredMs }: Coverage): number => watchedMs + unknownMs + notConfiguredMs;

const watchedShare = (one: Coverage): number => (wholeOf(one) === 0 ? 0 : one.watchedMs / wholeOf(one));
