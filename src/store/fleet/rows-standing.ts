// Finds which rows of a node stood at a past moment, without walking through those that came after it.
import { number } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import type { FleetObservations, RowThen } from './store.ts';
import { kindNumbers } from './take.ts';

export function rowsStanding(db: Database): FleetObservations['standing'] {
  const s = statements(db);
  /** Number of the last row that was begun by then: rows are numbered in the order in which they were written. */
  const lastBegun = (stream: number, at: number): number => {
    const edges = s.edges.get(stream, stream);
    let [low, high] = [edges?.first ?? 0, edges?.last ?? 0];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const row = s.from.get(stream, middle);
      if (row === undefined || row.seq > high || row.firstAt > at) high = middle - 1;
      else low = row.seq;
    }
    return high;
  };
  return (stream, at) => {
    const upTo = lastBegun(stream, at) + slackRows;
    return s.heads.all(stream).flatMap(({ checkId, newest }) => {
      const row = s.newest.get(stream, checkId, upTo, at);
      return row === undefined ? [] : [rowThen(row, newest)];
    });
  };
}

/**
 * Looks go on side by side and what was missed is written when an agent is back, so that a few rows come before others that were begun
 * earlier.
 */
const slackRows = 64;

interface Row extends Omit<RowThen, 'kind' | 'isNewest'> {
  readonly seq: number;
  readonly kind: number;
}

const statements = (db: Database) => ({
  edges: db.prepare<[number, number], { first: number | null; last: number | null }>(
    `SELECT (SELECT seq FROM observations WHERE stream = ${number} ORDER BY seq LIMIT 1) AS first,
       (SELECT seq FROM observations WHERE stream = ${number} ORDER BY seq DESC LIMIT 1) AS last`,
  ),
  from: db.prepare<[number, number], { seq: number; firstAt: number }>(
    `SELECT seq, first_at AS firstAt FROM observations WHERE stream = ${number} AND seq >= ${number} ORDER BY seq LIMIT 1`,
  ),
  heads: db.prepare<[number], { checkId: number; newest: number }>(
    `SELECT check_id AS checkId, current_seq AS newest FROM heads WHERE stream = ${number}`,
  ),
  newest: db.prepare<[number, number, number, number], Row>(
    `SELECT o.seq, c.name AS "check", p.name AS probe, o.kind, o.first_at AS firstAt, o.first_at + o.lasted_ms AS lastAt
     FROM observations o INDEXED BY observations_by_check CROSS JOIN names c ON c.id = o.check_id CROSS JOIN names p ON p.id = o.probe_id
     WHERE o.stream = ${number} AND o.check_id = ${number} AND o.seq <= ${number} AND o.first_at <= ${number} ORDER BY o.seq DESC LIMIT 1`,
  ),
});

const kinds = Object.entries(kindNumbers) as readonly (readonly [RowThen['kind'], number])[];

const rowThen = ({ seq, kind, ...row }: Row, newest: number): RowThen => ({
  ...row,
  kind: kinds.find(([, one]) => one === kind)![0],
  isNewest: seq === newest,
});
