// All or nothing, in the file and in what is remembered of it in memory.
import type { Database } from '../engine/database.ts';

export interface Transactions {
  /** One synced transaction; inside another one a part of it. */
  together<T>(act: () => T): T;
  /** All or nothing by itself even inside another one, whose owner may catch what it throws and go on. */
  apart<T>(act: () => T): T;
  /** Called when something was undone: numbers that were given out in it will be given to something else. */
  onUndone(forget: () => void): void;
}

export function transactions(db: Database): Transactions {
  const forgetting: (() => void)[] = [];
  // A savepoint where a transaction is open already.
  const run = db.transaction((act: () => unknown): unknown => act());
  const apart = <T>(act: () => T): T => {
    try {
      return run.immediate(act) as T;
    } catch (error) {
      for (const forget of forgetting) forget();
      throw error;
    }
  };
  return {
    apart,
    together: (act) => (db.inTransaction ? act() : apart(act)),
    onUndone: (forget) => void forgetting.push(forget),
  };
}
