// What was seen anywhere in the fleet, once each: equal facts on thousands of nodes are one body.

import type { Observation } from '../../contract/observation.ts';
import { pack, unpack } from '../bodies.ts';
import type { Database } from '../engine/database.ts';
import { unpackedTexts } from '../unpacked-texts.ts';
import type { Transactions } from './transactions.ts';

export interface Outcomes {
  /** The body with that hash, which is written when there is none, has one row more. */
  keep(body: { readonly text: string; readonly key: Buffer }): number;
  /** It has one row less, and goes with the last. */
  release(id: number): void;
  read(id: number): Observation['outcome'];
}

/** A list of all packages of a node; it is the same on many, and parsing it takes a millisecond. */
const oneMax = 512 * 1024;
/** Some 20 MiB when parsed. */
const allMax = 4 * 1024 ** 2;

export function outcomes(db: Database, { onUndone }: Transactions): Outcomes {
  const refer = db.prepare<[Buffer], { id: number }>('UPDATE bodies SET refs = refs + 1 WHERE hash = ? RETURNING id');
  const insert = db.prepare<[Buffer, Buffer]>('INSERT INTO bodies (hash, refs, bytes) VALUES (?, 1, ?)');
  const unrefer = db.prepare<[number], { refs: number }>('UPDATE bodies SET refs = refs - 1 WHERE id = ? RETURNING refs');
  const drop = db.prepare<[number]>('DELETE FROM bodies WHERE id = ?');
  const select = db.prepare<[number], { refs: number; bytes: Buffer }>('SELECT refs, bytes FROM bodies WHERE id = ?');
  const unpacked = unpackedTexts<Observation['outcome']>({ oneMax, allMax });
  onUndone(() => unpacked.clear());
  return {
    keep: ({ text, key }) => refer.get(key)?.id ?? Number(insert.run(key, pack(text)).lastInsertRowid),
    release: (id) => {
      if ((unrefer.get(id)?.refs ?? 0) <= 0) drop.run(id);
    },
    read: (id) => {
      const known = unpacked.get(id);
      if (known !== null) return known;
      const row = select.get(id);
      if (row === undefined) throw new Error(`the outcome ${id} that a row refers to is not in this history: its file is damaged`);
      const text = unpack(row.bytes);
      const outcome = JSON.parse(text) as Observation['outcome'];
      // What a single row says would only push out what thousands say.
      if (row.refs > 1) unpacked.keep(id, outcome, text.length);
      return outcome;
    },
  };
}
