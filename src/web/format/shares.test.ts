import { expect, test } from 'vitest';
import { shares } from './shares.ts';

const summed = (said: readonly string[]): number => said.reduce((sum, one) => sum + Number.parseFloat(one.replace('< ', '')) * 10, 0) / 10;

test('parts of a whole have one decimal and add up to it', () => {
  expect(shares([98_97, 93, 10])).toEqual(['99.0 %', '0.9 %', '0.1 %']);
  expect(shares([98.7, 1.3])).toEqual(['98.7 %', '1.3 %']);
  expect(shares([1, 1, 1])).toEqual(['33.4 %', '33.3 %', '33.3 %']);
  for (const parts of [
    [1, 1, 1],
    [98_955, 945, 100],
    [7, 11, 13, 17],
    [99_999, 1, 0],
    [997, 1, 1, 1],
    [1_000_000, 1, 1, 1, 1],
  ])
    expect(summed(shares(parts))).toBeCloseTo(100, 6);
});

test('all and nothing are said only where that is so', () => {
  expect(shares([5, 0])).toEqual(['100 %', '0 %']);
  expect(shares([99_999, 1])).toEqual(['99.9 %', '< 0.1 %']);
  expect(shares([0, 0])).toEqual(['0 %', '0 %']);
  expect(shares([])).toEqual([]);
});
