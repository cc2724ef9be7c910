// Fills the words and the times into the texts that the demonstration is made of, so that what is recorded in them never gets old.
import { parseDurationMs } from '../../src/contract/duration.ts';

export interface Filling {
  readonly words: Readonly<Record<string, string>>;
  /** Epoch milliseconds that times are counted from. */
  readonly now: number;
}

/** `{{word}}`, `{{now, iso}}`, `{{3m ago, slashed}}`, `{{in 8h, iso}}`. Throws on a word that nobody gave. */
export function fill(text: string, { words, now }: Filling): string {
  return text.replaceAll(/\{\{([^{}]+)\}\}/g, (whole, inside: string) => {
    const [, age, ahead, form] = /^(?:now|(\S+) ago|in (\S+)), ([a-z]+)$/.exec(inside) ?? [];
    const value = form === undefined ? words[inside] : timeIn(form, now - durationOf(age) + durationOf(ahead));
    if (value === undefined) throw new Error(`the demonstration knows nothing to put for ${whole}`);
    return value;
  });
}

const durationOf = (text: string | undefined): number => (text === undefined ? 0 : (parseDurationMs(text) ?? Number.NaN));

/** As each program writes it; undefined for a form that nobody writes. */
function timeIn(form: string, at: number): string | undefined {
  const iso = new Date(at).toISOString();
  const [day, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  const forms: Readonly<Record<string, string>> = {
    iso,
    epoch: String(Math.floor(at / 1_000)),
    slashed: `${day.replaceAll('-', '/')} ${clock}`,
    spaced: `${day} ${clock}`,
    weekday: `${weekdays[new Date(at).getUTCDay()]} ${day} ${clock} UTC`,
  };
  return forms[form];
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
