import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fleetFile, openFleet } from '../../../test/support/fleet-store.ts';
import type { Verdict } from '../../contract/finding.ts';
import { disjoint } from './disjoint.ts';
import type { FleetStore } from './store.ts';

const minute = 60_000;
const start = Date.parse('2026-03-01T00:00:00Z');
const gapMs = 3 * minute;
const pair = { group: 'billing', pair: 'app1' };

/** Times are minutes from the start. */
const confirm = (store: FleetStore, at: number, verdict: Verdict, subject: typeof pair | { group: string; pair: null } = pair) =>
  store.verdicts.confirm(subject, verdict, start + at * minute, gapMs);

const spans = (store: FleetStore, from = -1_000, to = 10_000) =>
  store.verdicts.spans(pair, start + from * minute, start + to * minute).map((span) => [span.verdict, ...minutesOf(span)]);

const minutesOf = ({ from, until }: { readonly from: number; readonly until: number }) => [
  (from - start) / minute,
  (until - start) / minute,
];

test('a verdict that is confirmed again and again is one span', () => {
  const store = openFleet();
  for (const at of [0, 1, 2, 4]) confirm(store, at, 'ready');
  expect(spans(store)).toEqual([['ready', 0, 4]]);
  expect(store.verdicts.latest(pair)).toEqual({ ...pair, verdict: 'ready', from: start, until: start + 4 * minute });
});

test('what is confirmed is said as it stands afterwards', () => {
  const store = openFleet();
  expect(confirm(store, 0, 'ready')).toEqual({ ...pair, verdict: 'ready', from: start, until: start });
  expect(confirm(store, 2, 'ready')).toEqual({ ...pair, verdict: 'ready', from: start, until: start + 2 * minute });
  expect(confirm(store, 4, 'unknown')).toEqual({ ...pair, verdict: 'unknown', from: start + 4 * minute, until: start + 4 * minute });
});

test('a verdict stands until another one is judged, so that no time between them is lost', () => {
  const store = openFleet();
  for (const at of [0, 1, 2]) confirm(store, at, 'ready');
  for (const at of [3, 4]) confirm(store, at, 'not-ready');
  expect(spans(store)).toEqual([
    ['ready', 0, 3],
    ['not-ready', 3, 4],
  ]);
});

test('a collector that was off leaves a hole, whatever was the verdict before and after', () => {
  const store = openFleet();
  for (const at of [0, 1]) confirm(store, at, 'ready');
  for (const at of [10, 11]) confirm(store, at, 'ready');
  confirm(store, 20, 'degraded');
  expect(spans(store)).toEqual([
    ['ready', 0, 1],
    ['ready', 10, 11],
    ['degraded', 20, 20],
  ]);
});

test('as long as the gap is no hole, and a millisecond more is one', () => {
  const store = openFleet();
  confirm(store, 0, 'ready');
  confirm(store, 3, 'ready');
  expect(spans(store)).toEqual([['ready', 0, 3]]);
  store.verdicts.confirm(pair, 'ready', start + 6 * minute + 1, gapMs);
  expect(spans(store)).toHaveLength(2);
});

test('spans go on over a restart', () => {
  const file = fleetFile();
  const first = openFleet(file);
  confirm(first, 0, 'ready');
  first.close();
  const store = openFleet(file);
  expect(store.verdicts.latest(pair)?.verdict).toBe('ready');
  confirm(store, 2, 'ready');
  expect(spans(store)).toEqual([['ready', 0, 2]]);
});

test('a clock that steps back a little takes nothing back and makes no span end before it begins', () => {
  const store = openFleet();
  for (const at of [0, 5 / 2, 2]) confirm(store, at, 'ready');
  expect(spans(store)).toEqual([['ready', 0, 2.5]]);
  confirm(store, 1, 'not-ready');
  confirm(store, 3, 'not-ready');
  expect(spans(store)).toEqual([
    ['ready', 0, 2.5],
    ['not-ready', 2.5, 3],
  ]);
});

test('a clock that was ahead and is set back counts from where it is now, and of a time told twice the later word stands', () => {
  const store = openFleet();
  for (const at of [0, 1]) confirm(store, at, 'ready');
  // Ahead by an hour.
  for (const at of [61, 62, 63, 64, 65]) confirm(store, at, 'degraded');
  for (let at = 2; at <= 63; at++) confirm(store, at, 'ready');
  expect(spans(store)).toEqual([
    ['ready', 0, 1],
    ['ready', 2, 63],
    ['degraded', 63, 65],
  ]);
  expect(spans(store, 61.5, 62.5)).toEqual([['ready', 2, 63]]);
  expect(minutesOf(store.verdicts.latest(pair)!)).toEqual([2, 63]);
});

test('only spans that touch the time asked for come, whole', () => {
  const store = openFleet();
  for (const [at, verdict] of [[0, 'ready'], [2, 'unknown'], [4, 'ready'], [20, 'ready'], [22, 'degraded']] as const) confirm(store, at, verdict); // biome-ignore format: a table
  expect(spans(store, 3, 20)).toEqual([
    ['unknown', 2, 4],
    ['ready', 4, 4],
    ['ready', 20, 22],
  ]);
  expect(spans(store, 5, 19)).toEqual([]);
});

test('a group as a whole is another subject than any of its pairs', () => {
  const store = openFleet();
  const whole = { group: 'billing', pair: null };
  confirm(store, 0, 'ready');
  confirm(store, 0, 'unknown', whole);
  confirm(store, 1, 'unknown', whole);
  confirm(store, 1, 'degraded', { group: 'other', pair: 'app1' });
  expect(spans(store)).toEqual([['ready', 0, 0]]);
  expect(store.verdicts.latest(whole)).toEqual({ ...whole, verdict: 'unknown', from: start, until: start + minute });
  expect(store.verdicts.latest({ group: 'other', pair: null })).toBeNull();
  expect(store.verdicts.spans({ group: 'other', pair: 'app2' }, 0, start * 2)).toEqual([]);
});

test('what was confirmed in a transaction that failed never stood', () => {
  const store = openFleet();
  expect(() =>
    store.together(() => {
      for (const at of [0, 1]) confirm(store, at, 'ready');
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  expect(store.verdicts.latest(pair)).toBeNull();
  confirm(store, 1, 'unknown', { group: 'other', pair: null });
  confirm(store, 1, 'degraded');
  expect(spans(store)).toEqual([['degraded', 1, 1]]);
});

const verdict = fc.constantFrom<Verdict>('ready', 'not-ready', 'unknown');
const confirmations = fc.array(fc.record({ afterMs: fc.integer({ min: -20 * minute, max: 20 * minute }), verdict }), { maxLength: 60 });

test('whatever the clock does, spans are in order, none lies over another, and the newest verdict is the last one', () => {
  const store = openFleet();
  let runs = 0;
  fc.assert(
    fc.property(confirmations, (steps) => {
      const pair = { group: 'billing', pair: `app${++runs}` };
      let at = start;
      store.together(() => {
        for (const step of steps) {
          at += step.afterMs;
          const span = store.verdicts.confirm(pair, step.verdict, at, gapMs);
          expect(span.verdict).toBe(step.verdict);
          expect(span.until).toBeGreaterThanOrEqual(span.from);
          expect(Math.abs(span.until - at)).toBeLessThanOrEqual(gapMs);
        }
      });
      const told = store.verdicts.spans(pair, 0, start * 2);
      for (const [index, span] of told.entries()) {
        expect(span.until).toBeGreaterThanOrEqual(span.from);
        expect(span.from).toBeGreaterThanOrEqual(told[index - 1]?.until ?? 0);
      }
      expect(store.verdicts.latest(pair)?.verdict).toBe(steps.at(-1)?.verdict);
    }),
    { numRuns: 100 },
  );
});

test('of each moment that spans tell of, the one begun last tells', () => {
  const span = fc.tuple(fc.nat(30), fc.nat(10)).map(([from, length]) => ({ from, until: from + length }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (begun) => {
      const named = begun.map((one, n) => ({ ...one, n }));
      const told = disjoint(named);
      for (let moment = 0.5; moment < 41; moment++) {
        const at = <S extends { readonly from: number; readonly until: number }>(spans: readonly S[]) =>
          spans.filter(({ from, until }) => from < moment && moment < until);
        expect(at(told).map(({ n }) => n)).toEqual(at(named).slice(-1).map(({ n }) => n)); // biome-ignore format: one line
      }
    }),
  );
});

test('everybody of whom a verdict is kept is listed, from the first to the last that was told', () => {
  const store = openFleet();
  for (const at of [0, 1, 2]) confirm(store, at, 'ready');
  for (const at of [20, 21]) confirm(store, at, 'degraded');
  confirm(store, 5, 'ready', { group: 'billing', pair: null });
  const times = store.verdicts.subjects().map(({ from, until, ...subject }) => ({ ...subject, minutes: minutesOf({ from, until }) }));
  expect(times).toEqual([
    { group: 'billing', pair: null, minutes: [5, 5] },
    { group: 'billing', pair: 'app1', minutes: [0, 21] },
  ]);
});
