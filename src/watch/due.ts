// When a check is to be looked at next, and whether looks were missed before that. Pure.
import { createHash } from 'node:crypto';
import type { CheckSchedule } from '../contract/check.ts';
import type { CronTimes } from './cron-times.ts';

export interface Due {
  /** The first time after `now`. */
  next(now: number): number;
  /** A look is overdue when the last one, if any, is a period or more ago. */
  isOverdue(lastAt: number | null, now: number): boolean;
  /** At least one look that should have been taken between the two was not. */
  isMissed(lastAt: number, now: number): boolean;
}

/** A busy machine starts a look late; less than this is not called a gap. */
const graceMs = 30_000;

/** `every` is spread by a hash of node and check, so that a fleet does not look in step and a restart moves nobody. */
export function everyDue(everyMs: number, nodeId: string, check: string): Due {
  const hash = createHash('sha256').update(`${nodeId}\n${check}`).digest().readUIntBE(0, 6);
  const phase = hash % everyMs;
  return {
    next: (now) => Math.floor((now - phase) / everyMs + 1) * everyMs + phase,
    isOverdue: (lastAt, now) => lastAt === null || (lastAt <= now && now - lastAt >= everyMs),
    isMissed: (lastAt, now) => now - lastAt > everyMs + Math.max(everyMs / 2, graceMs),
  };
}

/** A cron check fires when it says; one that was due while nobody was there is looked at as soon as somebody is. */
export function cronDue(times: CronTimes): Due {
  const isPast = (lastAt: number, now: number, lateMs: number): boolean => {
    const next = times.nextAfter(lastAt);
    return next !== null && next + lateMs < now;
  };
  return {
    // An expression that never fires again (a leap day beyond the horizon) is asked about once a day.
    next: (now) => times.nextAfter(now) ?? now + 24 * 3_600_000,
    isOverdue: (lastAt, now) => lastAt === null || isPast(lastAt, now, 0),
    isMissed: (lastAt, now) => isPast(lastAt, now, graceMs),
  };
}

export function dueOf(schedule: CheckSchedule, nodeId: string, check: string, cron: (expression: string) => CronTimes): Due {
  switch (schedule.kind) {
    case 'every':
      return everyDue(schedule.everyMs, nodeId, check);
    case 'cron':
      return cronDue(cron(schedule.expression));
  }
}
