// Drops rows that may go, a stream at a time: within one they lie in the order of time, and each stream knows how old its oldest is.

import { number } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { Outcomes } from './outcomes.ts';

export interface Sweeper {
  /** One small step over rows that ended before that; false when none of them may go. */
  sweep(before: number): boolean;
  /** One small step over the oldest rows of all; false when none may go. */
  sweepOldest(): boolean;
}

/** Rows a step: each takes five trees, a millisecond or two together; the rest of a step's 20 is for a disk that is slow to sync. */
const rowsPerStep = 50;
/** Most streams have a row or two to go at a time; finding them takes some 0.1 ms a stream. */
const streamsPerStep = 10;
/** So many rows from a stream's beginning are looked at: those of a node whose clock was ahead hide no more than these behind them. */
const windowRows = 2_000;
/** When size decides, the rows of so much time of one stream go before those of the next. */
const sizeSpanMs = 24 * 3_600_000;

export function sweeper(db: Database, outcomes: Outcomes): Sweeper {
  const s = statements(db);
  /** How many rows went. */
  const sweep = ({ id, is_left: isLeft }: StreamRow, before: number, rowsMax: number): number => {
    const old = s.old.all({ stream: id, isLeft, before, rowsMax });
    for (const { seq, body_id: bodyId } of old) {
      s.dropTrail.run(id, seq);
      s.dropRow.run(id, seq);
      outcomes.release(bodyId);
    }
    if (old.length === rowsMax) return rowsMax;
    const rest = s.rest.get({ stream: id, isLeft })!;
    if (isLeft === 1 && rest.rows === 0) end(id);
    else s.setOldest.run(rest.oldest, id);
    return old.length;
  };
  const end = (stream: number): void => {
    s.dropHeads.run(stream);
    s.dropStream.run(stream);
  };
  const step = (olderThan: number, before: (oldestAt: number) => number): boolean => {
    let [streams, rows] = [0, 0];
    for (; streams < streamsPerStep && rows < rowsPerStep; streams++) {
      const stream = s.oldest.get(olderThan);
      if (stream === undefined) break;
      rows += sweep(stream, before(stream.oldest_at), rowsPerStep - rows);
    }
    return streams > 0;
  };
  return {
    sweep: (before) => step(before, () => before),
    sweepOldest: () => step(Number.MAX_SAFE_INTEGER, (oldestAt) => oldestAt + sizeSpanMs),
  };
}

interface StreamRow {
  readonly id: number;
  readonly oldest_at: number;
  readonly is_left: 0 | 1;
}

/** Newest rows stay, and the newest that were seen, as long as a target goes on with the stream. */
const pointed = `SELECT current_seq FROM heads WHERE stream = @stream
  UNION ALL SELECT seen_seq FROM heads WHERE stream = @stream AND seen_seq IS NOT NULL`;
const first = `SELECT seq, body_id, first_at + lasted_ms AS until FROM observations WHERE stream = @stream ORDER BY seq
  LIMIT ${windowRows} + 2 * (SELECT count(*) FROM heads WHERE stream = @stream)`;
const mayGo = `(@isLeft = 1 OR seq NOT IN (${pointed}))`;

const statements = (db: Database) => ({
  oldest: db.prepare<[number], StreamRow>(
    `SELECT id, oldest_at, is_left FROM streams WHERE oldest_at IS NOT NULL AND oldest_at < ${number} ORDER BY oldest_at LIMIT 1`,
  ),
  setOldest: db.prepare<[number | null, number]>(`UPDATE streams SET oldest_at = ? WHERE id = ${number}`),
  old: db.prepare<[{ stream: number; isLeft: 0 | 1; before: number; rowsMax: number }], { seq: number; body_id: number }>(
    `SELECT seq, body_id FROM (${first}) WHERE until < @before AND ${mayGo} LIMIT @rowsMax`,
  ),
  rest: db.prepare<[{ stream: number; isLeft: 0 | 1 }], { rows: number; oldest: number | null }>(
    `SELECT count(*) AS rows, min(iif(${mayGo}, until, NULL)) AS oldest FROM (${first})`,
  ),
  dropTrail: db.prepare<[number, number]>(`DELETE FROM trails WHERE id = ${number} << 40 | ${number}`),
  dropRow: db.prepare<[number, number]>('DELETE FROM observations WHERE stream = ? AND seq = ?'),
  dropHeads: db.prepare<[number]>('DELETE FROM heads WHERE stream = ?'),
  dropStream: db.prepare<[number]>('DELETE FROM streams WHERE id = ?'),
});
