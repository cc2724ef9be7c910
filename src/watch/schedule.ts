// Starts each look when it is due, without trusting the clock, the timer or the looks themselves.
import type { Check } from '../contract/check.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Due } from './due.ts';

export interface ScheduleParts {
  readonly clock: Clock;
  readonly dueOf: (check: Check) => Due;
  /** Epoch milliseconds of the end of the newest look that was recorded, before this run of the agent too. */
  readonly lastLookAt: (check: string) => number | null;
  readonly look: (check: Check) => Promise<Looked>;
  /** Looks that were due since `from` were not taken. */
  readonly onMissed: (check: Check, from: number) => void;
  /** It is due, and the last look still has not let go. */
  readonly onOverlapped: (check: Check) => void;
  readonly onClockJump: (ms: number) => void;
}

export interface Looked {
  /** Settles when a look that ignored its time limit lets go at last; null for one that ended. */
  readonly letGo: Promise<void> | null;
}

export interface Schedule {
  start(): void;
  /** Starts nothing more. Looks under way are the caller's to abort. */
  stop(): void;
  /** Keeps what is under way; checks whose schedule is unchanged keep their time. */
  replace(checks: readonly Check[]): void;
  /** Looks now, or joins the look that is under way. Null for an unknown check; `stuck` where an earlier look has not let go. */
  runNow(check: string): Promise<'looked' | 'stuck'> | null;
  nextAt(check: string): number | null;
  /** How late the newest look was started, if one was in the past minute, and the loop's last sign of life. */
  state(): { readonly lateMs: number; readonly tickedAtMonotonicMs: number; readonly underWay: number };
}

/** Looks are started this far apart: 100 TLS handshakes at once spoil each other's timing by 0.7 ms each. */
export const startsApartMs = 20;
/** More than any sensible configuration has checks; a slow check delays no other below it. */
const underWayMax = 64;
/** The clock is looked at this often, whatever is due: a jump is noticed within it. */
const tickMsMax = 10_000;
/** One late start says nothing about an agent that has had nothing to start since. */
const lateKeptMs = 60_000;
/** Less than this is a clock being slewed, or a busy machine. */
const jumpMs = 5_000;

interface Entry {
  check: Check;
  due: Due;
  nextAt: number;
  running: Promise<'looked'> | null;
  isStuck: boolean;
}

export function createSchedule(parts: ScheduleParts, checks: readonly Check[]): Schedule {
  const { clock } = parts;
  const entries = new Map<string, Entry>();
  let isStopped = true;
  let cancel = (): void => {};
  let last = { wall: clock.now(), monotonic: clock.monotonicMs() };
  let startedAt = Number.NEGATIVE_INFINITY;
  let lateMs = 0;

  const firstDue = (check: Check, due: Due, now: number): number => (due.isOverdue(parts.lastLookAt(check.id), now) ? now : due.next(now));

  const add = (check: Check): void => {
    const due = parts.dueOf(check);
    entries.set(check.id, { check, due, nextAt: firstDue(check, due, clock.now()), running: null, isStuck: false });
  };

  const distrustClock = (): void => {
    const now = { wall: clock.now(), monotonic: clock.monotonicMs() };
    const jumped = now.wall - last.wall - (now.monotonic - last.monotonic);
    last = now;
    if (Math.abs(jumped) < jumpMs) return;
    parts.onClockJump(jumped);
    for (const entry of entries.values()) entry.nextAt = firstDue(entry.check, entry.due, now.wall);
  };

  const begin = (entry: Entry): Promise<'looked'> => {
    const now = clock.now();
    const lastAt = parts.lastLookAt(entry.check.id);
    if (lastAt !== null && entry.due.isMissed(lastAt, now)) parts.onMissed(entry.check, lastAt);
    const running = parts.look(entry.check).then(({ letGo }) => {
      entry.running = null;
      if (letGo !== null) {
        entry.isStuck = true;
        void letGo.then(() => {
          entry.isStuck = false;
        });
      }
      return 'looked' as const;
    });
    entry.running = running;
    return running;
  };

  const startOne = (now: number): void => {
    const ready = [...entries.values()].filter((entry) => entry.nextAt <= now).sort((a, b) => a.nextAt - b.nextAt);
    for (const entry of ready) {
      // A look that somebody asked for is under way: it will do.
      if (entry.running !== null) entry.nextAt = entry.due.next(now);
      else if (entry.isStuck) {
        entry.nextAt = entry.due.next(now);
        parts.onOverlapped(entry.check);
      }
    }
    const first = ready.find((entry) => entry.nextAt <= now);
    if (first === undefined || underWay() >= underWayMax) return;
    lateMs = now - first.nextAt;
    first.nextAt = first.due.next(now);
    startedAt = clock.monotonicMs();
    void begin(first);
  };

  const underWay = (): number => [...entries.values()].filter((entry) => entry.running !== null || entry.isStuck).length;

  const tick = (): void => {
    if (isStopped) return;
    distrustClock();
    if (clock.monotonicMs() - startedAt >= startsApartMs) startOne(clock.now());
    arm();
  };

  const arm = (): void => {
    cancel();
    if (isStopped) return;
    const untilDue = Math.min(...[...entries.values()].map((entry) => entry.nextAt)) - clock.now();
    const untilApart = startedAt + startsApartMs - clock.monotonicMs();
    // With every place taken, what is due waits for the next tick instead of spinning.
    const waitMs = underWay() >= underWayMax ? 1_000 : Math.max(untilDue, untilApart, 1);
    cancel = clock.setTimer(Math.min(waitMs, tickMsMax), tick);
  };

  for (const check of checks) add(check);
  return {
    start: () => {
      isStopped = false;
      last = { wall: clock.now(), monotonic: clock.monotonicMs() };
      arm();
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
    replace: (wanted) => {
      const ids = new Set(wanted.map((check) => check.id));
      for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
      for (const check of wanted) {
        const entry = entries.get(check.id);
        if (entry === undefined) add(check);
        else if (isSameSchedule(entry.check, check)) entry.check = check;
        else Object.assign(entry, rescheduled(parts, check, clock.now()));
      }
      arm();
    },
    runNow: (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return null;
      if (entry.isStuck) return Promise.resolve('stuck');
      return entry.running ?? begin(entry);
    },
    nextAt: (id) => entries.get(id)?.nextAt ?? null,
    state: () => ({
      lateMs: clock.monotonicMs() - startedAt > lateKeptMs ? 0 : lateMs,
      tickedAtMonotonicMs: last.monotonic,
      underWay: underWay(),
    }),
  };
}

const isSameSchedule = (a: Check, b: Check): boolean =>
  JSON.stringify([a.schedule, a.probe, a.settings]) === JSON.stringify([b.schedule, b.probe, b.settings]);

/** Other settings may see something else: they are tried at once. The time before is no gap of the new schedule. */
function rescheduled(parts: ScheduleParts, check: Check, now: number): Pick<Entry, 'check' | 'due' | 'nextAt'> {
  const due = parts.dueOf(check);
  const isMissed = (lastAt: number, at: number): boolean => due.isMissed(Math.max(lastAt, now), at);
  return { check, due: { ...due, isMissed }, nextAt: now };
}
