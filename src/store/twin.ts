// The primary's last good snapshot, so that a standby can judge itself when primary, collector and network are gone.

import type { Snapshot } from '../contract/observation.ts';
import type { Terms, TwinBody } from '../contract/twin.ts';
import { pack, unpack } from './bodies.ts';
import type { Database } from './engine/database.ts';

export interface Twin {
  readonly snapshot: Snapshot;
  /** What the fleet agreed on for this pair; null from a collector that says nothing of it, and in rows of earlier releases. */
  readonly terms: Terms | null;
  /** Epoch milliseconds, by this machine's clock. */
  readonly receivedAt: number;
}

export interface Twins {
  get(): Twin | null;
  set(twin: Twin): void;
  drop(): void;
}

export function twins(db: Database): Twins {
  const select = db.prepare<[], { received_at: number; bytes: Buffer }>('SELECT received_at, bytes FROM twin');
  const put = db.prepare<[number, Buffer]>('INSERT OR REPLACE INTO twin (only, received_at, bytes) VALUES (1, ?, ?)');
  const remove = db.prepare<[]>('DELETE FROM twin');
  return {
    get: () => {
      const row = select.get();
      if (row === undefined) return null;
      const { terms = null, ...snapshot } = JSON.parse(unpack(row.bytes)) as TwinBody;
      return { snapshot, terms, receivedAt: row.received_at };
    },
    // Side by side in one text: an earlier release that reads the row passes over what it does not know.
    set: ({ snapshot, terms, receivedAt }) => {
      put.run(receivedAt, pack(JSON.stringify(terms === null ? snapshot : { ...snapshot, terms })));
    },
    drop: () => {
      remove.run();
    },
  };
}
