import { expect, test } from 'vitest';
import { duration, percent } from './durations.ts';

test('minutes are not metres', () => {
  expect(duration(4 * 60_000)).toBe('4 min');
  expect(duration(90_061_000)).toBe('1 d 1 h');
});

test.each([
  [0, 10, '0 %'],
  [10, 10, '100 %'],
  [99_999, 100_000, '99.9 %'],
  [1, 100_000, '< 0.1 %'],
  [954, 1_000, '95 %'],
  [5, 100, '5.0 %'],
])('%i of %i is %s', (part, whole, said) => {
  expect(percent(part, whole)).toBe(said);
});
