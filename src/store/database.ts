// Opens a history, whatever state its file is in: it is begun anew rather than trusted when damaged, and never when it is newer than us.
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from './engine/database.ts';
import { chosenEngine } from './engine/engine.ts';
import { codeOf } from './engine/error-code.ts';
import { type Lock, takeLock } from './lock.ts';

/** Whose history it is: an agent's or a collector's. */
export interface Schema<S> {
  /** SQLite's application_id: tells our files from any other, and one kind of ours from another. */
  readonly applicationId: number;
  /** Appended to, never edited: a released one has already run on somebody's machine. The file's user_version is the number done. */
  readonly migrations: readonly string[];
  /** KiB of pages in memory. */
  readonly cacheKiB: number;
  readonly create: (parts: HistoryParts) => S;
}

export interface HistoryParts {
  readonly db: Database;
  /** Random; another one means that the history was begun anew. */
  readonly instanceId: string;
  readonly file: string;
  /** Gives the file free for another daemon. */
  readonly release: () => void;
}

export type Opened<S> =
  | { readonly kind: 'opened'; readonly store: S; readonly setAside: SetAside | null }
  /** Another daemon has it. */
  | { readonly kind: 'locked' }
  /** Written by a later release. */
  | { readonly kind: 'newer'; readonly detail: string }
  /** Read-only folder, full disk, no permission: may mend itself. */
  | { readonly kind: 'failed'; readonly detail: string };

type Failed = { readonly kind: 'failed'; readonly detail: string };

export interface SetAside {
  readonly to: string;
  readonly reason: string;
}

export interface OpenOptions {
  readonly file: string;
  /** Epoch milliseconds; names what is set aside. */
  readonly now: number;
  /** The file proved damaged while it was in use: set it aside whatever it looks like now. */
  readonly isDistrusted?: boolean;
}

/**
 * Half a second of reading is too long at every start for what is hardly ever found: larger files are checked by use instead,
 * and the first page that turns out damaged has the same end.
 */
const quickCheckBytesMax = 16 * 1024 ** 2;
/** Enough to look into what happened; more would let a bad disk fill itself with its own ruins. */
const setAsideMax = 3;

export function openHistory<S>(schema: Schema<S>, options: OpenOptions): Opened<S> {
  const folder = makeFolder(dirname(options.file));
  if (folder !== null) return folder;
  const lock = takeLock(`${options.file}.lock`);
  if (lock.kind !== 'taken') return lock;
  const opened = tryOpen(schema, options, lock);
  if (opened.kind !== 'opened') lock.release();
  return opened;
}

function makeFolder(folder: string): Failed | null {
  try {
    makeFolders(folder);
    return null;
  } catch (error) {
    return { kind: 'failed', detail: `the folder ${folder} cannot be made: ${messageOf(error)}` };
  }
}

/** Node's own recursive mkdir never returns below /proc (v26.10), where mkdir says that the parent is missing. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o750 });
}

function tryOpen<S>(schema: Schema<S>, options: OpenOptions, lock: Lock): Opened<S> {
  if (options.isDistrusted === true) return anew(schema, options, lock, 'a page proved damaged while it was in use');
  try {
    const db = chosenEngine().engine.open(options.file, { timeoutMs: busyTimeoutMs });
    const state = examine(db, schema, options.file);
    if (state.kind === 'ours') return { kind: 'opened', store: begin(db, schema, options, lock), setAside: null };
    db.close();
    return state.kind === 'newer' ? state : anew(schema, options, lock, state.reason);
  } catch (error) {
    return isDamage(error) ? anew(schema, options, lock, messageOf(error)) : failed(options.file, error);
  }
}

/** Nobody else writes, but a person may look into it with sqlite3 or copy it. */
const busyTimeoutMs = 2_000;

type Examined =
  | { readonly kind: 'ours' }
  | { readonly kind: 'newer'; readonly detail: string }
  | { readonly kind: 'bad'; readonly reason: string };

function examine(
  db: Database,
  { applicationId, migrations }: Pick<Schema<unknown>, 'applicationId' | 'migrations'>,
  file: string,
): Examined {
  const id = db.pragma('application_id', { simple: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (isEmpty) return { kind: 'ours' };
  if (id !== applicationId) return { kind: 'bad', reason: 'it is a SQLite file of another program' };
  if (version > migrations.length) {
    const detail = `${file} has schema ${version}, this release knows up to ${migrations.length}: install the newer Understudy again, or move the file away`;
    return { kind: 'newer', detail };
  }
  if (statSync(file).size > quickCheckBytesMax) return { kind: 'ours' };
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? { kind: 'ours' } : { kind: 'bad', reason: found };
}

function begin<S>(db: Database, schema: Schema<S>, options: OpenOptions, lock: Lock): S {
  try {
    configure(db, schema.cacheKiB);
    migrate(db, schema);
    const made = db.prepare<[], { value: string }>(`SELECT value FROM meta WHERE key = 'instance'`).get();
    const instanceId = made?.value ?? randomUUID();
    if (made === undefined)
      db.prepare(`INSERT INTO meta (key, value) VALUES ('instance', ?), ('begun', ?)`).run(instanceId, String(options.now));
    restrict(options.file);
    return schema.create({ db, instanceId, file: options.file, release: lock.release });
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * FULL, not NORMAL: either survives kill -9, since what is committed is in the kernel's hands. But after a power cut NORMAL may go
 * back behind a sequence number that a collector has already read, and then give that number to another observation. One
 * fdatasync for the looks of a moment (0.2 ms here, 1-5 ms on a block volume) is a small price.
 */
function configure(db: Database, cacheKiB: number): void {
  // Before the first table, or it has no effect.
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // A checkpoint copies that many pages in one go: 1 MiB keeps it short.
  db.pragma('wal_autocheckpoint = 256');
  db.pragma(`journal_size_limit = ${4 * 1024 ** 2}`);
  db.pragma(`cache_size = -${cacheKiB}`);
  db.pragma('temp_store = MEMORY');
  db.pragma('trusted_schema = OFF');
}

function migrate(db: Database, { applicationId, migrations }: Pick<Schema<unknown>, 'applicationId' | 'migrations'>): void {
  const done = Number(db.pragma('user_version', { simple: true }));
  for (const [index, sql] of migrations.entries()) {
    if (index < done) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}

/** Facts tell an attacker what is unpatched: the owner reads, the group may. */
function restrict(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, 0o640);
}

function anew<S>(schema: Schema<S>, options: OpenOptions, lock: Lock, reason: string): Opened<S> {
  try {
    const to = setAside(options.file, options.now);
    const db = chosenEngine().engine.open(options.file, { timeoutMs: busyTimeoutMs });
    return { kind: 'opened', store: begin(db, schema, options, lock), setAside: to === null ? null : { to, reason } };
  } catch (error) {
    return failed(options.file, error);
  }
}

function setAside(file: string, now: number): string | null {
  const to = `${file}.damaged-${new Date(now).toISOString().replaceAll(/[-:]/g, '')}`;
  const isThere = existsSync(file);
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, to + suffix);
  const folder = dirname(file);
  const older = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.damaged-`) && !/-(wal|shm)$/.test(name));
  for (const name of older.sort().slice(0, -setAsideMax)) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true });
  }
  return isThere ? to : null;
}

const failed = (file: string, error: unknown): Failed => ({ kind: 'failed', detail: `${file} cannot be opened: ${messageOf(error)}` });

/** The file itself is not what it should be, as opposed to a disk that is full or a folder that may not be written. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

const messageOf = (error: unknown): string => {
  const code = codeOf(error);
  return `${error instanceof Error ? error.message : String(error)}${code === '' ? '' : ` (${code})`}`;
};
