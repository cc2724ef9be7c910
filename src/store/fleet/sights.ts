// Keeps what could be seen of each pair and what could not, from when on: a verdict alone does not say why it was unknown.
import { pack, unpack } from '../bodies.ts';
import { text } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { Sights } from './store.ts';
import type { Transactions } from './transactions.ts';

export function sights(db: Database, { together }: Transactions): Sights {
  const s = statements(db);
  return {
    keep: ({ group, pair }, at, sight) =>
      together(() => {
        const last = s.standing.get(group, pair);
        if (last !== undefined && unpack(last.bytes) === sight) return;
        if (last !== undefined) s.end.run(at, last.n);
        s.add.run(group, pair, at, pack(sight));
      }),
    at: ({ group, pair }, at) => {
      const row = s.at.get(group, pair, at);
      return row === undefined ? null : unpack(row.bytes);
    },
  };
}

interface Row {
  readonly n: number;
  readonly bytes: Buffer;
}

const ofPair = `"group" = ${text} AND pair = ${text}`;

const statements = (db: Database) => ({
  standing: db.prepare<[string, string], Row>(`SELECT n, bytes FROM sights WHERE ${ofPair} AND ended_at IS NULL`),
  end: db.prepare<[number, number]>('UPDATE sights SET ended_at = ? WHERE n = ?'),
  add: db.prepare<[string, string, number, Buffer]>('INSERT INTO sights ("group", pair, at, bytes) VALUES (?, ?, ?, ?)'),
  at: db.prepare<[string, string, number], Row>(`SELECT n, bytes FROM sights WHERE ${ofPair} AND at <= ? ORDER BY at DESC, n DESC LIMIT 1`),
});
