import { expect, test } from 'vitest';
import { absolute, absoluteWithSeconds, relative, span } from './times.ts';

const at = Date.UTC(2027, 2, 3, 4, 5, 6);

test('a moment is written in UTC, with 24 hours', () => {
  expect(absolute(at)).toBe('3 Mar 2027, 04:05 UTC');
  expect(absoluteWithSeconds(at)).toBe('3 Mar 2027, 04:05:06 UTC');
});

test.each([
  [0, 'just now'],
  [12_000, '12 s ago'],
  [4 * 60_000 + 59_999, '4 min ago'],
  [47 * 3_600_000, '47 h ago'],
  [48 * 3_600_000, '2 d ago'],
  [-90 * 60_000, 'in 1 h'],
])('%i ms later it was %s', (later, said) => {
  expect(relative(at, at + later)).toBe(said);
});

test('an age never rounds up to more than it is', () => {
  expect(span(59_999)).toBe('59 s');
  expect(span(3_599_999)).toBe('59 min');
});
