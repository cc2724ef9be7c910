// Reads the history: the newest look of each check, the past of one, and what came after a cursor.

import type { Changes, Moved, StandingRow } from '../contract/changes.ts';
import type { Observation, TrailEntry } from '../contract/observation.ts';
import type { Reading } from '../contract/outcome.ts';
import { unpack } from './bodies.ts';
import { number } from './bound.ts';
import type { Database } from './engine/database.ts';
import { unpackedRows } from './unpacked-rows.ts';

export interface CheckSight {
  readonly current: Observation;
  /** The newest that is not unseen, where that is not `current` and was observed: what findings still rest on. */
  readonly lastObserved: Observation | null;
}

/** What the history has to say to a poller; who says it, and when, is added by the agent. */
export interface ChangesPage extends Pick<Changes, 'observations' | 'ended' | 'cursor' | 'oldestSeq' | 'newestSeq' | 'hasMore'> {
  readonly current: readonly StandingRow[];
}

export interface Observations {
  /** By check id, for every check that was ever looked at and is not among the forgotten. */
  sights(checks: readonly string[]): ReadonlyMap<string, CheckSight>;
  sight(check: string): CheckSight | null;
  /** Newest first, at most `limit`, older than `before` where given. */
  history(check: string, options: { readonly before?: number; readonly limit: number }): readonly Observation[];
  changes(after: number, limit: number): ChangesPage;
  /** Where each check's newest row stands, without what was seen. */
  currents(): readonly Moved[];
  newestSeq(): number;
}

/** A page of changes ends early at this many characters of facts and trails: one page is in memory as a whole. */
const pageCharactersMax = 4 * 1024 ** 2;

export function observations(db: Database): Observations {
  const checkOf = db.prepare<[string], CheckRow>('SELECT id, name, current_seq, seen_seq, readings FROM checks WHERE name = ?');
  const bySeq = db.prepare<[number], ObservationRow>(`${selectRows} WHERE o.seq = ${number}`);
  const standing = db.prepare<[number], Standing>(
    `SELECT o.last_at AS lastAt, o.count, o.took_ms AS tookMs, t.at AS trailAt FROM observations o LEFT JOIN trails t ON t.seq = o.seq WHERE o.seq = ${number}`,
  );
  const unpacked = unpackedRows();
  const ofCheck = db.prepare<[number, number, number], ObservationRow>(
    `${selectRows} WHERE o.check_id = ${number} AND o.seq < ${number} ORDER BY o.seq DESC LIMIT ${number}`,
  );
  const after = db.prepare<[number, number], ObservationRow>(`${selectRows} WHERE o.seq > ${number} ORDER BY o.seq LIMIT ${number}`);
  const moved = 'SELECT c.name AS "check", o.seq, o.last_at AS lastAt, o.count FROM';
  const currents = db.prepare<[], Moved>(
    // CROSS: from the few checks to their rows. Left to itself SQLite reads every row there is.
    `${moved} checks c CROSS JOIN observations o ON o.seq = c.current_seq ORDER BY o.seq`,
  );
  const standingRows = db.prepare<[], StandingRecord>(
    `SELECT c.name AS "check", o.seq, o.last_at AS lastAt, o.count, iif(c.seen_seq = o.seq, c.readings, NULL) AS readings
     FROM checks c CROSS JOIN observations o ON o.seq = c.current_seq ORDER BY o.seq`,
  );
  const begun = db.prepare<[number], { seq: number; firstAt: number }>('SELECT seq, first_at AS firstAt FROM observations WHERE seq = ?');
  const before = db.prepare<[number, number], Moved>(
    `${moved} observations o JOIN checks c ON c.id = o.check_id WHERE o.check_id = ${number} AND o.seq < ${number} ORDER BY o.seq DESC LIMIT 1`,
  );
  // Not the lowest number: the newest row of a check stays while younger ones of others go.
  const completeFrom = db.prepare<[], { seq: number }>(`SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = 'complete_from'`);
  const newest = db.prepare<[], { seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'observations'`);
  const newestSeq = (): number => newest.get()?.seq ?? 0;
  /** Of what is asked for with every look only what moves is read again. */
  const pointedAt = (seq: number, readings: readonly Reading[]): Observation | null => {
    const stands = standing.get(seq);
    if (stands === undefined) return null;
    const { trailAt, ...moving } = stands;
    const known = unpacked.get(seq, trailAt);
    if (known !== null) return { ...known, ...moving, readings: [...readings] };
    const row = bySeq.get(seq);
    if (row === undefined) return null;
    const { observation, characters } = read(row, readings);
    unpacked.keep(observation, trailAt, characters);
    return observation;
  };
  const sight = (check: string): CheckSight | null => {
    const row = checkOf.get(check);
    if (row === undefined || row.current_seq === null) return null;
    const readings = (seq: number): readonly Reading[] => (seq === row.seen_seq ? (JSON.parse(row.readings ?? '[]') as Reading[]) : []);
    const current = pointedAt(row.current_seq, readings(row.current_seq));
    if (current === null) return null;
    const seen = row.seen_seq === null || row.seen_seq === row.current_seq ? null : pointedAt(row.seen_seq, readings(row.seen_seq));
    return { current, lastObserved: seen?.outcome.kind === 'observed' ? seen : null };
  };
  return {
    sight,
    sights: (checks) => new Map(checks.flatMap((check) => pairOf(check, sight(check)))),
    history: (check, options) => {
      const row = checkOf.get(check);
      if (row === undefined) return [];
      return ofCheck
        .all(row.id, options.before ?? Number.MAX_SAFE_INTEGER, options.limit)
        .map((one) => toObservation(one, readingsOf(row, one)));
    },
    changes: (cursor, limit) => {
      const page: Observation[] = [];
      const ended: Moved[] = [];
      let characters = 0;
      let hasMore = false;
      for (const row of after.iterate(cursor, limit + 1)) {
        if (page.length === limit || characters > pageCharactersMax) {
          hasMore = true;
          break;
        }
        const { observation, characters: more } = read(row, []);
        page.push(observation);
        characters += more;
        ended.push(...movedBefore(before.get(row.check_id, row.seq), cursor));
      }
      return {
        observations: page,
        ended,
        current: standingRows.all().map(toStandingRow),
        cursor: begun.get(cursor) ?? null,
        oldestSeq: completeFrom.get()?.seq ?? 1,
        newestSeq: newestSeq(),
        hasMore,
      };
    },
    currents: () => currents.all(),
    newestSeq,
  };
}

/** What changes of a row while every look says the same, and by when its trail was kept. */
interface Standing {
  readonly lastAt: number;
  readonly count: number;
  readonly tookMs: number;
  readonly trailAt: number | null;
}

type StandingRecord = Moved & { readonly readings: string | null };

const toStandingRow = ({ readings, ...moved }: StandingRecord): StandingRow => ({
  ...moved,
  readings: readings === null ? [] : (JSON.parse(readings) as Reading[]),
});

interface CheckRow {
  readonly id: number;
  readonly name: string;
  readonly current_seq: number | null;
  readonly seen_seq: number | null;
  readonly readings: string | null;
}

interface ObservationRow {
  readonly seq: number;
  readonly check_id: number;
  readonly check: string;
  readonly probe: string;
  readonly facts_version: number;
  readonly kind: string;
  readonly first_at: number;
  readonly last_at: number;
  readonly count: number;
  readonly took_ms: number;
  readonly body: Buffer;
  readonly trail: Buffer | null;
}

const selectRows = `
  SELECT o.seq, o.check_id, c.name AS "check", o.probe, o.facts_version, o.kind, o.first_at, o.last_at, o.count, o.took_ms,
         b.bytes AS body, t.bytes AS trail
  FROM observations o JOIN checks c ON c.id = o.check_id JOIN bodies b ON b.id = o.body_id LEFT JOIN trails t ON t.seq = o.seq`;

const toObservation = (row: ObservationRow, readings: readonly Reading[]): Observation => read(row, readings).observation;

function read(row: ObservationRow, readings: readonly Reading[]): { readonly observation: Observation; readonly characters: number } {
  const outcome = unpack(row.body);
  const trail = row.trail === null ? '[]' : unpack(row.trail);
  const observation = {
    seq: row.seq,
    check: row.check,
    probe: row.probe,
    factsVersion: row.facts_version,
    outcome: JSON.parse(outcome) as Observation['outcome'],
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
    tookMs: row.took_ms,
    readings: [...readings],
    trail: JSON.parse(trail) as TrailEntry[],
  };
  return { observation, characters: outcome.length + trail.length };
}

const readingsOf = (check: CheckRow, row: ObservationRow): readonly Reading[] =>
  row.seq === check.seen_seq ? (JSON.parse(check.readings ?? '[]') as Reading[]) : [];

const pairOf = (check: string, sight: CheckSight | null): readonly (readonly [string, CheckSight])[] =>
  sight === null ? [] : [[check, sight]];

/** A row that the poller has not had yet comes with its end anyway. */
const movedBefore = (row: Moved | undefined, cursor: number): readonly Moved[] => (row === undefined || row.seq > cursor ? [] : [row]);
