// What an acceptance has to say before it can be sent, and what each answer of the collector is about.
import { byLengthMax, reasonLengthMax } from '../../contract/gate.ts';

export interface WaiverTerms {
  readonly author: string;
  readonly reason: string;
  /** A day in UTC, `2026-12-24`: the acceptance holds to its end. */
  readonly untilDay: string;
}

export type WaiverField = keyof WaiverTerms;

/** What is wrong, at which field; `whole` where it is about none of them. */
export type WaiverErrors = Partial<Readonly<Record<WaiverField | 'whole', string>>>;

const dayMs = 86_400_000;

/** The collector takes no end that is further away. */
export const daysMax = 400;

export const presetDays = [1, 7, 30, 90] as const;

/** The day that lies so many days ahead. */
export const dayAhead = (now: number, days: number): string => new Date(now + days * dayMs).toISOString().slice(0, 10);

/** The last day whose end the collector takes. */
export const lastDay = (now: number): string => dayAhead(now, daysMax - 1);

/** The last millisecond of a day; null where it is none. */
export function endOfDay(day: string): number | null {
  const begin = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(begin) ? null : begin + dayMs - 1;
}

/** Empty where it can be sent. `now` is the collector's. */
export function errorsOf({ author, reason, untilDay }: WaiverTerms, now: number): WaiverErrors {
  const until = endOfDay(untilDay);
  return {
    ...textError('author', author, byLengthMax, 'Say who accepts it: a name that will be understood in a year'),
    ...textError('reason', reason, reasonLengthMax, 'Say why it may stay as it is'),
    ...(until === null ? { untilDay: 'Give a day on which the waiver ends' } : {}),
    ...(until !== null && until <= now ? { untilDay: 'That day is over' } : {}),
    ...(until !== null && until - now > daysMax * dayMs
      ? {
          untilDay: `At most ${daysMax} days ahead, which is ${lastDay(now)}. What differs for good is a lawful difference of the fleet file`,
        }
      : {}),
  };
}

function textError(field: 'author' | 'reason', text: string, lengthMax: number, whenEmpty: string): WaiverErrors {
  if (text.trim() === '') return { [field]: whenEmpty };
  if (text.length > lengthMax) return { [field]: `At most ${lengthMax} characters; these are ${text.length}` };
  return /[\u0000-\u001f\u007f]/.test(text) ? { [field]: 'One line without control characters' } : {};
}

/** A refusal by the collector, each part at the field that it is about. */
export function errorsFrom(problem: {
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly at: string; readonly message: string }[];
}): WaiverErrors {
  const told = (problem.errors ?? []).map(({ at, message }) => [fieldOf(at), message] as const);
  if (told.length > 0) return Object.fromEntries(told);
  const detail = problem.detail === undefined || problem.detail === '' ? problem.title : problem.detail;
  return /^The end /.test(detail) ? { untilDay: detail } : { whole: detail };
}

function fieldOf(at: string): WaiverField | 'whole' {
  const name = at.split('/').at(-1);
  return name === 'until' ? 'untilDay' : name === 'author' || name === 'reason' ? name : 'whole';
}
