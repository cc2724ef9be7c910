// The primary's last good snapshot, so that a standby can judge itself when primary, collector and network are gone.
import type Database from 'better-sqlite3';
import type { Snapshot } from '../contract/observation.ts';
import { pack, unpack } from './bodies.ts';

export interface Twin {
  readonly snapshot: Snapshot;
  /** Epoch milliseconds, by this machine's clock. */
  readonly receivedAt: number;
}

export interface Twins {
  get(): Twin | null;
  set(twin: Twin): void;
  drop(): void;
}

export function twins(db: Database.Database): Twins {
  const select = db.prepare<[], { received_at: number; bytes: Buffer }>('SELECT received_at, bytes FROM twin');
  const put = db.prepare<[number, Buffer]>('INSERT OR REPLACE INTO twin (only, received_at, bytes) VALUES (1, ?, ?)');
  const remove = db.prepare<[]>('DELETE FROM twin');
  return {
    get: () => {
      const row = select.get();
      return row === undefined ? null : { snapshot: JSON.parse(unpack(row.bytes)) as Snapshot, receivedAt: row.received_at };
    },
    set: ({ snapshot, receivedAt }) => {
      put.run(receivedAt, pack(JSON.stringify(snapshot)));
    },
    drop: () => {
      remove.run();
    },
  };
}
