// SQLite as better-sqlite3's addon brings it along: what is used wherever that can be loaded.
import BetterSqlite3 from 'better-sqlite3';
import type { Engine } from './database.ts';

export const betterSqlite3: Engine = {
  name: 'better-sqlite3',
  open: (file, { timeoutMs, isReadOnly = false }) => new BetterSqlite3(file, { timeout: timeoutMs, readonly: isReadOnly }),
};

/** Why the addon cannot be used on this machine, in the words of the dynamic linker; null where it can. */
export function addonProblem(): string | null {
  try {
    new BetterSqlite3(':memory:').close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
