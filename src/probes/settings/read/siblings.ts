// Tells elements of one list apart by what they say of themselves, so that one that is inserted does not shift all others.
import { isName } from './gather.ts';

/** What an element says of itself, by the name under which it says so. */
export type Traits = ReadonlyMap<string, string>;

/**
 * A mark (`[@name='x']`) for each element, by the first of `names` that each of them has and no two share; null where there is none.
 */
export function marksOf(elements: readonly Traits[], names: readonly string[]): readonly string[] | null {
  if (elements.length === 0) return null;
  const telling = names.find((name) => {
    const values = elements.map((traits) => traits.get(name));
    return values.every((value) => value !== undefined && isNaming(value)) && new Set(values).size === elements.length;
  });
  return telling === undefined ? null : elements.map((traits) => `[@${telling}='${traits.get(telling)}']`);
}

export const isNaming = (value: string): boolean => /^[\w.:/-]{1,100}$/.test(value) && isName(value);

/** What a map says of itself: of its members those that are a text or a number. */
export function textsIn(value: unknown): Traits {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([name, one]) => (['string', 'number', 'bigint'].includes(typeof one) ? [[name, String(one)]] : [])),
  );
}
