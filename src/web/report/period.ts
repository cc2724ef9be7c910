// Which period a report is of: whole days and months by UTC, so that two people who ask for the same get the same. Pure.

/** Epoch milliseconds; `to` is not part of it. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export const periodChoices = ['last-30-days', 'last-90-days', 'last-month', 'last-quarter', 'dates'] as const;

export type PeriodChoice = (typeof periodChoices)[number];

export const periodWords = {
  'last-30-days': 'Last 30 days',
  'last-90-days': 'Last 90 days',
  'last-month': 'Last month',
  'last-quarter': 'Last quarter',
  dates: 'From – to',
} as const satisfies Record<PeriodChoice, string>;

const dayMs = 86_400_000;

export function periodOf(choice: Exclude<PeriodChoice, 'dates'>, now: number): Period {
  const date = new Date(now);
  const month = (monthsAgo: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsAgo, 1);
  const sinceQuarter = date.getUTCMonth() % 3;
  switch (choice) {
    case 'last-30-days':
      return { from: now - 30 * dayMs, to: now };
    case 'last-90-days':
      return { from: now - 90 * dayMs, to: now };
    case 'last-month':
      return { from: month(1), to: month(0) };
    case 'last-quarter':
      return { from: month(sinceQuarter + 3), to: month(sinceQuarter) };
  }
}

/** Which choice that is; what ended lately still counts as the last days. */
export function choiceOf({ from, to }: Period, now: number): PeriodChoice {
  const days = { 'last-30-days': 30, 'last-90-days': 90 } as const;
  const isLately = now - to < dayMs && now - to > -dayMs;
  for (const choice of ['last-30-days', 'last-90-days'] as const) if (isLately && to - from === days[choice] * dayMs) return choice;
  for (const choice of ['last-month', 'last-quarter'] as const) {
    const period = periodOf(choice, now);
    if (period.from === from && period.to === to) return choice;
  }
  return 'dates';
}

/** Nothing is kept for longer than a collector answers for at once. */
const daysMax = 400;

export type Dates = { readonly kind: 'period'; readonly period: Period } | { readonly kind: 'wrong'; readonly detail: string };

/** Of two days as a date field gives them (`2026-03-01`), both included; the last one ends now if it is today. */
export function periodOfDates(first: string, last: string, now: number): Dates {
  const [from, begun] = [Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`)];
  if (Number.isNaN(from) || Number.isNaN(begun)) return { kind: 'wrong', detail: 'Give two dates, as in 2026-03-01.' };
  const to = Math.min(begun + dayMs, now);
  if (from >= now) return { kind: 'wrong', detail: 'The period lies in the future.' };
  if (from >= to) return { kind: 'wrong', detail: 'The last day lies before the first.' };
  if (to - from > daysMax * dayMs) return { kind: 'wrong', detail: `At most ${daysMax} days at once.` };
  return { kind: 'period', period: { from, to } };
}

/** The days of a period as a date field takes them. */
export function datesOf({ from, to }: Period): { readonly first: string; readonly last: string } {
  return { first: dayOf(from), last: dayOf(Math.max(from, to - 1)) };
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What an address says: nothing, a period, or something that is none. */
export type AskedPeriod = { readonly kind: 'none' } | { readonly kind: 'wrong' } | { readonly kind: 'period'; readonly period: Period };

export function askedPeriod(from: string | undefined, to: string | undefined): AskedPeriod {
  if (from === undefined && to === undefined) return { kind: 'none' };
  const instant = /^\d{1,15}$/;
  if (!instant.test(from ?? '') || !instant.test(to ?? '')) return { kind: 'wrong' };
  const period = { from: Number(from), to: Number(to) };
  return period.from < period.to ? { kind: 'period', period } : { kind: 'wrong' };
}
