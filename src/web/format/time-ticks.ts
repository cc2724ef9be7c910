// Where an axis of time is marked, and what stands there: whole hours and days, UTC. Pure.
import { clockTime, dayOf } from './times.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stepsMs = [hourMs / 4, hourMs, 3 * hourMs, 6 * hourMs, dayMs, 2 * dayMs, 7 * dayMs, 14 * dayMs, 28 * dayMs] as const;

/** At most `most`, ascending. */
export function timeTicks({ from, to }: { readonly from: number; readonly to: number }, most: number): readonly TimeTick[] {
  const stepMs = stepsMs.find((step) => (to - from) / step <= most) ?? Math.ceil((to - from) / most / dayMs) * dayMs;
  const first = Math.ceil(from / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((to - first) / stepMs) + 1);
  return Array.from({ length: Math.min(count, most) }, (_, n) => first + n * stepMs).map((at) => ({ at, label: labelOf(at, stepMs) }));
}

/** The year is in the dates of the stretch itself. */
const labelOf = (at: number, stepMs: number): string =>
  stepMs < dayMs && at % dayMs !== 0 ? clockTime(at) : dayOf(at).replace(/ \d{4}$/, '');
