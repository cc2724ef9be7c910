import { expect, test } from 'vitest';
import { heightOf, inSight, offsetsOf } from './row-offsets.ts';

const offsets = offsetsOf([10, 20, 30, 40]);

test('rows stand below each other', () => {
  expect(offsets.tops).toEqual([0, 10, 30, 60, 100]);
  expect(heightOf(offsets)).toBe(100);
  expect(heightOf(offsetsOf([]))).toBe(0);
});

test.each([
  [0, 100, 0, 4],
  [10, 30, 1, 2],
  [9, 31, 0, 3],
  [-50, -1, 0, 0],
  [100, 200, 4, 4],
])('between %i and %i the rows from %i until %i are in sight', (top, bottom, from, until) => {
  expect(inSight(offsets, top, bottom)).toEqual({ from, until });
});

test('of no rows none is in sight', () => {
  expect(inSight(offsetsOf([]), 0, 100)).toEqual({ from: 0, until: 0 });
});
