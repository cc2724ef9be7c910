// How far a node's clock is off is known within half a round trip, whatever the round trip was like.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { better, type ClockOffset, measured } from './clock-offset.ts';

const trip = fc.record({
  trueOffset: fc.integer({ min: -1e9, max: 1e9 }),
  thereMs: fc.integer({ min: 0, max: 4_000 }),
  backMs: fc.integer({ min: 0, max: 4_000 }),
  readMs: fc.integer({ min: 0, max: 4_000 }),
  sentAt: fc.integer({ min: 1e12, max: 2e12 }),
});

test('the true offset is never further from what was measured than is said', () => {
  fc.assert(
    fc.property(trip, ({ trueOffset, thereMs, backMs, readMs, sentAt }) => {
      const waitedMs = thereMs + backMs;
      const nodeNow = sentAt + thereMs + trueOffset;
      const { offsetMs, errorMs } = measured({ nodeNow, readAt: sentAt + waitedMs + readMs, waitedMs, readMs, monotonicMs: 0 });
      expect(Math.abs(offsetMs - trueOffset)).toBeLessThanOrEqual(errorMs);
      expect(errorMs).toBe(waitedMs / 2 + 1);
    }),
  );
});

const at = (offsetMs: number, errorMs: number, atMs: number): ClockOffset => ({ offsetMs, errorMs, atMs });

test('a sure measurement outlives unsure ones, until it is too old to be surer', () => {
  const sure = at(100, 1, 0);
  expect(better(null, sure)).toBe(sure);
  expect(better(sure, at(130, 40, 30_000))).toBe(sure);
  const later = at(90, 40, 200_000);
  expect(better(sure, later)).toBe(later);
  const surer = at(101, 0.5, 30_000);
  expect(better(sure, surer)).toBe(surer);
});

test('a clock that was set is believed at once, however unsure', () => {
  const sure = at(100, 1, 0);
  const set = at(-5_000, 200, 30_000);
  expect(better(sure, set)).toBe(set);
});
