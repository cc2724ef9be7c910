import { describe, expect, test } from 'vitest';
import { askedPeriod, choiceOf, datesOf, periodOf, periodOfDates } from './period.ts';

const day = 86_400_000;
const at = (text: string): number => Date.parse(text);
const now = at('2026-02-14T10:30:00Z');

describe('a period', () => {
  test('of the last days ends now', () => {
    expect(periodOf('last-30-days', now)).toEqual({ from: now - 30 * day, to: now });
    expect(periodOf('last-90-days', now)).toEqual({ from: now - 90 * day, to: now });
  });

  test('of the last month and the last quarter is whole, over the turn of a year too', () => {
    expect(periodOf('last-month', now)).toEqual({ from: at('2026-01-01T00:00Z'), to: at('2026-02-01T00:00Z') });
    expect(periodOf('last-quarter', now)).toEqual({ from: at('2025-10-01T00:00Z'), to: at('2026-01-01T00:00Z') });
    expect(periodOf('last-month', at('2026-01-31T23:59Z'))).toEqual({ from: at('2025-12-01T00:00Z'), to: at('2026-01-01T00:00Z') });
    expect(periodOf('last-quarter', at('2026-12-31T23:59Z'))).toEqual({ from: at('2026-07-01T00:00Z'), to: at('2026-10-01T00:00Z') });
  });

  test('of two dates includes both days, and ends now where the last of them is today', () => {
    expect(periodOfDates('2026-02-01', '2026-02-03', now)).toEqual({
      kind: 'period',
      period: { from: at('2026-02-01T00:00Z'), to: at('2026-02-04T00:00Z') },
    });
    expect(periodOfDates('2026-02-14', '2026-02-14', now)).toMatchObject({ period: { to: now } });
  });

  test('is known again as what was chosen', () => {
    for (const choice of ['last-30-days', 'last-90-days', 'last-month', 'last-quarter'] as const)
      expect(choiceOf(periodOf(choice, now), now + 3_600_000)).toBe(choice);
    expect(choiceOf(periodOf('last-30-days', now), now + 2 * day)).toBe('dates');
    expect(choiceOf({ from: now - day, to: now }, now)).toBe('dates');
  });

  test('is read back into its dates', () => {
    expect(datesOf({ from: at('2026-02-01T00:00Z'), to: at('2026-02-04T00:00Z') })).toEqual({ first: '2026-02-01', last: '2026-02-03' });
  });

  test.each([
    ['', '2026-02-03', /two dates/],
    ['2026-02-05', '2026-02-03', /before the first/],
    ['2026-03-01', '2026-03-02', /future/],
    ['2024-01-01', '2026-02-03', /400 days/],
  ])('from %s to %s is refused, and says why', (first, last, detail) => {
    expect(periodOfDates(first, last, now)).toEqual({ kind: 'wrong', detail: expect.stringMatching(detail) });
  });
});

describe('an address', () => {
  test('that says no period is told from one that says something else', () => {
    expect(askedPeriod(undefined, undefined)).toEqual({ kind: 'none' });
    expect(askedPeriod('3', '9')).toEqual({ kind: 'period', period: { from: 3, to: 9 } });
  });

  test.each([
    ['9', '3'],
    ['9', '9'],
    ['yesterday', '9'],
    ['3', undefined],
    [undefined, '3'],
    ['', ''],
    ['-1', '3'],
  ])('from %s to %s is no period', (from, to) => {
    expect(askedPeriod(from, to)).toEqual({ kind: 'wrong' });
  });
});
