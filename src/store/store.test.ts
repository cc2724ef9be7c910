import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Look } from '../contract/check.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../contract/outcome.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';

const minute = 60_000;
const start = Date.parse('2026-03-01T00:00:00Z');
const opened: Store[] = [];

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'store-')), 'agent.sqlite');

function open(file = newFile()): Store {
  const answer = openStore({ file, now: start });
  if (answer.kind !== 'opened') throw new Error(`${answer.kind}`);
  opened.push(answer.store);
  return answer.store;
}

const look = (outcome: Outcome, more: Partial<Look> = {}): Look => ({
  check: 'kernel',
  probe: 'kernel',
  factsVersion: 1,
  outcome,
  readings: [],
  trail: [],
  at: start,
  tookMs: 5,
  ...more,
});

const daysLeft = (value: number): readonly Reading[] => [{ name: 'daysLeft', subject: '', value }];

test('equal looks in a row are one observation whose end and count move', () => {
  const store = open();
  const [first] = store.record([look(observed({ release: '5.15', os: 'ol8' }))]);
  const [second] = store.record([look(observed({ os: 'ol8', release: '5.15' }), { at: start + minute })]);
  expect(first).toEqual({ seq: 1, isNew: true });
  expect(second).toEqual({ seq: 1, isNew: false });
  expect(store.observations.sight('kernel')?.current).toMatchObject({ firstAt: start, lastAt: start + minute, count: 2 });
});

test('an outcome that comes back is a new row and shares what was stored of it', () => {
  const store = open();
  for (const [index, release] of ['a', 'b', 'a'].entries()) store.record([look(observed({ release }), { at: start + index * minute })]);
  expect(store.observations.history('kernel', { limit: 10 }).map((one) => [one.seq, one.outcome])).toEqual([
    [3, { kind: 'observed', facts: { release: 'a' } }],
    [2, { kind: 'observed', facts: { release: 'b' } }],
    [1, { kind: 'observed', facts: { release: 'a' } }],
  ]);
});

test('another facts version is a new row though the facts are equal', () => {
  const store = open();
  store.record([look(observed({}))]);
  expect(store.record([look(observed({}), { factsVersion: 2 })])).toEqual([{ seq: 2, isNew: true }]);
});

test('the last good look stands behind an unseen one, with its readings', () => {
  const store = open();
  store.record([look(observed({ n: 1 }), { readings: daysLeft(3) })]);
  store.record([look(unseen('timeout', 'the tool hung'), { at: start + minute })]);
  const sight = store.observations.sight('kernel');
  expect(sight?.current.outcome.kind).toBe('unseen');
  expect(sight?.lastObserved).toMatchObject({ seq: 1, outcome: { facts: { n: 1 } }, readings: daysLeft(3) });
});

test('facts from before it was absent do not stand behind an unseen look', () => {
  const store = open();
  store.record([look(observed({ n: 1 })), look(absent('not installed')), look(unseen('denied', 'no'))]);
  expect(store.observations.sight('kernel')?.lastObserved).toBeNull();
});

test('a clock that steps back a little never ends a row before its beginning', () => {
  const store = open();
  store.record([look(observed({}))]);
  store.record([look(observed({}), { at: start - 5_000 })]);
  expect(store.observations.sight('kernel')?.current).toMatchObject({ firstAt: start, lastAt: start, count: 2 });
});

test('a clock that was far ahead leaves its row behind, so that staleness works again', () => {
  const store = open();
  const ahead = start + 365 * 24 * 60 * minute;
  store.record([look(observed({}), { at: ahead })]);
  store.record([look(observed({}))]);
  expect(store.observations.sight('kernel')?.current).toMatchObject({ seq: 2, firstAt: start, lastAt: start });
});

test('a missed look keeps its span', () => {
  const store = open();
  store.record([{ ...look(unseen('missed', 'no look was taken')), until: start + 90 * minute }]);
  expect(store.observations.sight('kernel')?.current).toMatchObject({ firstAt: start, lastAt: start + 90 * minute });
});

test('a batch that cannot be written as a whole is not written at all', () => {
  const store = open();
  const broken = { ...look(observed({})), probe: null as unknown as string };
  expect(() => store.record([look(observed({ n: 1 })), broken])).toThrow(/NOT NULL/);
  expect(store.observations.newestSeq()).toBe(0);
});

test('the trail of the newest failing look is kept, and that of an unchanged good one is renewed after a while', () => {
  const store = open();
  const trail = (answered: string) => [{ afterMs: 0, tookMs: 1, asked: 'uname', answered }];
  const kept = () => store.observations.sight('kernel')?.current.trail[0]?.answered;
  store.record([look(observed({}), { trail: trail('first') })]);
  store.record([look(observed({}), { at: start + minute, trail: trail('second') })]);
  expect(kept()).toBe('first');
  store.record([look(observed({}), { at: start + 16 * minute, trail: trail('third') })]);
  expect(kept()).toBe('third');
});

test('changes after a cursor are every row once, and where rows that ended came to rest', () => {
  const store = open();
  store.record([look(observed({ n: 1 })), look(observed({}), { check: 'dns' })]);
  const seen = store.observations.changes(0, 10);
  expect(seen.observations.map((one) => one.seq)).toEqual([1, 2]);
  store.record([look(observed({ n: 1 }), { at: start + minute })]);
  store.record([look(observed({ n: 2 }), { at: start + 2 * minute })]);
  const next = store.observations.changes(2, 10);
  expect(next.observations.map((one) => [one.seq, one.check])).toEqual([[3, 'kernel']]);
  expect(next.ended).toEqual([{ check: 'kernel', seq: 1, lastAt: start + minute, count: 2 }]);
  expect(next.current).toEqual([
    { check: 'dns', seq: 2, lastAt: start, count: 1, readings: [] },
    { check: 'kernel', seq: 3, lastAt: start + 2 * minute, count: 1, readings: [] },
  ]);
  expect(next).toMatchObject({ oldestSeq: 1, newestSeq: 3, hasMore: false });
});

test('a page of changes has at most as many rows as asked for and says that there are more', () => {
  const store = open();
  store.record(Array.from({ length: 5 }, (_, n) => look(observed({ n }), { at: start + n * minute })));
  const first = store.observations.changes(0, 2);
  expect([first.observations.length, first.hasMore]).toEqual([2, true]);
  const last = store.observations.changes(3, 2);
  expect([last.observations.length, last.hasMore]).toEqual([2, false]);
});

test('a page of changes ends early when its rows are heavy, and always moves on', () => {
  const store = open();
  const text = 'x'.repeat(3 * 1024 ** 2);
  store.record(Array.from({ length: 4 }, (_, n) => look(observed({ n, text }), { at: start + n * minute })));
  const page = store.observations.changes(0, 10);
  expect([page.observations.length, page.hasMore]).toEqual([2, true]);
});

test('sequence numbers go on after a restart and are not given again when the newest rows are gone', () => {
  const file = newFile();
  const first = open(file);
  first.record([look(observed({ n: 1 })), look(observed({ n: 2 }), { at: start + minute })]);
  opened.pop();
  first.close();
  const second = open(file);
  expect(second.instanceId).toBe(first.instanceId);
  expect(second.record([look(observed({ n: 3 }), { at: start + 2 * minute })])).toEqual([{ seq: 3, isNew: true }]);
});

test('readings come back in the order of time, whole looks a page', () => {
  const store = open();
  for (let n = 0; n < 130; n++) {
    const readings = [
      { name: 'connectMs', subject: 'a', value: n + 0.125 },
      { name: 'connectMs', subject: 'b', value: -n },
    ];
    store.record([look(observed({}), { at: start + n * minute, readings })]);
  }
  while (store.maintain(start + 200 * minute, { keepMs: 1e12, bytesMax: 1e12 }));
  const query = { from: start + minute, to: start + 128 * minute };
  const first = store.readings.page('kernel', query, 101);
  expect(first.points.length).toBe(102);
  const rest = store.readings.page('kernel', { ...query, from: first.nextFrom! }, 1_000);
  expect(rest.nextFrom).toBeNull();
  const all = [...first.points, ...rest.points].filter((point) => point.subject === 'a');
  expect(all.map((point) => [point.at, point.value])).toEqual(Array.from({ length: 127 }, (_, n) => [start + (n + 1) * minute, n + 1.125]));
});

test('hours of readings are counted the same before and after they are packed', () => {
  const store = open();
  for (let n = 0; n < 120; n++) store.record([look(observed({}), { at: start + n * minute, readings: daysLeft(n) })]);
  const hourly = () => store.readings.hourly('kernel', { from: start, to: start + 120 * minute, name: 'daysLeft' }, 100).hours;
  const before = hourly();
  expect(before).toMatchObject([
    { hour: start, count: 60, min: 0, max: 59, mean: 29.5 },
    { hour: start + 60 * minute, count: 60, min: 60, max: 119, mean: 89.5 },
  ]);
  while (store.maintain(start + 200 * minute, { keepMs: 1e12, bytesMax: 1e12 }));
  expect(hourly()).toEqual(before);
});

test('two looks in one millisecond both keep their readings', () => {
  const store = open();
  store.record([look(observed({}), { readings: daysLeft(1) }), look(observed({}), { readings: daysLeft(2) })]);
  const { points } = store.readings.page('kernel', { from: start, to: start + minute }, 10);
  expect(points.map((point) => point.value)).toEqual([1, 2]);
});

test('numbers that are no numbers are left out of the series', () => {
  const store = open();
  store.record([look(observed({}), { readings: [...daysLeft(Number.NaN), { name: 'lagMs', subject: '', value: 4 }] })]);
  expect(store.readings.page('kernel', { from: 0, to: start + minute }, 10).points).toEqual([
    { at: start, subject: '', name: 'lagMs', value: 4 },
  ]);
});
