// The next time of a cron expression after any instant. node-cron reads and matches expressions but counts only from the
// system's clock, which is the one thing that is not trusted here.
import type { Check } from '../contract/check.ts';

export interface CronTimes {
  /** Epoch milliseconds, in the machine's time zone; null when there is none within five years. */
  nextAfter(after: number): number | null;
}

/** For checks as they are configured; node-cron is loaded only where one of them has an expression. */
export async function cronTimesFor(checks: readonly Check[]): Promise<(expression: string) => CronTimes> {
  if (checks.some(({ schedule }) => schedule.kind === 'cron')) return loadCronTimes();
  return (expression) => {
    throw new Error(`${expression} was not there when the configuration was read`);
  };
}

/** Reaches the next leap day. */
const daysMax = 5 * 366;

/** Loads node-cron when the first expression is asked for: most agents have none. */
export async function loadCronTimes(): Promise<(expression: string) => CronTimes> {
  const { createTask, parse } = await import('node-cron');
  return (expression) => {
    const { hour, minute, second } = parse(expression);
    const task = createTask(expression, () => {});
    const times = hour.flatMap((h) => minute.flatMap((m) => second.map((s) => [h, m, s] as const)));
    return { nextAfter: (after) => nextAfter(after, times, (date) => task.match(date)) };
  };
}

function nextAfter(after: number, times: readonly (readonly [number, number, number])[], matches: (date: Date) => boolean): number | null {
  const day = new Date(after);
  for (let ahead = 0; ahead <= daysMax; ahead++) {
    const found = firstOfDay(day.getFullYear(), day.getMonth(), day.getDate() + ahead, after, times, matches);
    if (found !== null) return found;
  }
  return null;
}

function firstOfDay(
  year: number,
  month: number,
  date: number,
  after: number,
  times: readonly (readonly [number, number, number])[],
  matches: (date: Date) => boolean,
): number | null {
  const first = firstShifted(0);
  if (!repeatsAnHour(year, month, date)) return first;
  const repeated = firstShifted(hourMs);
  return first === null || repeated === null ? (first ?? repeated) : Math.min(first, repeated);

  function firstShifted(byMs: number): number | null {
    for (const [hour, minute, second] of times) {
      const at = new Date(new Date(year, month, date, hour, minute, second).getTime() + byMs);
      // An hour that summer time leaves out comes back as another one; one that does not repeat is another one an hour later.
      if (at.getHours() !== hour || at.getTime() <= after) continue;
      if (matches(at)) return at.getTime();
      // Hour, minute and second are right, so the day is not one of its days.
      return null;
    }
    return null;
  }
}

const hourMs = 3_600_000;

/** The end of summer time. A check that runs each quarter of an hour is not left alone for the hour that comes twice. */
const repeatsAnHour = (year: number, month: number, date: number): boolean =>
  new Date(year, month, date + 1).getTimezoneOffset() > new Date(year, month, date).getTimezoneOffset();
