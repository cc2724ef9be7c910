// Drops rows that may go, a stream at a time: within one they lie in the order of time, and each stream knows how old its oldest is.
import type Database from 'better-sqlite3';
import { number } from './bound.ts';
import type { Outcomes } from './outcomes.ts';

export interface Sweeper {
  /** One small step over rows that ended before that; false when none of them may go. */
  sweep(before: number): boolean;
  /** One small step over the oldest rows of all; false when none may go. */
  sweepOldest(): boolean;
}

/** Rows a step: each takes five trees, a few milliseconds together; the rest of a step's 20 is for a disk that is slow to sync. */
const rowsPerStep = 50;
/** When size decides, the rows of so much time of one stream go before those of the next. */
const sizeSpanMs = 24 * 3_600_000;

export function sweeper(db: Database.Database, outcomes: Outcomes): Sweeper {
  const s = statements(db);
  const drop = (stream: number, row: OldRow): void => {
    s.dropTrail.run(stream, row.seq);
    s.dropRow.run(stream, row.seq);
    outcomes.release(row.body_id);
  };
  const end = (stream: number): void => {
    s.dropHeads.run(stream);
    s.dropStream.run(stream);
  };
  const sweep = (stream: StreamRow, before: number): void => {
    const pointed = new Set(stream.is_left === 1 ? [] : s.heads.all(stream.id).flatMap((head) => [head.current_seq, head.seen_seq]));
    const windowMax = rowsPerStep + pointed.size;
    const window = s.first.all(stream.id, windowMax);
    const mayGo = window.filter(({ seq }) => !pointed.has(seq));
    const go = mayGo.filter(({ until }) => until < before).slice(0, rowsPerStep);
    for (const row of go) drop(stream.id, row);
    const stay = mayGo.filter((row) => !go.includes(row));
    const isAll = window.length < windowMax;
    if (isAll && stay.length === 0 && stream.is_left === 1) end(stream.id);
    else if (stay.length > 0) s.setOldest.run(Math.min(...stay.map(({ until }) => until)), stream.id);
    else if (isAll) s.setOldest.run(null, stream.id);
  };
  const sweepOne = (stream: StreamRow | undefined, before: (oldestAt: number) => number): boolean => {
    if (stream === undefined) return false;
    sweep(stream, before(stream.oldest_at));
    return true;
  };
  return {
    sweep: (before) => sweepOne(s.oldest.get(before), () => before),
    sweepOldest: () => sweepOne(s.oldest.get(Number.MAX_SAFE_INTEGER), (oldestAt) => oldestAt + sizeSpanMs),
  };
}

interface StreamRow {
  readonly id: number;
  readonly oldest_at: number;
  readonly is_left: number;
}

interface OldRow {
  readonly seq: number;
  readonly body_id: number;
  readonly until: number;
}

const statements = (db: Database.Database) => ({
  oldest: db.prepare<[number], StreamRow>(
    `SELECT id, oldest_at, is_left FROM streams WHERE oldest_at IS NOT NULL AND oldest_at < ${number} ORDER BY oldest_at LIMIT 1`,
  ),
  setOldest: db.prepare<[number | null, number]>(`UPDATE streams SET oldest_at = ? WHERE id = ${number}`),
  heads: db.prepare<[number], { current_seq: number; seen_seq: number | null }>('SELECT current_seq, seen_seq FROM heads WHERE stream = ?'),
  first: db.prepare<[number, number], OldRow>(
    'SELECT seq, body_id, first_at + lasted_ms AS until FROM observations WHERE stream = ? ORDER BY seq LIMIT ?',
  ),
  dropTrail: db.prepare<[number, number]>(`DELETE FROM trails WHERE stream = ${number} AND seq = ${number}`),
  dropRow: db.prepare<[number, number]>('DELETE FROM observations WHERE stream = ? AND seq = ?'),
  dropHeads: db.prepare<[number]>('DELETE FROM heads WHERE stream = ?'),
  dropStream: db.prepare<[number]>('DELETE FROM streams WHERE id = ?'),
});
