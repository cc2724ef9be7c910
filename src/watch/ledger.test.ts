import { randomBytes } from 'node:crypto';
import { existsSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { fakeClock, listeningLog, minute, temporaryFolder } from '../../test/support/agent.ts';
import { observed, unseen } from '../contract/outcome.ts';
import type { RecordedLook } from '../store/record.ts';
import { createLedger } from './ledger.ts';

function newLedger(file = join(temporaryFolder(), 'agent.db')) {
  const clock = fakeClock();
  const log = listeningLog();
  const ledger = createLedger({ file, limits: ample, clock, log });
  onTestFinished(() => ledger.close());
  return { ledger, clock, log, file };
}

const look = (at: number, more: Partial<RecordedLook> = {}): RecordedLook => ({
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome: observed({ value: 1 }),
  readings: [],
  trail: [],
  at,
  tookMs: 1,
  ...more,
});

const ample = { keepMs: 1e12, bytesMax: 1e12 };
/** The history may not grow: SQLite then says what it says on a full disk. */
const none = { keepMs: 1e12, bytesMax: 1 };

const noise = (n: number): string => Array.from({ length: 2_000 }, (_, k) => Math.sin(n * 2_003 + k)).join();

test('a full disk degrades: looks wait in memory, are shown, and are written when there is room', async () => {
  const { ledger, clock, log } = newLedger();
  expect(ledger.open()).toBe('opened');
  ledger.record([look(clock.now(), { outcome: observed({ noise: noise(0) }) })]);
  ledger.setLimits(none);
  expect(ledger.record([look(clock.now() + 1, { outcome: observed({ noise: noise(1) }) })])).toBeNull();
  expect(ledger.health()).toMatchObject({ state: 'degraded', waitingLooks: 1, trouble: { detail: expect.stringMatching(/full/) } });
  expect(ledger.sight('dns')?.current).toMatchObject({ seq: 0, outcome: { facts: { noise: noise(1) } } });
  expect(log.said.filter(({ level }) => level === 'error').length).toBe(1);
  ledger.setLimits(ample);
  await clock.advance(2_000);
  expect(ledger.health()).toMatchObject({ state: 'ok', waitingLooks: 0 });
  expect(ledger.sight('dns')?.current).toMatchObject({ seq: 2, outcome: { facts: { noise: noise(1) } } });
});

test('while the disk is full, equal looks count on, and each check keeps a bounded number of changes', async () => {
  const { ledger, clock } = newLedger();
  ledger.open();
  ledger.record([look(clock.now(), { outcome: observed({ noise: noise(0) }) })]);
  ledger.setLimits(none);
  const start = clock.now();
  for (let n = 0; n < 5; n++) ledger.record([look(start + n * minute, { outcome: observed({ noise: noise(1) }) })]);
  expect(ledger.sight('dns')?.current).toMatchObject({ count: 5, firstAt: start, lastAt: start + 4 * minute });
  for (let n = 0; n < 100; n++) ledger.record([look(start + (5 + n) * minute, { outcome: unseen('denied', `${n}`) })]);
  expect(ledger.health()).toMatchObject({ waitingLooks: 16, droppedLooks: 85 });
  ledger.setLimits(ample);
  await clock.advance(2 * minute);
  const kept = ledger.ask((store) => store.observations.history('dns', { limit: 100 }))!;
  expect(kept.length).toBe(17);
});

test('equal looks that waited keep their count and their span when they are written', async () => {
  const { ledger, clock } = newLedger();
  ledger.open();
  ledger.record([look(clock.now(), { outcome: observed({ noise: noise(0) }) })]);
  ledger.setLimits(none);
  const start = clock.now();
  for (let n = 0; n < 5; n++) ledger.record([look(start + n * minute, { outcome: observed({ noise: noise(1) }) })]);
  ledger.setLimits(ample);
  await clock.advance(2 * minute);
  expect(ledger.sight('dns')?.current).toMatchObject({ seq: 2, count: 5, firstAt: start, lastAt: start + 4 * minute });
});

test('the last good look stands behind unseen ones that wait', () => {
  const { ledger, clock } = newLedger();
  ledger.open();
  ledger.record([look(clock.now())]);
  ledger.setLimits(none);
  ledger.record([look(clock.now() + 1, { outcome: unseen('denied', noise(1)) })]);
  expect(ledger.sight('dns')).toMatchObject({ current: { seq: 0, outcome: { kind: 'unseen' } }, lastObserved: { seq: 1 } });
});

test('a folder that cannot be made at the start is tried again', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'state'), 'in the way');
  const { ledger, clock } = newLedger(join(folder, 'state', 'agent.db'));
  expect(ledger.open()).toBe('degraded');
  expect(ledger.record([look(clock.now())])).toBeNull();
  expect(ledger.health().instanceId).toBeNull();
  rmSync(join(folder, 'state'));
  await clock.advance(5_000);
  expect(ledger.health()).toMatchObject({ state: 'ok', waitingLooks: 0 });
  expect(ledger.sight('dns')?.current.seq).toBe(1);
});

test('a page that turns out damaged in use: the file is set aside, a new one begun, and nothing of the moment is lost', () => {
  const { ledger, clock, log, file } = newLedger();
  ledger.open();
  for (let n = 0; n < 50; n++) ledger.record([look(clock.now() + n, { outcome: observed({ noise: noise(n) }) })]);
  const instance = ledger.health().instanceId;
  // Another connection's write makes the ledger forget what it has in memory, and moves the log into the file.
  const other = new Database(file);
  other.exec(`UPDATE meta SET value = value || '0' WHERE key = 'begun'`);
  other.pragma('wal_checkpoint(TRUNCATE)');
  other.close();
  const handle = openSync(file, 'r+');
  for (let at = 4_096; at < statSync(file).size; at += 4_096) writeSync(handle, Buffer.alloc(4_096, 0x5a), 0, 4_096, at);
  const recorded = ledger.record([look(clock.now() + 100, { outcome: observed({ value: 'after' }) })]);
  expect(recorded).toEqual([{ seq: 1, isNew: true }]);
  const { setAside, instanceId, state } = ledger.health();
  expect(state).toBe('ok');
  expect(instanceId).not.toBe(instance);
  expect(existsSync(setAside!.to)).toBe(true);
  expect(log.said.some(({ level, message }) => level === 'error' && message.includes('set aside'))).toBe(true);
});

test('nothing but the agent itself notices that somebody reads the history beside it', () => {
  const { ledger, clock, file } = newLedger();
  ledger.open();
  ledger.record([look(clock.now())]);
  const reader = new Database(file, { readonly: true });
  onTestFinished(() => void reader.close());
  expect(reader.prepare('SELECT count(*) AS n FROM observations').get()).toEqual({ n: 1 });
  expect(ledger.record([look(clock.now() + 1)])).toEqual([{ seq: 1, isNew: false }]);
});

test('a history that somebody removes is begun anew within a minute, and said', async () => {
  const { ledger, clock, log, file } = newLedger();
  ledger.open();
  ledger.record([look(clock.now())]);
  const { instanceId } = ledger.health();
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  await clock.advance(minute);
  expect(ledger.health().instanceId).not.toBe(instanceId);
  expect(ledger.record([look(clock.now())])).toMatchObject([{ seq: 1, isNew: true }]);
  expect(existsSync(file)).toBe(true);
  expect(log.said.filter(({ message }) => message.includes('removed or replaced')).length).toBe(1);
});

test('what cannot be written while the disk is full is not said again and again', () => {
  const { ledger, clock, log } = newLedger();
  ledger.open();
  ledger.record([look(clock.now(), { outcome: observed({ noise: noise(0) }) })]);
  ledger.setLimits(none);
  ledger.record([look(clock.now() + 1, { outcome: observed({ noise: noise(1) }) })]);
  const failing = Array.from({ length: 3 }, (_, n) =>
    ledger.ask((store) => store.twins.set({ snapshot: { noise: noise(n) } as never, terms: null, receivedAt: clock.now() }) ?? true),
  );
  expect(failing).toEqual([null, null, null]);
  expect(log.said.filter(({ level }) => level !== 'info').length).toBe(1);
});

test('looks that are lost because the disk is still full at the end are counted in the log', () => {
  const { ledger, clock, log } = newLedger();
  ledger.open();
  ledger.record([look(clock.now(), { outcome: observed({ noise: noise(0) }) })]);
  ledger.setLimits(none);
  ledger.record([look(clock.now() + 1, { outcome: observed({ noise: noise(1) }) })]);
  ledger.close();
  expect(log.said.at(-1)).toMatchObject({ level: 'error', fields: { looks: 1 } });
});

test('somebody who reads the history without end, so that its log grows, is told of', () => {
  const { ledger, clock, file } = newLedger();
  ledger.open();
  ledger.record([look(clock.now())]);
  const reader = new Database(file, { readonly: true });
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM observations').get();
  const large = (n: number) => look(clock.now() + n, { outcome: observed({ noise: randomBytes(500_000).toString('hex') }) });
  for (let n = 0; n < 80; n++) ledger.record([large(n)]);
  expect(ledger.health()).toMatchObject({ state: 'ok', isHeldUp: true });
  reader.exec('COMMIT');
  // The log begins anew with the writes that follow.
  for (let n = 80; n < 84; n++) ledger.record([large(n)]);
  expect(ledger.health().isHeldUp).toBe(false);
});
