// Numbers for the names of checks and probes, which stand in every row.
import type { Database } from '../engine/database.ts';
import type { Transactions } from './transactions.ts';

export interface Names {
  /** Its number, given out now where it had none. */
  add(name: string): number;
  /** Null for a name that never came. */
  find(name: string): number | null;
}

/** A fleet has some dozens; what an agent that goes mad sends must not pile up in memory. */
const rememberedMax = 10_000;

export function names(db: Database, { onUndone }: Transactions): Names {
  const select = db.prepare<[string], { id: number }>('SELECT id FROM names WHERE name = ?');
  const insert = db.prepare<[string]>('INSERT INTO names (name) VALUES (?)');
  const remembered = new Map<string, number>();
  const remember = (name: string, id: number): number => {
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(name, id);
    return id;
  };
  onUndone(() => remembered.clear());
  const find = (name: string): number | null => {
    const known = remembered.get(name) ?? null;
    if (known !== null) return known;
    const row = select.get(name);
    return row === undefined ? null : remember(name, row.id);
  };
  return { find, add: (name) => find(name) ?? remember(name, Number(insert.run(name).lastInsertRowid)) };
}
