// Looks into a history beside the store that has it open, with the same SQLite as that: another one would take its locks away.
import type { Database } from '../../src/store/engine/database.ts';
import { chosenEngine } from '../../src/store/engine/engine.ts';

export const openSqlite = (file: string, isReadOnly = false): Database =>
  chosenEngine().engine.open(file, { timeoutMs: 2_000, isReadOnly });
