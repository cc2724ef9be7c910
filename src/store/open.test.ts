import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../test/support/sqlite.ts';
import { observed } from '../contract/outcome.ts';
import type { Opened } from './database.ts';
import { migrations } from './migrations.ts';
import { openStore } from './open.ts';
import type { RecordedLook } from './record.ts';
import type { Store } from './store.ts';

const now = Date.parse('2026-03-01T12:30:45Z');

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-open-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'agent.db');
}

function open(file: string, options: { readonly isDistrusted?: boolean } = {}): Opened<Store> {
  const opened = openStore({ file, now, ...options });
  if (opened.kind === 'opened') onTestFinished(() => opened.store.close());
  return opened;
}

const look: RecordedLook = {
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome: observed({ text: 'x'.repeat(20_000) }),
  readings: [],
  trail: [],
  at: now,
  tookMs: 1,
};

/** A sound file with a row in it, closed. */
function filled(file: string): void {
  const opened = openStore({ file, now });
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  opened.store.record(
    Array.from({ length: 20 }, (_, n) => ({
      ...look,
      check: `check-${n}`,
      outcome: observed({ n, noise: String(Math.sin(n)).repeat(500) }),
    })),
  );
  opened.store.close();
}

test('a new history is strict, synced, ours and readable by group only', () => {
  const file = newFile();
  const opened = open(file);
  expect(opened.kind).toBe('opened');
  const db = openSqlite(file, true);
  onTestFinished(() => void db.close());
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
  const lax = db.prepare(`SELECT name FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite_%'`).all();
  expect(lax).toEqual([]);
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test.each([
  ['text', (file: string) => writeFileSync(file, 'this is no database at all, it is a poem of some length '.repeat(40))],
  ['noise', (file: string) => writeFileSync(file, Buffer.alloc(8_192, 0xa5))],
  [
    'a page of noise in the middle',
    (file: string) => {
      filled(file);
      const page = openSync(file, 'r+');
      for (let at = 4_096; at < statSync(file).size; at += 4_096) writeSync(page, Buffer.alloc(4_096, 0x5a), 0, 4_096, at);
    },
  ],
  [
    'a file that was cut short',
    (file: string) => {
      filled(file);
      writeFileSync(file, readFileSync(file).subarray(0, 9_000));
    },
  ],
  [
    'the database of another program',
    (file: string) => {
      const db = openSqlite(file);
      db.exec('CREATE TABLE bookmarks (url TEXT)');
      db.close();
    },
  ],
])('%s is set aside under a dated name, untouched, and a new history begun', (_, damage) => {
  const file = newFile();
  damage(file);
  const before = readFileSync(file);
  const opened = open(file);
  expect(opened).toMatchObject({ kind: 'opened', setAside: { to: `${file}.damaged-20260301T123045.000Z` } });
  expect(readFileSync(`${file}.damaged-20260301T123045.000Z`).equals(before)).toBe(true);
  if (opened.kind === 'opened') expect(opened.store.record([look])).toEqual([{ seq: 1, isNew: true }]);
});

test('a history that proved damaged in use is set aside whatever it looks like', () => {
  const file = newFile();
  filled(file);
  expect(open(file, { isDistrusted: true })).toMatchObject({ kind: 'opened', setAside: { reason: expect.stringContaining('in use') } });
});

test('a history begun anew has another instance id', () => {
  const file = newFile();
  const first = openStore({ file, now });
  if (first.kind !== 'opened') throw new Error(first.kind);
  first.store.close();
  const again = openStore({ file, now });
  if (again.kind !== 'opened') throw new Error(again.kind);
  again.store.close();
  const anew = open(file, { isDistrusted: true });
  expect(again.store.instanceId).toBe(first.store.instanceId);
  expect(anew.kind === 'opened' && anew.store.instanceId).not.toBe(first.store.instanceId);
});

test('of the files that were set aside only the newest three are kept', () => {
  const file = newFile();
  for (let n = 0; n < 5; n++) {
    writeFileSync(file, `damaged ${n} `.repeat(100));
    const opened = openStore({ file, now: now + n * 1_000 });
    if (opened.kind === 'opened') opened.store.close();
  }
  const left = readdirSync(join(file, '..')).filter((name) => name.includes('.damaged-'));
  expect(left.sort()).toEqual(['47', '48', '49'].map((second) => `agent.db.damaged-20260301T1230${second}.000Z`));
});

test('a history of a newer release is refused, named, and left as it is', () => {
  const file = newFile();
  filled(file);
  const db = openSqlite(file);
  db.pragma('user_version = 99');
  db.close();
  expect(open(file)).toMatchObject({ kind: 'newer', detail: expect.stringMatching(/has schema 99, this release knows up to 1/) });
  expect(readdirSync(join(file, '..')).some((name) => name.includes('damaged'))).toBe(false);
});

test('a second opener is told that it is locked, until the first lets go', () => {
  const file = newFile();
  const first = openStore({ file, now });
  expect(open(file)).toEqual({ kind: 'locked' });
  if (first.kind === 'opened') first.store.close();
  expect(open(file).kind).toBe('opened');
});

test('the lock of a killed process is gone with it', () => {
  const file = newFile();
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))};
    const opened = openStore({ file: ${JSON.stringify(file)}, now: 1 });
    if (opened.kind !== 'opened') process.exit(9);
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  expect(open(file).kind).toBe('opened');
});

test('a folder that cannot be made says so and is no damage', () => {
  const file = newFile();
  writeFileSync(file, '');
  expect(open(join(file, 'below', 'agent.db'))).toMatchObject({ kind: 'failed', detail: expect.stringContaining('cannot be made') });
});

test('a history that is killed while the first page is still in the log is ours when it is opened again', () => {
  const file = newFile();
  const opened = openStore({ file, now });
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  opened.store.record([look]);
  const copy = join(file, '..', 'copy.db');
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
  opened.store.close();
  const again = open(copy);
  expect(again).toMatchObject({ kind: 'opened', setAside: null });
  if (again.kind === 'opened') expect(again.store.observations.newestSeq()).toBe(1);
});

describe('a release with one migration more', () => {
  const more = [...migrations, 'CREATE TABLE later (n INTEGER NOT NULL) STRICT; INSERT INTO later SELECT count FROM observations;'];
  const wrong = [...migrations, 'CREATE TABLE later (n INTEGER NOT NULL) STRICT; INSERT INTO nowhere VALUES (1);'];

  function withOneLook(): string {
    const file = newFile();
    const first = openStore({ file, now: 1 });
    if (first.kind !== 'opened') throw new Error(first.kind);
    const look = { check: 'a', probe: 'a', factsVersion: 1, outcome: observed({ x: 1 }), readings: [], trail: [], at: 5, tookMs: 1 };
    first.store.record([look]);
    first.store.close();
    return file;
  }

  test('brings the file of the release before it up to date, with everything that is in it', () => {
    const file = withOneLook();
    const opened = openStore({ file, now: 2, migrations: more });
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    expect(opened.setAside).toBeNull();
    expect(opened.store.observations.sight('a')?.current).toMatchObject({ seq: 1, firstAt: 5 });
    opened.store.close();
    const db = openSqlite(file);
    expect([db.pragma('user_version', { simple: true }), db.prepare('SELECT n FROM later').get()]).toEqual([more.length, { n: 1 }]);
    db.close();
  });

  test('that fails in the middle leaves the file as it was, for the release before it', () => {
    const file = withOneLook();
    expect(openStore({ file, now: 2, migrations: wrong })).toMatchObject({ kind: 'failed', detail: expect.stringContaining('nowhere') });
    const again = openStore({ file, now: 3 });
    if (again.kind !== 'opened') throw new Error(again.kind);
    expect([again.setAside, again.store.observations.newestSeq()]).toEqual([null, 1]);
    again.store.close();
  });
});

test('a folder below /proc cannot be made, and that is said instead of never returning', () => {
  expect(openStore({ file: '/proc/understudy/agent.db', now: 0 })).toMatchObject({
    kind: 'failed',
    detail: expect.stringContaining('/proc/understudy'),
  });
});

test('folders that are missing on the way to the file are made', () => {
  const home = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const opened = openStore({ file: join(home, 'a', 'b', 'agent.db'), now: 0 });
  expect(opened.kind).toBe('opened');
  if (opened.kind === 'opened') opened.store.close();
});
