// Keeps a second agent away from the same history. The kernel drops the lock with the process, however it ends.
//
// It lies in a file of its own, so that the history can still be read with sqlite3 or copied while the agent runs, and so that it
// holds while a damaged file is moved away.
import Database from 'better-sqlite3';

export interface Lock {
  readonly kind: 'taken';
  readonly release: () => void;
}

export function takeLock(file: string): Lock | { readonly kind: 'locked' } | { readonly kind: 'failed'; readonly detail: string } {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 0 });
    const held = db;
    // fcntl locks on an empty file: nothing is ever written, so a full disk does not matter.
    held.exec('BEGIN EXCLUSIVE');
    return { kind: 'taken', release: () => held.close() };
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return { kind: 'locked' };
    return { kind: 'failed', detail: `${file} cannot be locked: ${error instanceof Error ? error.message : String(error)}` };
  }
}
