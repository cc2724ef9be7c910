// A value of a fact as a short text: a text as it is, anything else as JSON.
import type { Field } from '../contract/comparison.ts';

/** More is read in the facts themselves. */
const textLengthMax = 2_000;

/** Undefined is what is not there. */
export function shownValue(value: unknown): Field['standby'] {
  if (value === undefined) return { isHere: false, text: '' };
  return { isHere: true, text: cut(typeof value === 'string' ? value : JSON.stringify(value)) };
}

/** Not within a character that takes two places. */
const cut = (text: string): string =>
  text.length <= textLengthMax ? text : `${text.slice(0, textLengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
