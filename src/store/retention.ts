// Keeps the history within its age and size, in steps short enough for probes not to notice.
import type { Database } from './engine/database.ts';
import { hourMs, type Readings } from './readings.ts';
import { space } from './space.ts';

export interface Limits {
  /** Rows that ended longer ago than this go. */
  readonly keepMs: number;
  /** Size of the file, without what is free inside it. */
  readonly bytesMax: number;
}

export interface Retention {
  /** One small step; true when there is more to do. The newest row of a check that is not configured any more goes by age like any other. */
  step(now: number, limits: Limits, isConfigured?: (check: string) => boolean): boolean;
}

/** Rows a step: 50 take a few milliseconds here, of the 20 that a step may; the rest is for a disk that is slow to sync. */
const rowsPerStep = 50;
/** Trails of looks that went well explain little after a week; those of failures stay as long as their rows. */
const goodTrailKeepMs = 7 * 24 * hourMs;
/** What size forces out goes a little further than the limit, or each new row would start it again. */
const slack = 0.95;

export function retention(db: Database, readings: Readings): Retention {
  const s = statements(db);
  const { usedBytes, giveBack } = space(db);
  let isShrinking = false;

  const bySize = (limits: Limits): boolean => {
    isShrinking = usedBytes() > limits.bytesMax * (isShrinking ? slack : 1);
    return isShrinking && dropOldest(s);
  };
  const drop = db.transaction(
    (now: number, limits: Limits, isConfigured: (check: string) => boolean) =>
      forgetOne(s, now - limits.keepMs, isConfigured) || dropByAge(s, now, limits) || bySize(limits),
  );
  return {
    step: (now, limits, isConfigured = () => true) => readings.packOne(now) || drop.immediate(now, limits, isConfigured) || giveBack(),
  };
}

type Statements = ReturnType<typeof statements>;

const statements = (db: Database) => ({
  goodTrails: db.prepare<[number, number]>(
    'DELETE FROM trails WHERE seq IN (SELECT seq FROM trails WHERE is_failure = 0 AND at < ? ORDER BY at LIMIT ?)',
  ),
  // A check's newest row, and the newest one that was seen, stay whatever their age: they are what is known.
  oldRows: db.prepare<[number, number], { seq: number }>(
    `SELECT seq FROM (SELECT seq, last_at FROM observations ORDER BY seq LIMIT ?) WHERE last_at < ? AND seq NOT IN (${pointed()})`,
  ),
  oldestRows: db.prepare<[number], { seq: number }>(`SELECT seq FROM observations WHERE seq NOT IN (${pointed()}) ORDER BY seq LIMIT ?`),
  completeFrom: db.prepare<[string]>(
    `INSERT INTO meta (key, value) VALUES ('complete_from', ?) ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`,
  ),
  dropTrail: db.prepare<[number]>('DELETE FROM trails WHERE seq = ?'),
  bodyOf: db.prepare<[number], { body_id: number }>('DELETE FROM observations WHERE seq = ? RETURNING body_id'),
  dropBody: db.prepare<[number, number]>('DELETE FROM bodies WHERE id = ? AND NOT EXISTS (SELECT 1 FROM observations WHERE body_id = ?)'),
  checks: db.prepare<[], { id: number }>('SELECT id FROM checks'),
  oldChecks: db.prepare<[number], { id: number; name: string }>(
    'SELECT c.id, c.name FROM checks c CROSS JOIN observations o ON o.seq = c.current_seq WHERE o.last_at < ?',
  ),
  forget: db.prepare<[number]>('UPDATE checks SET current_seq = NULL, seen_seq = NULL, readings = NULL WHERE id = ?'),
  oldBlocks: db.prepare<[number, number, number]>(
    'DELETE FROM reading_blocks WHERE check_id = ? AND from_at IN (SELECT from_at FROM reading_blocks WHERE check_id = ? AND from_at < ? ORDER BY from_at LIMIT 100)',
  ),
  oldestBlock: db.prepare<[number], { from_at: number | null }>('SELECT min(from_at) AS from_at FROM reading_blocks WHERE check_id = ?'),
  oldSeries: db.prepare<[number]>('DELETE FROM series WHERE id IN (SELECT id FROM series WHERE used_at < ? LIMIT 100)'),
});

function pointed(): string {
  return 'SELECT current_seq FROM checks WHERE current_seq IS NOT NULL UNION ALL SELECT seen_seq FROM checks WHERE seen_seq IS NOT NULL';
}

/** Its rows are like those of any other look then. */
function forgetOne(s: Statements, cutoff: number, isConfigured: (check: string) => boolean): boolean {
  const gone = s.oldChecks.all(cutoff).find(({ name }) => !isConfigured(name));
  return gone !== undefined && s.forget.run(gone.id).changes > 0;
}

function dropByAge(s: Statements, now: number, limits: Limits): boolean {
  const cutoff = now - limits.keepMs;
  if (s.goodTrails.run(Math.max(cutoff, now - goodTrailKeepMs), rowsPerStep).changes > 0) return true;
  if (s.checks.all().some(({ id }) => s.oldBlocks.run(id, id, cutoff).changes > 0)) return true;
  const old = s.oldRows.all(rowsPerStep + s.checks.all().length * 2, cutoff).slice(0, rowsPerStep);
  for (const { seq } of old) dropRow(s, seq);
  return old.length > 0 || s.oldSeries.run(cutoff - 2 * hourMs).changes > 0;
}

/** Numbers first, since they are most of it and say least about what was wrong; then rows, with their trails. */
function dropOldest(s: Statements): boolean {
  const oldest = s.checks
    .all()
    .flatMap(({ id }) => ({ id, from: s.oldestBlock.get(id)?.from_at ?? null }))
    .filter((one): one is { id: number; from: number } => one.from !== null)
    .sort((a, b) => a.from - b.from)[0];
  if (oldest !== undefined) return s.oldBlocks.run(oldest.id, oldest.id, oldest.from + 24 * hourMs).changes > 0;
  if (s.goodTrails.run(Number.MAX_SAFE_INTEGER, rowsPerStep).changes > 0) return true;
  const rows = s.oldestRows.all(rowsPerStep);
  for (const { seq } of rows) dropRow(s, seq);
  return rows.length > 0;
}

function dropRow(s: Statements, seq: number): void {
  s.dropTrail.run(seq);
  s.completeFrom.run(String(seq + 1));
  const row = s.bodyOf.get(seq);
  if (row !== undefined) s.dropBody.run(row.body_id, row.body_id);
}
