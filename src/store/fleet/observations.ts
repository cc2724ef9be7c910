// Reads what nodes told: the newest look of a check, and its past.

import type { Observation, TrailEntry } from '../../contract/observation.ts';
import { unpack } from '../bodies.ts';
import { number } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { FleetObservations, LookRow } from './store.ts';
import { kindNumbers, type TakeParts, taker } from './take.ts';

export function observations(db: Database, parts: TakeParts): FleetObservations {
  const s = statements(db);
  const { names, outcomes } = parts;
  const toObservation = (check: string, row: Row, trail: TrailEntry[]): Observation => ({
    seq: row.seq,
    check,
    probe: row.probe,
    factsVersion: row.facts_version,
    outcome: outcomes.read(row.body_id),
    firstAt: row.first_at,
    lastAt: row.first_at + row.lasted_ms,
    count: row.count,
    tookMs: row.took_us / 1_000,
    readings: [],
    trail,
  });
  const lastObserved = (stream: number, check: string, { kind, seen_seq: seq }: CurrentRow): Observation | null => {
    if (kind !== kindNumbers.unseen || seq === null) return null;
    const seen = s.bySeq.get(stream, seq);
    return seen?.kind === kindNumbers.observed ? toObservation(check, seen, []) : null;
  };
  return {
    take: taker(db, parts),
    sight: (stream, check) => {
      const checkId = names.find(check);
      const row = checkId === null ? undefined : s.current.get(stream, checkId);
      return row === undefined ? null : { current: toObservation(check, row, []), lastObserved: lastObserved(stream, check, row) };
    },
    firstAt: (stream, seq) => s.firstAt.get(stream, seq)?.first_at ?? null,
    history: (stream, check, { before = Number.MAX_SAFE_INTEGER, limit }) => {
      const checkId = names.find(check);
      if (checkId === null) return [];
      return s.ofCheck.all(stream, checkId, before, limit).map((row) => toObservation(check, row, trailOf(row)));
    },
    looks: (stream, { from, to, after, limit }) => s.looks.all(stream, after, from, to, stream, from, limit).map(toLookRow),
    count: (stream) => s.count.get(stream)!,
  };
}

interface Row {
  readonly seq: number;
  readonly probe: string;
  readonly facts_version: number;
  readonly kind: number;
  readonly body_id: number;
  readonly first_at: number;
  readonly lasted_ms: number;
  readonly count: number;
  readonly took_us: number;
}

type CurrentRow = Row & { readonly seen_seq: number | null };
type PastRow = Row & { readonly trail: Buffer | null };

const columns = 'o.seq, p.name AS probe, o.facts_version, o.kind, o.body_id, o.first_at, o.lasted_ms, o.count, o.took_us';

const statements = (db: Database) => ({
  current: db.prepare<[number, number], CurrentRow>(
    `SELECT h.seen_seq, ${columns} FROM heads h CROSS JOIN observations o ON o.stream = h.stream AND o.seq = h.current_seq
     CROSS JOIN names p ON p.id = o.probe_id WHERE h.stream = ${number} AND h.check_id = ${number}`,
  ),
  bySeq: db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM observations o CROSS JOIN names p ON p.id = o.probe_id WHERE o.stream = ${number} AND o.seq = ${number}`,
  ),
  ofCheck: db.prepare<[number, number, number, number], PastRow>(
    // Left to itself SQLite walks through the rows of every check of the stream.
    `SELECT ${columns}, t.bytes AS trail FROM observations o INDEXED BY observations_by_check CROSS JOIN names p ON p.id = o.probe_id
     LEFT JOIN trails t ON t.id = o.stream << 40 | o.seq
     WHERE o.stream = ${number} AND o.check_id = ${number} AND o.seq < ${number} ORDER BY o.seq DESC LIMIT ${number}`,
  ),
  firstAt: db.prepare<[number, number], { first_at: number }>('SELECT first_at FROM observations WHERE stream = ? AND seq = ?'),
  looks: db.prepare<[number, number, number, number, number, number, number], LookColumns>(
    `SELECT o.seq, c.name AS "check", p.name AS probe, o.kind, o.first_at, o.lasted_ms FROM observations o
     CROSS JOIN names c ON c.id = o.check_id CROSS JOIN names p ON p.id = o.probe_id
     WHERE o.stream = ${number} AND o.seq > ${number} AND (
       (o.first_at + o.lasted_ms >= ${number} AND o.first_at <= ${number}) OR o.seq IN (
         SELECT max(seq) FROM observations WHERE stream = ${number} AND first_at + lasted_ms < ${number} GROUP BY check_id
       )
     ) ORDER BY o.seq LIMIT ${number}`,
  ),
  count: db.prepare<[number], { rows: number; newestSeq: number }>(
    'SELECT count(*) AS rows, coalesce(max(seq), 0) AS newestSeq FROM observations WHERE stream = ?',
  ),
});

type LookColumns = Pick<Row, 'seq' | 'probe' | 'kind' | 'first_at' | 'lasted_ms'> & { readonly check: string };

const toLookRow = ({ seq, check, probe, kind, first_at: firstAt, lasted_ms: lastedMs }: LookColumns): LookRow => ({
  seq,
  check,
  probe,
  isSeen: kind !== kindNumbers.unseen,
  firstAt,
  lastAt: firstAt + lastedMs,
});

const trailOf = ({ trail }: PastRow): TrailEntry[] => (trail === null ? [] : (JSON.parse(unpack(trail)) as TrailEntry[]));
