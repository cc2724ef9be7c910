import { expect, test } from 'vitest';
import type { Coverage } from '../../contract/report.ts';
import { coverageRows, leastWatched } from './coverage-rows.ts';

const coverage = (watchedMs: number, unknownMs: number, notConfiguredMs: number, more: Partial<Coverage> = {}): Coverage => ({
  pair: 'app1',
  gap: 'dns',
  watchedMs,
  unknownMs,
  notConfiguredMs,
  checks: ['dns'],
  ...more,
});

const wordsOf = (one: Coverage) => coverageRows([one])[0]!.cells.find(({ gap }) => gap === one.gap)!.words;

test('what was watched is told with what was not, and never rounded up to all of it', () => {
  expect(wordsOf(coverage(1_000, 0, 0))).toEqual(['100 % watched']);
  expect(wordsOf(coverage(99_999, 1, 0))).toEqual(['99.9 % watched', '< 0.1 % unknown']);
  expect(wordsOf(coverage(50, 25, 25))).toEqual(['50.0 % watched', '25.0 % unknown', '25.0 % not configured']);
});

test('what nobody ever set up is one word, and what was never seen is not', () => {
  expect(wordsOf(coverage(0, 0, 1_000))).toEqual(['not configured']);
  expect(wordsOf(coverage(0, 1_000, 0))).toEqual(['0 % watched', '100 % unknown']);
});

test('every pair has every gap, and one that the report leaves out is not told', () => {
  const [row] = coverageRows([coverage(1, 0, 0)]);
  expect(row!.cells).toHaveLength(11);
  expect(row!.cells[0]!.words).toEqual(['not told']);
});

test('the least watched gap is told of those that a check looked at', () => {
  const all = [coverage(990, 10, 0), coverage(987, 13, 0, { gap: 'certificates' }), coverage(0, 0, 1_000, { gap: 'iam' })];
  expect(leastWatched(all)).toMatchObject({ coverage: { gap: 'certificates' }, share: '98.7 %' });
  expect(leastWatched([coverage(1_000, 0, 0), coverage(0, 0, 1_000)])).toBeNull();
  expect(leastWatched([])).toBeNull();
});
