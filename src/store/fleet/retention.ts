// Keeps the fleet's history within its age and size, in steps short enough for polls not to notice.
import type { Database, Statement } from '../engine/database.ts';
import { space } from '../space.ts';
import type { Outcomes } from './outcomes.ts';
import type { FleetLimits, FleetStore } from './store.ts';
import { sweeper } from './sweep.ts';
import type { Transactions } from './transactions.ts';

const dayMs = 24 * 3_600_000;
/** Trails of looks that went well explain little after a week; those of failures stay as long as their rows. */
const goodTrailKeepMs = 7 * dayMs;
/** What a channel was told last of a finding is asked for when the finding ends, and findings stay open for long. */
const toldKeepMs = 400 * dayMs;
/** What size forces out goes a little further than the limit, or each new row would start it again. */
const slack = 0.95;

export function retention(
  db: Database,
  { outcomes, transactions }: { readonly outcomes: Outcomes; readonly transactions: Transactions },
): FleetStore['maintain'] {
  const s = statements(db);
  const rows = sweeper(db, outcomes);
  const { usedBytes, giveBack } = space(db);
  let isShrinking = false;

  const byAge = (now: number, limits: FleetLimits): boolean => {
    const before = now - limits.keepMs;
    return (
      dropped(s.goodTrails, Math.max(before, now - goodTrailKeepMs)) ||
      rows.sweep(before) ||
      [s.nodeEvents, s.findingEvents, s.findings, s.spans, s.sights, s.waivers].some((old) => dropped(old, before)) ||
      dropped(s.deliveries, Math.min(before, now - toldKeepMs)) ||
      dropped(s.receipts, now - limits.receiptsKeepMs)
    );
  };
  /**
   * What explains least goes first: trails of good looks, then rows, a failure's together with its trail, then what happened to nodes and
   * findings and what was seen of pairs, then what was told of it. Verdicts and receipts are small, and what the others are kept for: they go by age alone.
   */
  const bySize = (limits: FleetLimits): boolean => {
    isShrinking = usedBytes() > limits.bytesMax * (isShrinking ? slack : 1);
    if (!isShrinking) return false;
    const ever = Number.MAX_SAFE_INTEGER;
    return (
      dropped(s.goodTrails, ever) ||
      rows.sweepOldest() ||
      [s.nodeEvents, s.findingEvents, s.sights, s.deliveries].some((old) => dropped(old, ever))
    );
  };
  return (now, limits) => transactions.apart(() => byAge(now, limits) || bySize(limits)) || giveBack();
}

/** Rows of one table a step: they take a millisecond or two. */
const rowsPerStep = 100;

type Drop = Statement<[number, number]>;

const dropped = (old: Drop, before: number): boolean => old.run(before, rowsPerStep).changes > 0;

const statements = (db: Database) => {
  const drop = (table: string, key: string, time: string, where = 'true'): Drop =>
    db.prepare(
      `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} AND ${time} < ? ORDER BY ${time} LIMIT ?)`,
    );
  return {
    goodTrails: drop('trails', 'id', 'at', 'is_failure = 0'),
    nodeEvents: drop('node_events', 'id', 'at'),
    findingEvents: drop('finding_events', 'id', 'at'),
    // What is not resolved, not ended, not done or the newest has no such time, and stays whatever its age.
    findings: drop('findings', 'n', 'resolved_at', 'resolved_at IS NOT NULL'),
    spans: drop('verdict_spans', 'subject_id, n', 'until_at', 'is_newest = 0'),
    sights: drop('sights', 'n', 'ended_at', 'ended_at IS NOT NULL'),
    waivers: drop('waivers', 'n', 'ended_at', 'ended_at IS NOT NULL'),
    deliveries: drop('deliveries', 'id', 'done_at', 'done_at IS NOT NULL'),
    receipts: drop('receipts', 'n', 'issued_at'),
  };
};
