// Keeps what is to be told until it was: an outbox that outlives restarts.

import { number, text } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { Deliveries, Delivery } from './store.ts';
import type { Transactions } from './transactions.ts';

export function deliveries(db: Database, { together }: Transactions): Deliveries {
  const s = statements(db);
  const end = (column: 'delivered' | 'given_up', ids: readonly number[], at: number, error: string | null): void =>
    together(() => {
      for (const id of ids) {
        // One that was ended already is counted once.
        const ended = s.end.get(at, column === 'given_up' ? 1 : 0, error, id);
        if (ended !== undefined) s.countOne[column].run(ended.channel_id);
      }
    });
  return {
    add: ({ channel, key, group, createdAt, body, nextAt }) =>
      together(() => {
        s.addChannel.run(channel);
        return s.add.run(key, group, createdAt, nextAt, JSON.stringify(body), channel).changes > 0;
      }),
    waiting: (channel, limit) => s.waiting.all(channel, limit).map((row) => toDelivery(channel, row)),
    latest: (channel, keyPrefix) => {
      const row = s.latest.get(channel, keyPrefix, keyPrefix + lastCharacter);
      return row === undefined ? null : toDelivery(channel, row);
    },
    delivered: (ids, at) => end('delivered', ids, at, null),
    failed: (ids, nextAt, error) =>
      together(() => {
        for (const id of ids) s.fail.run(nextAt, error, id);
      }),
    givenUp: (ids, at, error) => end('given_up', ids, at, error),
    counts: () => s.counts.all(),
  };
}

/** Keys that begin with a prefix lie between it and this after it. */
const lastCharacter = '\u{10ffff}';

interface DeliveryRow extends Omit<Delivery, 'channel' | 'body'> {
  readonly body: string;
}

const select = `SELECT id, key, "group", created_at AS createdAt, attempts, next_at AS nextAt, last_error AS lastError, body FROM deliveries
  WHERE channel_id = (SELECT id FROM channels WHERE name = ?)`;

const statements = (db: Database) => ({
  addChannel: db.prepare<[string]>('INSERT INTO channels (name) VALUES (?) ON CONFLICT DO NOTHING'),
  add: db.prepare<[string, string, number, number, string, string]>(
    `INSERT INTO deliveries (channel_id, key, "group", created_at, next_at, body)
     SELECT id, ?, ?, ?, ?, ? FROM channels WHERE name = ? ON CONFLICT DO NOTHING`,
  ),
  waiting: db.prepare<[string, number], DeliveryRow>(`${select} AND done_at IS NULL ORDER BY id LIMIT ${number}`),
  latest: db.prepare<[string, string, string], DeliveryRow>(
    `${select} AND key >= ${text} AND key < ${text} AND is_given_up = 0 ORDER BY id DESC LIMIT 1`,
  ),
  end: db.prepare<[number, number, string | null, number], { channel_id: number }>(
    `UPDATE deliveries SET done_at = ?, is_given_up = ?, attempts = attempts + 1, last_error = coalesce(?, last_error)
     WHERE id = ${number} AND done_at IS NULL RETURNING channel_id`,
  ),
  fail: db.prepare<[number, string, number]>(
    `UPDATE deliveries SET attempts = attempts + 1, next_at = ?, last_error = ? WHERE id = ${number} AND done_at IS NULL`,
  ),
  countOne: {
    delivered: db.prepare<[number]>('UPDATE channels SET delivered = delivered + 1 WHERE id = ?'),
    given_up: db.prepare<[number]>('UPDATE channels SET given_up = given_up + 1 WHERE id = ?'),
  },
  counts: db.prepare<[], { channel: string; waiting: number; delivered: number; givenUp: number }>(
    `SELECT name AS channel, (SELECT count(*) FROM deliveries WHERE channel_id = c.id AND done_at IS NULL) AS waiting, delivered,
       given_up AS givenUp FROM channels c ORDER BY name`,
  ),
});

const toDelivery = (channel: string, { body, ...row }: DeliveryRow): Delivery => ({
  ...row,
  channel,
  body: JSON.parse(body) as unknown,
});
