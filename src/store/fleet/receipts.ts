// Keeps what the gate answered, as it was signed.

import type { Receipt } from '../../contract/receipt.ts';
import { pack, unpack } from '../bodies.ts';
import type { Database } from '../engine/database.ts';
import type { Receipts } from './store.ts';

export function receipts(db: Database): Receipts {
  const add = db.prepare<[string, string | null, number, Buffer]>(
    'INSERT INTO receipts (id, "group", issued_at, bytes) VALUES (?, ?, ?, ?)',
  );
  const byId = db.prepare<[string], Packed>('SELECT bytes FROM receipts WHERE id = ?');
  const newest = db.prepare<[number], Packed>('SELECT bytes FROM receipts ORDER BY n DESC LIMIT ?');
  const newestOf = db.prepare<[string, number], Packed>('SELECT bytes FROM receipts WHERE "group" = ? ORDER BY n DESC LIMIT ?');
  const within = db.prepare<[string, number, number, number, number], Packed>(
    'SELECT bytes FROM receipts WHERE "group" = ? AND issued_at >= ? AND issued_at < ? ORDER BY issued_at DESC, n DESC LIMIT ? OFFSET ?',
  );
  return {
    add: (receipt) => void add.run(receipt.id, receipt.asked.group, receipt.issuedAt, pack(JSON.stringify(receipt))),
    get: (id) => {
      const row = byId.get(id);
      return row === undefined ? null : toReceipt(row);
    },
    list: ({ group, limit }) => (group === undefined ? newest.all(limit) : newestOf.all(group, limit)).map(toReceipt),
    within: ({ group, from, to, skip, limit }) => within.all(group, from, to, limit, skip).map(toReceipt),
  };
}

interface Packed {
  readonly bytes: Buffer;
}

const toReceipt = ({ bytes }: Packed): Receipt => JSON.parse(unpack(bytes)) as Receipt;
