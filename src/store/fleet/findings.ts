// Keeps findings as they stand, and everything that became of them.

import type { FindingEvent, StandingFinding } from '../../contract/standing.ts';
import { pack, unpack } from '../bodies.ts';
import { number, text } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { FleetFindings } from './store.ts';
import { always } from './time.ts';
import type { Transactions } from './transactions.ts';

export function findings(db: Database, { together }: Transactions): FleetFindings {
  const s = statements(db);
  const rowsOf = ({ group, pair, from, to, limit }: EventFilter): readonly Packed[] => {
    if (group === null) return s.events.all(pair, from, to, limit);
    return pair === null ? s.eventsOfGroup.all(group, from, to, limit) : s.eventsOfPair.all(group, pair, from, to, limit);
  };
  return {
    ofPair: (group, pair, resolvedAfter) => s.ofPair.all(group, pair, resolvedAfter).map(({ body }) => JSON.parse(body) as StandingFinding),
    save: (group, pair, changed) =>
      together(() => {
        for (const finding of changed) s.put.run(group, pair, finding.id, resolvedAt(finding), JSON.stringify(finding));
      }),
    forgetPair: (group, pair) => void s.forgetPair.run(group, pair),
    pairs: () => s.pairs.all(),
    record: (events) =>
      together(() => {
        for (const event of events) s.record.run(event.at, event.group, event.pair, pack(JSON.stringify(event)));
      }),
    events: ({ group = null, pair = null, limit, ...span }) =>
      rowsOf({ ...always, ...span, group, pair, limit }).map(({ bytes }) => JSON.parse(unpack(bytes)) as FindingEvent),
  };
}

interface EventFilter {
  readonly group: string | null;
  readonly pair: string | null;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

interface Packed {
  readonly bytes: Buffer;
}

const selectEvents = 'SELECT bytes FROM finding_events';
const inTime = `at >= ${number} AND at <= ${number} ORDER BY at, id LIMIT ${number}`;

const statements = (db: Database) => ({
  ofPair: db.prepare<[string, string, number], { body: string }>(
    `SELECT body FROM findings WHERE "group" = ${text} AND pair = ${text} AND (resolved_at IS NULL OR resolved_at > ${number}) ORDER BY id`,
  ),
  put: db.prepare<[string, string, string, number | null, string]>(
    `INSERT INTO findings ("group", pair, id, resolved_at, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET resolved_at = excluded.resolved_at, body = excluded.body`,
  ),
  forgetPair: db.prepare<[string, string]>('DELETE FROM findings WHERE "group" = ? AND pair = ?'),
  pairs: db.prepare<[], { group: string; pair: string }>('SELECT DISTINCT "group", pair FROM findings ORDER BY "group", pair'),
  record: db.prepare<[number, string, string, Buffer]>('INSERT INTO finding_events (at, "group", pair, bytes) VALUES (?, ?, ?, ?)'),
  events: db.prepare<[string | null, number, number, number], Packed>(`${selectEvents} WHERE pair = coalesce(?, pair) AND ${inTime}`),
  eventsOfGroup: db.prepare<[string, number, number, number], Packed>(`${selectEvents} WHERE "group" = ${text} AND ${inTime}`),
  // Left to itself SQLite walks through the events of the whole group.
  eventsOfPair: db.prepare<[string, string, number, number, number], Packed>(
    `${selectEvents} INDEXED BY finding_events_by_pair WHERE "group" = ${text} AND pair = ${text} AND ${inTime}`,
  ),
});

/** What has come back since may still say when it was resolved before. */
const resolvedAt = ({ state, resolvedAt: at, changedAt }: StandingFinding): number | null =>
  state === 'resolved' ? (at ?? changedAt) : null;
