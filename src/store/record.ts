// Writes looks: one that says what the last one said moves its row, one that differs is a row of its own.

import type { Look } from '../contract/check.ts';
import { type Bodies, type KnownBody, pack } from './bodies.ts';
import { text } from './bound.ts';
import type { Database } from './engine/database.ts';
import type { Readings } from './readings.ts';

/**
 * `until` ends a span: that without looks which a `missed` look stands for, or that of equal looks which waited in memory while the
 * disk was full; `times` is then how many they were.
 */
export type RecordedLook = Look & { readonly until?: number; readonly times?: number };

export interface Recorded {
  readonly seq: number;
  readonly isNew: boolean;
}

/** A step back by more than this is a clock that was set: the row ahead of time is left behind, or nothing would ever be stale again. */
export const clockStepToleranceMs = 60_000;
/** While nothing changes, the trail that is kept is at most this old. Each rewrite costs a page or two. */
const trailRefreshMs = 15 * 60_000;

/** Records in the order given, all or nothing; what it returns is on disk. */
export function recorder(db: Database, bodies: Bodies, readings: Readings): (looks: readonly RecordedLook[]) => readonly Recorded[] {
  const addCheck = db.prepare<[string]>('INSERT OR IGNORE INTO checks (name) VALUES (?)');
  const rows = rowStatements(db);
  const record = (look: RecordedLook): Recorded => {
    let current = rows.current.get(look.check);
    if (current === undefined) {
      addCheck.run(look.check);
      current = rows.current.get(look.check)!;
    }
    const checkId = current.check_id;
    const bodyId = bodies.keep(look.outcome, bodyOf(current));
    const sameSeq = current.body_id === bodyId && isContinued(current, look) ? current.seq : null;
    const isSame = sameSeq !== null;
    const until = Math.max(look.until ?? look.at, look.at);
    const seq = sameSeq ?? insert(rows, checkId, bodyId, look, until);
    if (isSame) rows.move.run(until, look.times ?? 1, look.tookMs, seq);
    if (!isSame || isTrailOld(current.trail_at, look)) {
      rows.keepTrail.run(seq, look.at, look.outcome.kind === 'unseen' ? 1 : 0, pack(JSON.stringify(look.trail)));
    }
    if (look.outcome.kind === 'unseen') rows.pointUnseen.run(seq, checkId);
    else rows.pointSeen.run(seq, seq, JSON.stringify(look.readings), checkId);
    readings.add(checkId, look.at, look.readings);
    return { seq, isNew: !isSame };
  };
  const all = db.transaction((looks: readonly RecordedLook[]) => looks.map(record));
  return (looks) => all.immediate(looks);
}

type Rows = ReturnType<typeof rowStatements>;

/** A check, and its newest row; nulls for one that was never looked at or is forgotten. */
interface CurrentRow {
  readonly check_id: number;
  readonly seq: number | null;
  readonly probe: string | null;
  readonly facts_version: number | null;
  readonly body_id: number | null;
  readonly body_hash: Buffer | null;
  readonly last_at: number | null;
  readonly trail_at: number | null;
}

const rowStatements = (db: Database) => ({
  // One question instead of five: each look asks it.
  current: db.prepare<[string], CurrentRow>(
    `SELECT c.id AS check_id, o.seq, o.probe, o.facts_version, o.body_id, b.hash AS body_hash, o.last_at, t.at AS trail_at FROM checks c
     LEFT JOIN observations o ON o.seq = c.current_seq LEFT JOIN bodies b ON b.id = o.body_id LEFT JOIN trails t ON t.seq = o.seq
     WHERE c.name = ${text}`,
  ),
  insert: db.prepare<[number, string, number, string, number, number, number, number, number]>(
    `INSERT INTO observations (check_id, probe, facts_version, kind, body_id, first_at, last_at, count, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  // A small step back of the clock never moves a row's end before what was already said.
  move: db.prepare<[number, number, number, number]>(
    'UPDATE observations SET last_at = max(last_at, ?), count = count + ?, took_ms = ? WHERE seq = ?',
  ),
  keepTrail: db.prepare<[number, number, number, Buffer]>('INSERT OR REPLACE INTO trails (seq, at, is_failure, bytes) VALUES (?, ?, ?, ?)'),
  pointUnseen: db.prepare<[number, number]>('UPDATE checks SET current_seq = ? WHERE id = ?'),
  pointSeen: db.prepare<[number, number, string, number]>('UPDATE checks SET current_seq = ?, seen_seq = ?, readings = ? WHERE id = ?'),
});

const bodyOf = ({ body_id: id, body_hash: hash }: CurrentRow): KnownBody | null => (id === null || hash === null ? null : { id, hash });

const isContinued = (current: CurrentRow, look: RecordedLook): boolean =>
  current.probe === look.probe &&
  current.facts_version === look.factsVersion &&
  current.last_at !== null &&
  look.at >= current.last_at - clockStepToleranceMs;

function insert(rows: Rows, checkId: number, bodyId: number, look: RecordedLook, until: number): number {
  const { probe, factsVersion, outcome, at, tookMs, times = 1 } = look;
  return Number(rows.insert.run(checkId, probe, factsVersion, outcome.kind, bodyId, at, until, times, tookMs).lastInsertRowid);
}

const isTrailOld = (keptAt: number | null, look: RecordedLook): boolean => keptAt === null || Math.abs(look.at - keptAt) >= trailRefreshMs;
