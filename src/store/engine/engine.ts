// Which SQLite keeps the histories of this process: better-sqlite3's, or Node's own where the addon cannot be loaded.
import { addonProblem, betterSqlite3 } from './better-sqlite3.ts';
import type { Engine } from './database.ts';
import { nodeSqlite } from './node-sqlite.ts';

export interface EngineChoice {
  readonly engine: Engine;
  /** Of SQLite itself. */
  readonly sqliteVersion: string;
  /** Why it is not the usual one; null where it is, or where the environment asked for it. */
  readonly because: string | null;
}

let choice: EngineChoice | null = null;

/**
 * Chosen once in a process: two libraries that have one file open would drop each other's locks, as fcntl's belong to the process.
 * `UNDERSTUDY_STORE_ENGINE=node:sqlite` asks for Node's wherever it is.
 */
export function chosenEngine(): EngineChoice {
  choice ??= choose(process.env.UNDERSTUDY_STORE_ENGINE);
  return choice;
}

/** What a daemon's log says of it. */
export function engineShown(): { readonly engine: string; readonly sqlite: string; readonly because?: string } {
  const { because } = chosenEngine();
  return { ...engineLabels(), ...(because === null ? {} : { because }) };
}

/** As labels of a metric, which stay the same for the whole process. */
export function engineLabels(): { readonly engine: string; readonly sqlite: string } {
  const { engine, sqliteVersion } = chosenEngine();
  return { engine: engine.name, sqlite: sqliteVersion };
}

function choose(wanted: string | undefined): EngineChoice {
  if (wanted === nodeSqlite.name) return chosen(nodeSqlite, null);
  const problem = addonProblem();
  return problem === null ? chosen(betterSqlite3, null) : chosen(nodeSqlite, problem);
}

function chosen(engine: Engine, because: string | null): EngineChoice {
  const db = engine.open(':memory:', { timeoutMs: 0 });
  try {
    const { version } = db.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()!;
    return { engine, sqliteVersion: version, because };
  } finally {
    db.close();
  }
}
