import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('each try waits longer than the one before, up to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map((failures) => backoffMs(failures, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('pages that lost the collector at the same time do not come back at the same time', () => {
  expect(backoffMs(6, 0)).toBe(15_000);
  expect(backoffMs(6, 1)).toBe(30_000);
});
