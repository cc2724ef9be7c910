// Writes what nodes told: each row once however often it comes, and its end only forward.

import type { Moved } from '../../contract/changes.ts';
import type { Observation } from '../../contract/observation.ts';
import { bodyOf, pack } from '../bodies.ts';
import { number } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import { Contradiction } from './contradiction.ts';
import type { Names } from './names.ts';
import type { Outcomes } from './outcomes.ts';
import type { FleetObservations } from './store.ts';
import type { Transactions } from './transactions.ts';

export interface TakeParts {
  readonly names: Names;
  readonly outcomes: Outcomes;
  readonly transactions: Transactions;
}

/** As it lies in the rows. */
export const kindNumbers = { observed: 0, absent: 1, unseen: 2 } as const satisfies Record<Observation['outcome']['kind'], number>;

export function taker(db: Database, { names, outcomes, transactions }: TakeParts): FleetObservations['take'] {
  const s = statements(db);
  const writer: Writer = { s, names, outcomes };
  return ({ stream, observations, moved }) =>
    transactions.apart(() => {
      const row = s.stream.get(stream);
      if (row === undefined)
        throw new Error(`rows came for stream ${stream}, which is not in this history: it ended by age, and another one is to be begun`);
      const before = row.oldest_at ?? Number.POSITIVE_INFINITY;
      const oldest = observations.reduce((sofar, one) => Math.min(sofar, take(writer, stream, one)), before);
      for (const one of moved) move(writer, stream, one);
      if (oldest < before) s.setOldest.run(oldest, stream);
    });
}

interface Writer {
  readonly s: ReturnType<typeof statements>;
  readonly names: Names;
  readonly outcomes: Outcomes;
}

interface KnownRow {
  readonly check_id: number;
  readonly probe_id: number;
  readonly facts_version: number;
  readonly kind: number;
  readonly hash: Buffer;
  readonly first_at: number;
  readonly lasted_ms: number;
  readonly count: number;
}

interface HeadRow {
  readonly current_seq: number;
  readonly current_until: number | null;
  readonly seen_seq: number | null;
  readonly seen_until: number | null;
}

const statements = (db: Database) => ({
  stream: db.prepare<[number], { oldest_at: number | null }>(`SELECT oldest_at FROM streams WHERE id = ${number}`),
  setOldest: db.prepare<[number, number]>(`UPDATE streams SET oldest_at = ? WHERE id = ${number}`),
  known: db.prepare<[number, number], KnownRow>(
    `SELECT o.check_id, o.probe_id, o.facts_version, o.kind, b.hash, o.first_at, o.lasted_ms, o.count
     FROM observations o CROSS JOIN bodies b ON b.id = o.body_id WHERE o.stream = ${number} AND o.seq = ${number}`,
  ),
  insert: db.prepare<[number, number, number, number, number, number, number, number, number, number, number]>(
    `INSERT INTO observations (stream, seq, check_id, probe_id, facts_version, kind, body_id, first_at, lasted_ms, count, took_us)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  stands: db.prepare<[number, number], Pick<KnownRow, 'check_id' | 'first_at' | 'lasted_ms' | 'count'>>(
    'SELECT check_id, first_at, lasted_ms, count FROM observations WHERE stream = ? AND seq = ?',
  ),
  move: db.prepare<[number, number, number, number]>('UPDATE observations SET lasted_ms = ?, count = ? WHERE stream = ? AND seq = ?'),
  took: db.prepare<[number, number, number]>('UPDATE observations SET took_us = ? WHERE stream = ? AND seq = ?'),
  head: db.prepare<[number, number], HeadRow>(
    `SELECT h.current_seq, c.first_at + c.lasted_ms AS current_until, h.seen_seq, s.first_at + s.lasted_ms AS seen_until FROM heads h
     LEFT JOIN observations c ON c.stream = h.stream AND c.seq = h.current_seq
     LEFT JOIN observations s ON s.stream = h.stream AND s.seq = h.seen_seq
     WHERE h.stream = ${number} AND h.check_id = ${number}`,
  ),
  setHead: db.prepare<[number, number, number, number | null]>(
    'INSERT OR REPLACE INTO heads (stream, check_id, current_seq, seen_seq) VALUES (?, ?, ?, ?)',
  ),
  keepTrail: db.prepare<[number, number, number, number, Buffer]>(
    `INSERT OR REPLACE INTO trails (id, at, is_failure, bytes) VALUES (${number} << 40 | ${number}, ?, ?, ?)`,
  ),
});

/** When the oldest row ended that may go from now on; infinity where none may that could not before. */
function take(writer: Writer, stream: number, observation: Observation): number {
  const body = bodyOf(observation.outcome);
  const known = writer.s.known.get(stream, observation.seq);
  if (known === undefined) return insert(writer, stream, observation, body);
  const part = contradicted(writer.names, known, observation, body.key);
  if (part !== null) throw new Contradiction(stream, observation.seq, part);
  if (forward(writer, stream, known, observation)) {
    writer.s.took.run(microseconds(observation), stream, observation.seq);
    keepTrail(writer, stream, observation);
  }
  return Number.POSITIVE_INFINITY;
}

function insert(writer: Writer, stream: number, observation: Observation, body: ReturnType<typeof bodyOf>): number {
  const { s, names, outcomes } = writer;
  const { seq, check, probe, factsVersion, firstAt, lastAt, count } = observation;
  const kind = kindNumbers[observation.outcome.kind];
  const checkId = names.add(check);
  const bodyId = outcomes.keep(body);
  s.insert.run(
    stream,
    seq,
    checkId,
    names.add(probe),
    factsVersion,
    kind,
    bodyId,
    firstAt,
    lastAt - firstAt,
    count,
    microseconds(observation),
  );
  keepTrail(writer, stream, observation);
  return point(writer, stream, checkId, { seq, isSeen: kind !== kindNumbers.unseen, until: lastAt });
}

/** Rows may come in any order, so the newest is the one with the highest number. */
function point({ s }: Writer, stream: number, checkId: number, row: { seq: number; isSeen: boolean; until: number }): number {
  const head = s.head.get(stream, checkId);
  const current = Math.max(head?.current_seq ?? 0, row.seq);
  const seen = row.isSeen ? Math.max(head?.seen_seq ?? 0, row.seq) : (head?.seen_seq ?? null);
  if (current !== head?.current_seq || seen !== head.seen_seq) s.setHead.run(stream, checkId, current, seen);
  const rows = [
    [row.seq, row.until],
    [head?.current_seq ?? null, head?.current_until ?? null],
    [head?.seen_seq ?? null, head?.seen_until ?? null],
  ] as const;
  const ends = rows.map(([seq, until]) => (seq === null || until === null || seq === current || seq === seen ? Infinity : until));
  return Math.min(...ends);
}

function contradicted(names: Names, known: KnownRow, observation: Observation, key: Buffer): Contradiction['part'] | null {
  if (names.find(observation.check) !== known.check_id) return 'check';
  if (names.find(observation.probe) !== known.probe_id || observation.factsVersion !== known.facts_version) return 'probe';
  if (observation.firstAt !== known.first_at) return 'first look';
  return key.equals(known.hash) ? null : 'outcome';
}

/** A row that has not come yet comes with its end: nothing is kept of it before. */
function move({ s, names }: Writer, stream: number, moved: Moved): void {
  const known = s.stands.get(stream, moved.seq);
  if (known === undefined) return;
  if (names.find(moved.check) !== known.check_id) throw new Contradiction(stream, moved.seq, 'check');
  forward({ s }, stream, known, moved);
}

/** False where it stands as far already. */
function forward(
  { s }: Pick<Writer, 's'>,
  stream: number,
  known: Pick<KnownRow, 'first_at' | 'lasted_ms' | 'count'>,
  to: { readonly seq: number; readonly lastAt: number; readonly count: number },
): boolean {
  const lastedMs = Math.max(known.lasted_ms, to.lastAt - known.first_at);
  const count = Math.max(known.count, to.count);
  if (lastedMs === known.lasted_ms && count === known.count) return false;
  s.move.run(lastedMs, count, stream, to.seq);
  return true;
}

const microseconds = (observation: Observation): number => Math.round(observation.tookMs * 1_000);

/** That of the newest look which came with a row; the node says no time of its own for it. */
function keepTrail({ s }: Writer, stream: number, { seq, trail, lastAt, outcome }: Observation): void {
  if (trail.length === 0) return;
  s.keepTrail.run(stream, seq, lastAt, outcome.kind === 'unseen' ? 1 : 0, pack(JSON.stringify(trail)));
}
