// Keeps what was accepted, by whom and until when, and how it ended.

import type { Waiver } from '../../contract/waiver.ts';
import { text } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { Waivers } from './store.ts';
import type { Transactions } from './transactions.ts';

export function waivers(db: Database, { together }: Transactions): Waivers {
  const s = statements(db);
  const get = (id: string): Waiver | null => {
    const row = s.byId.get(id);
    return row === undefined ? null : toWaiver(row);
  };
  return {
    get,
    add: (waiver) => void s.add.run(waiver.id, waiver.group, waiver.pair, waiver.endedAt, JSON.stringify(waiver)),
    end: (id, at, because) =>
      together(() => {
        const waiver = get(id);
        // It ends once: who comes later changes neither when nor why.
        if (waiver === null || waiver.endedAt !== null) return;
        s.end.run(at, JSON.stringify({ ...waiver, endedAt: at, endedBecause: because } satisfies Waiver), id);
      }),
    standing: ({ group = null, pair = null } = {}) =>
      (group !== null && pair !== null ? s.standingOfPair.all(group, pair) : s.standing.all(group, pair)).map(toWaiver),
    all: ({ group = null, pair = null, limit }) => s.all.all(group, pair, limit).map(toWaiver),
  };
}

interface WaiverRow {
  readonly body: string;
}

/** Null asks for every group, every pair. */
const filter = '"group" = coalesce(?, "group") AND pair = coalesce(?, pair)';

const statements = (db: Database) => ({
  byId: db.prepare<[string], WaiverRow>('SELECT body FROM waivers WHERE id = ?'),
  add: db.prepare<[string, string, string, number | null, string]>(
    'INSERT INTO waivers (id, "group", pair, ended_at, body) VALUES (?, ?, ?, ?, ?)',
  ),
  end: db.prepare<[number, string, string]>('UPDATE waivers SET ended_at = ?, body = ? WHERE id = ?'),
  standing: db.prepare<[string | null, string | null], WaiverRow>(
    `SELECT body FROM waivers WHERE ended_at IS NULL AND ${filter} ORDER BY n`,
  ),
  // Every review of every pair asks for its own.
  standingOfPair: db.prepare<[string, string], WaiverRow>(
    `SELECT body FROM waivers WHERE ended_at IS NULL AND "group" = ${text} AND pair = ${text} ORDER BY n`,
  ),
  all: db.prepare<[string | null, string | null, number], WaiverRow>(`SELECT body FROM waivers WHERE ${filter} ORDER BY n DESC LIMIT ?`),
});

const toWaiver = ({ body }: WaiverRow): Waiver => JSON.parse(body) as Waiver;
