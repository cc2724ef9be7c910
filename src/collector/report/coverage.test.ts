// How much of a period was watched: of a day's stretch, told in hours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckLooks, covered, type Looks } from './coverage.ts';

const hour = 3_600_000;
const day = { from: 0, to: 24 * hour };
const minute = 60_000;

const looks = (from: number, until: number, isSeen = true): Looks => ({ isSeen, firstAt: from * hour, lastAt: until * hour });

const check = (own: readonly Looks[], more: Partial<CheckLooks> = {}): CheckLooks => ({
  side: 'standby',
  staleAfterMs: 10 * minute,
  looks: own,
  isStanding: true,
  isCut: false,
  ...more,
});

const hours = (checks: readonly CheckLooks[], keptFrom = 0, stretch = day) => {
  const { watchedMs, unknownMs, notConfiguredMs } = covered(checks, stretch, keptFrom);
  return { watched: watchedMs / hour, unknown: unknownMs / hour, notConfigured: notConfiguredMs / hour };
};

describe('a gap is watched', () => {
  test('while its check looks and sees, and is not there before its first look', () => {
    expect(hours([check([looks(6, 24)])])).toEqual({ watched: 18, unknown: 0, notConfigured: 6 });
  });

  test('not at all without a check', () => {
    expect(hours([])).toEqual({ watched: 0, unknown: 0, notConfigured: 24 });
  });

  test('not while a look sees nothing', () => {
    expect(hours([check([looks(0, 10), looks(10, 14, false), looks(14, 24)])])).toEqual({ watched: 20, unknown: 4, notConfigured: 0 });
  });

  test('over a short time between two looks, and not over a long one', () => {
    expect(hours([check([looks(0, 10), looks(10.1, 24)])])).toMatchObject({ watched: 24, unknown: 0 });
    expect(hours([check([looks(0, 10), looks(12, 24)])])).toMatchObject({ watched: 22, unknown: 2 });
  });

  test('not after the last look of a check that should go on', () => {
    expect(hours([check([looks(0, 10)])])).toEqual({ watched: 10, unknown: 14, notConfigured: 0 });
    expect(hours([check([looks(0, 10)], { isStanding: false })])).toEqual({ watched: 10, unknown: 0, notConfigured: 14 });
  });

  test('not by a check that has never looked', () => {
    expect(hours([check([])])).toEqual({ watched: 0, unknown: 24, notConfigured: 0 });
  });

  test('only while both sides see', () => {
    const primary = check([looks(0, 8), looks(8, 12, false), looks(12, 24)], { side: 'primary' });
    expect(hours([check([looks(0, 24)]), primary])).toMatchObject({ watched: 20, unknown: 4 });
  });

  test('not by the primary alone, neither always nor since the standby has no check of it', () => {
    const primary = check([looks(0, 24)], { side: 'primary' });
    expect(hours([primary])).toEqual({ watched: 0, unknown: 24, notConfigured: 0 });
    expect(hours([primary, check([looks(0, 16)], { isStanding: false })])).toEqual({ watched: 16, unknown: 8, notConfigured: 0 });
  });

  test('by the standby alone, where the primary has no check of it', () => {
    expect(hours([check([looks(0, 24)])])).toEqual({ watched: 24, unknown: 0, notConfigured: 0 });
  });

  test('not in a time of which nothing is kept', () => {
    expect(hours([check([looks(0, 24)])], 5 * hour)).toEqual({ watched: 19, unknown: 5, notConfigured: 0 });
    expect(hours([], 5 * hour)).toEqual({ watched: 0, unknown: 5, notConfigured: 19 });
    expect(hours([check([looks(8, 24)], { isCut: true })])).toEqual({ watched: 16, unknown: 8, notConfigured: 0 });
  });

  test('across the borders of the period as within it', () => {
    const stretch = { from: 10 * hour, to: 12 * hour };
    expect(hours([check([looks(0, 9.95), looks(10.05, 11.95), looks(12.05, 24)])], 0, stretch)).toMatchObject({ watched: 2 });
  });
});

test('whatever the rows, the three add up to the period, and none is below zero', () => {
  const time = fc.integer({ min: -50, max: 150 });
  const row = fc.record({ isSeen: fc.boolean(), firstAt: time, lasted: fc.integer({ min: 0, max: 60 }) });
  const one = fc.record({
    side: fc.constantFrom('standby' as const, 'primary' as const),
    staleAfterMs: fc.integer({ min: 1, max: 30 }),
    looks: fc
      .array(row, { maxLength: 12 })
      .map((rows) =>
        rows.map(({ isSeen, firstAt, lasted }) => ({ isSeen, firstAt, lastAt: firstAt + lasted })).sort((a, b) => a.firstAt - b.firstAt),
      ),
    isStanding: fc.boolean(),
    isCut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), fc.integer({ min: -20, max: 120 }), (checks, keptFrom) => {
      const { watchedMs, unknownMs, notConfiguredMs } = covered(checks, { from: 0, to: 100 }, keptFrom);
      expect(watchedMs + unknownMs + notConfiguredMs).toBe(100);
      expect(Math.min(watchedMs, unknownMs, notConfiguredMs)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});
