// The numbers of every look, as series: a row a look while they are new, a packed row an hour afterwards.

import type { Reading } from '../contract/outcome.ts';
import type { Database } from './engine/database.ts';
import { decimalsMax, type LookNumbers, packReadings, unpackReadings } from './readings-block.ts';

export interface Series {
  readonly subject: string;
  readonly name: string;
}

export interface ReadingsPage {
  readonly points: readonly (Series & { readonly at: number; readonly value: number })[];
  /** Ask again from here; null at the end. */
  readonly nextFrom: number | null;
}

export interface HourlyReading extends Series {
  /** Start of the hour, epoch milliseconds. */
  readonly hour: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface HourlyPage {
  readonly hours: readonly HourlyReading[];
  /** Ask again from here; null at the end. */
  readonly nextFrom: number | null;
}

export interface ReadingsQuery {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly subject?: string;
  readonly name?: string;
}

export interface Readings {
  /** Inside the caller's transaction. */
  add(checkId: number, at: number, readings: readonly Reading[]): void;
  series(check: string): readonly Series[];
  /** In the order of time; ends at whole looks, so that one with more numbers than `limit` still comes whole. */
  page(check: string, query: ReadingsQuery, limit: number): ReadingsPage;
  /** Ends at whole hours. */
  hourly(check: string, query: ReadingsQuery, limit: number): HourlyPage;
  /** Packs one check's hour that is over. False when there is none. */
  packOne(now: number): boolean;
}

export const hourMs = 3_600_000;

export function readings(db: Database): Readings {
  const s = statements(db);
  return {
    add: (checkId, at, numbers) => add(s, checkId, at, numbers),
    series: (check) => s.seriesOfCheck.all(check).map(({ subject, name }) => ({ subject, name })),
    page: (check, query, limit) => page(s, check, query, limit),
    hourly: (check, query, limit) => hourly(s, check, query, limit),
    packOne: db.transaction((now: number) => packOne(s, now)),
  };
}

interface BlockRow {
  readonly from_at: number;
  readonly to_at: number;
  readonly bytes: Buffer;
}

type Statements = ReturnType<typeof statements>;

const statements = (db: Database) => ({
  findSeries: db.prepare<[number, string, string], { id: number }>('SELECT id FROM series WHERE check_id = ? AND subject = ? AND name = ?'),
  addSeries: db.prepare<[number, string, string, number]>('INSERT INTO series (check_id, subject, name, used_at) VALUES (?, ?, ?, ?)'),
  useSeries: db.prepare<[number, number]>('UPDATE series SET used_at = max(used_at, ?) WHERE id = ?'),
  seriesOfCheck: db.prepare<[string], { id: number; check_id: number; subject: string; name: string }>(
    'SELECT s.id, s.check_id, s.subject, s.name FROM series s JOIN checks c ON c.id = s.check_id WHERE c.name = ? ORDER BY s.subject, s.name',
  ),
  addBlock: db.prepare<[number, number, number, number, Uint8Array]>(
    'INSERT INTO reading_blocks (check_id, from_at, to_at, is_packed, bytes) VALUES (?, ?, ?, ?, ?)',
  ),
  addIfFree: db.prepare<[number, number, number, number, Uint8Array]>(
    'INSERT INTO reading_blocks (check_id, from_at, to_at, is_packed, bytes) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  // A packed block begins at most an hour before the looks that it holds.
  blocks: db.prepare<[number, number, number], BlockRow>(
    'SELECT from_at, to_at, bytes FROM reading_blocks WHERE check_id = ? AND from_at >= ? AND from_at < ? ORDER BY from_at',
  ),
  unpacked: db.prepare<[number], { check_id: number; from_at: number }>(
    'SELECT check_id, from_at FROM reading_blocks WHERE is_packed = 0 AND from_at < ? ORDER BY from_at LIMIT 1',
  ),
  dropBlocks: db.prepare<[number, number, number]>('DELETE FROM reading_blocks WHERE check_id = ? AND from_at >= ? AND from_at < ?'),
});

function add(s: Statements, checkId: number, at: number, numbers: readonly Reading[]): void {
  const values = new Map<number, number>();
  for (const { subject, name, value } of numbers) {
    if (!Number.isFinite(value)) continue;
    const series = s.findSeries.get(checkId, subject, name)?.id ?? Number(s.addSeries.run(checkId, subject, name, at).lastInsertRowid);
    values.set(series, rounded(value));
  }
  if (values.size === 0) return;
  // Two looks within one millisecond: a clock that stands or was set back. The later one gives way by a millisecond.
  let free = at;
  while (s.addIfFree.run(checkId, free, free, 0, packReadings([{ at: free, values }])).changes === 0) free++;
}

function rounded(value: number): number {
  const scale = 10 ** decimalsMax;
  const scaled = value * scale;
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / scale : value;
}

function page(s: Statements, check: string, query: ReadingsQuery, limit: number): ReadingsPage {
  const points: (Series & { at: number; value: number })[] = [];
  for (const { look, series } of looksIn(s, check, query)) {
    if (points.length >= limit) return { points, nextFrom: look.at };
    for (const [id, value] of look.values) points.push({ at: look.at, ...series.get(id)!, value });
  }
  return { points, nextFrom: null };
}

function hourly(s: Statements, check: string, query: ReadingsQuery, limit: number): HourlyPage {
  const hours = new Map<string, { series: Series; hour: number; count: number; min: number; max: number; sum: number }>();
  let last = Number.NaN;
  for (const { look, series } of looksIn(s, check, query)) {
    const hour = Math.floor(look.at / hourMs) * hourMs;
    if (hour !== last && hours.size >= limit) return { hours: [...hours.values()].map(toHourly), nextFrom: hour };
    last = hour;
    for (const [id, value] of look.values) {
      const sofar = hours.get(`${hour} ${id}`);
      if (sofar === undefined) {
        hours.set(`${hour} ${id}`, { series: series.get(id)!, hour, count: 1, min: value, max: value, sum: value });
        continue;
      }
      sofar.count++;
      sofar.min = Math.min(sofar.min, value);
      sofar.max = Math.max(sofar.max, value);
      sofar.sum += value;
    }
  }
  return { hours: [...hours.values()].map(toHourly), nextFrom: null };
}

const toHourly = ({
  series,
  hour,
  count,
  min,
  max,
  sum,
}: {
  series: Series;
  hour: number;
  count: number;
  min: number;
  max: number;
  sum: number;
}) => ({
  ...series,
  hour,
  count,
  min,
  max,
  mean: sum / count,
});

/** The looks of a span with the series asked for, in the order of time. */
function* looksIn(
  s: Statements,
  check: string,
  query: ReadingsQuery,
): Generator<{ look: LookNumbers; series: ReadonlyMap<number, Series> }> {
  const rows = s.seriesOfCheck.all(check).filter((one) => matches(one, query));
  if (rows.length === 0) return;
  const series = new Map(rows.map(({ id, subject, name }) => [id, { subject, name }]));
  const wanted = new Set(series.keys());
  // Read hour by hour: a year in one statement would be in memory at once, and a set-back clock can leave looks out of order within an hour.
  for (const hour of hoursWithLooks(s, rows[0]!.check_id, query)) {
    const looks = hour.flatMap((block) => unpackReadings(block.bytes, wanted)).sort((a, b) => a.at - b.at);
    for (const look of looks) if (look.at >= query.from && look.at < query.to && look.values.size > 0) yield { look, series };
  }
}

const matches = (one: Series, query: ReadingsQuery): boolean =>
  (query.subject === undefined || query.subject === one.subject) && (query.name === undefined || query.name === one.name);

function* hoursWithLooks(s: Statements, checkId: number, query: ReadingsQuery): Generator<readonly BlockRow[]> {
  const from = Math.floor(query.from / hourMs) * hourMs;
  for (let start = from; start < query.to; ) {
    // A day at a time keeps both the number of statements and the memory small.
    const end = Math.min(start + 24 * hourMs, Math.ceil(query.to / hourMs) * hourMs);
    const byHour = Map.groupBy(s.blocks.all(checkId, start, end), (block) => Math.floor(block.from_at / hourMs));
    yield* byHour.values();
    start = end;
  }
}

function packOne(s: Statements, now: number): boolean {
  const first = s.unpacked.get(Math.floor(now / hourMs) * hourMs);
  if (first === undefined) return false;
  const start = Math.floor(first.from_at / hourMs) * hourMs;
  const looks = s.blocks
    .all(first.check_id, start, start + hourMs)
    .flatMap((block) => unpackReadings(block.bytes))
    .sort((a, b) => a.at - b.at);
  s.dropBlocks.run(first.check_id, start, start + hourMs);
  s.addBlock.run(first.check_id, looks[0]!.at, looks.at(-1)!.at, 1, packReadings(looks));
  for (const id of new Set(looks.flatMap((look) => [...look.values.keys()]))) s.useSeries.run(start, id);
  return true;
}
