import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../test/support/sqlite.ts';
import { observed, unseen } from '../contract/outcome.ts';
import { openStore } from './open.ts';
import type { RecordedLook } from './record.ts';
import type { Store } from './store.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const start = Date.parse('2026-03-01T00:00:00Z');
const ample = { keepMs: 1_000 * day, bytesMax: 1e12 };

const open = (): Store => openFile().store;

function openFile(): { readonly store: Store; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'store-retention-'));
  const file = join(folder, 'agent.db');
  const opened = openStore({ file, now: start });
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  onTestFinished(() => {
    opened.store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store: opened.store, file };
}

/** Moves the log into the file, which is cut to what it needs then. */
function checkpoint(file: string): void {
  const db = openSqlite(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

const look = (at: number, more: Partial<RecordedLook> = {}): RecordedLook => ({
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome: observed({ at }),
  readings: [{ name: 'lagMs', subject: '', value: at % 997 }],
  trail: [{ afterMs: 0, tookMs: 1, asked: 'a', answered: 'b' }],
  at,
  tookMs: 1,
  ...more,
});

function maintain(store: Store, now: number, limits: { readonly keepMs: number; readonly bytesMax: number }): number {
  let steps = 0;
  while (store.maintain(now, limits)) if (++steps > 10_000) throw new Error('retention does not end');
  return steps;
}

const seqs = (store: Store) => store.observations.history('dns', { limit: 500 }).map(({ seq }) => seq);

test('rows that ended too long ago go, and a poller sees that its cursor has a gap behind it', () => {
  const store = open();
  for (let n = 0; n < 10; n++) store.record([look(start + n * day)]);
  maintain(store, start + 10 * day, { ...ample, keepMs: 4.5 * day });
  expect(seqs(store)).toEqual([10, 9, 8, 7]);
  expect(store.observations.changes(2, 100)).toMatchObject({ oldestSeq: 7, newestSeq: 10, hasMore: false });
  expect(store.readings.page('dns', { from: 0, to: start + 20 * day }, 100).points.map(({ at }) => at)).toEqual(
    [6, 7, 8, 9].map((n) => start + n * day),
  );
});

test('what is known now stays whatever its age: the newest row, and the last that was seen', () => {
  const store = open();
  store.record([look(start), look(start + minute, { outcome: unseen('denied', 'no') }), look(start, { check: 'other' })]);
  maintain(store, start + 5_000 * day, { ...ample, keepMs: day });
  expect(store.observations.sight('dns')).toMatchObject({ current: { seq: 2 }, lastObserved: { seq: 1 } });
  expect(store.observations.sight('other')?.current.seq).toBe(3);
});

test('trails of looks that went well go after a week, those of failures stay with their rows', () => {
  const store = open();
  store.record([look(start), look(start + minute, { outcome: unseen('denied', 'no') }), look(start + 2 * minute)]);
  maintain(store, start + 20 * day, ample);
  const trails = store.observations.history('dns', { limit: 10 }).map(({ outcome, trail }) => [outcome.kind, trail.length]);
  expect(trails).toEqual([
    ['observed', 0],
    ['unseen', 1],
    ['observed', 0],
  ]);
});

test('a history over its size shrinks below it, numbers first, and gives the pages back', () => {
  const { store, file } = openFile();
  const noise = (n: number): string => Array.from({ length: 400 }, (_, k) => Math.sin(n * 401 + k)).join();
  for (let n = 0; n < 300; n++) store.record([look(start + n * minute, { outcome: observed({ noise: noise(n) }) })]);
  const bytesMax = 1024 ** 2;
  checkpoint(file);
  const before = statSync(file).size;
  maintain(store, start + 400 * minute, { ...ample, bytesMax });
  const kept = seqs(store);
  expect(kept[0]).toBe(300);
  expect(kept.length).toBeGreaterThan(100);
  expect(kept.length).toBeLessThan(290);
  expect(store.readings.page('dns', { from: 0, to: start + day }, 10).points).toEqual([]);
  checkpoint(file);
  expect(before).toBeGreaterThan(bytesMax * 1.2);
  // What one step of giving back is too small for stays inside.
  expect(statSync(file).size).toBeLessThan(bytesMax + 64 * 4_096);
});

test('outcomes that nothing refers to any more go with their rows; those still in use stay', () => {
  const store = open();
  for (const [n, value] of ['a', 'b', 'a', 'c'].entries()) store.record([look(start + n * day, { outcome: observed({ value }) })]);
  maintain(store, start + 4 * day, { ...ample, keepMs: 2.5 * day });
  expect(store.observations.history('dns', { limit: 10 }).map(({ outcome }) => outcome)).toEqual([
    { kind: 'observed', facts: { value: 'c' } },
    { kind: 'observed', facts: { value: 'a' } },
  ]);
});

test('packing and retention of a busy week take many short steps', () => {
  const store = open();
  const looks = Array.from({ length: 5_000 }, (_, n) =>
    look(start + n * minute, {
      outcome: observed({ value: n % 50 }),
      readings: Array.from({ length: 8 }, (_, k) => ({ name: 'lagMs', subject: String(k), value: n * k })),
    }),
  );
  for (let at = 0; at < looks.length; at += 500) store.record(looks.slice(at, at + 500));
  expect(maintain(store, start + 10 * day, { ...ample, keepMs: day })).toBeGreaterThan(100);
});

test('a series that is no longer used is forgotten with its last numbers', () => {
  const store = open();
  store.record([look(start, { readings: [{ name: 'lagMs', subject: 'old', value: 1 }] })]);
  store.record([look(start + 9 * day, { readings: [{ name: 'lagMs', subject: 'new', value: 1 }] })]);
  maintain(store, start + 10 * day, { ...ample, keepMs: 3 * day });
  expect(store.readings.series('dns')).toEqual([{ subject: 'new', name: 'lagMs' }]);
});

test('what is known of a check that is not configured any more goes by age; of one that is, it stays', () => {
  const store = open();
  store.record([look(start), look(start + 1, { check: 'gone' }), look(start + 2, { check: 'gone', outcome: unseen('denied', 'x') })]);
  const limits = { ...ample, keepMs: day };
  const isConfigured = (check: string): boolean => check === 'dns';
  while (store.maintain(start + 0.5 * day, limits, isConfigured));
  expect(store.observations.sight('gone')).not.toBeNull();
  while (store.maintain(start + 5 * day, limits, isConfigured));
  expect([store.observations.sight('gone'), store.observations.history('gone', { limit: 9 })]).toEqual([null, []]);
  expect(store.observations.currents().map(({ check }) => check)).toEqual(['dns']);
  // Configured again, it goes on as a check that was never looked at.
  store.record([look(start + 6 * day, { check: 'gone' })]);
  expect(store.observations.sight('gone')?.current).toMatchObject({ seq: 4, count: 1 });
});

test('the log beside the file stays small over many looks', () => {
  const { store, file } = openFile();
  for (let n = 0; n < 2_000; n++) store.record([look(start + n * minute, { outcome: observed({ n, text: `${n} `.repeat(400) }) })]);
  expect(statSync(`${file}-wal`).size).toBeLessThan(8 * 1024 ** 2);
});
