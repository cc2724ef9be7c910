// Keeps a second agent away from the same history. The kernel drops the lock with the process, however it ends.
//
// It lies in a file of its own, so that the history can still be read with sqlite3 or copied while the agent runs, and so that it
// holds while a damaged file is moved away.
import type { Database } from './engine/database.ts';
import { chosenEngine } from './engine/engine.ts';
import { codeOf } from './engine/error-code.ts';

export interface Lock {
  readonly kind: 'taken';
  readonly release: () => void;
}

export function takeLock(file: string): Lock | { readonly kind: 'locked' } | { readonly kind: 'failed'; readonly detail: string } {
  let db: Database | null = null;
  try {
    db = chosenEngine().engine.open(file, { timeoutMs: 0 });
    const held = db;
    // fcntl locks on an empty file: nothing is ever written, so a full disk does not matter.
    held.exec('BEGIN EXCLUSIVE');
    return { kind: 'taken', release: () => held.close() };
  } catch (error) {
    db?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) return { kind: 'locked' };
    return { kind: 'failed', detail: `${file} cannot be locked: ${error instanceof Error ? error.message : String(error)}` };
  }
}
