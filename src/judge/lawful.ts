// Takes lawful differences out of what is compared: in each declared field the standby is given its primary's value, so that every rule
// finds both sides alike there, and in no other place.
import { canonicalJson } from '../contract/canonical.ts';
import { type FieldStep, fieldPath } from '../contract/field-path.ts';
import type { LawfulDifference } from '../contract/lawful.ts';

/** The standby's facts as paired rules may see them. What has ended is left out by whoever calls. */
export const withoutLawful = (standby: unknown, primary: unknown, lawful: readonly Pick<LawfulDifference, 'field'>[]): unknown =>
  lawful.reduce((facts, { field }) => adopted(facts, primary, fieldPath(field) ?? []), standby);

/** Whether the two sides differ in a field. */
export function isDiffering(standby: unknown, primary: unknown, field: string): boolean {
  const path = fieldPath(field);
  return path !== null && canonicalJson(adopted(standby, primary, path)) !== canonicalJson(standby);
}

function adopted(own: unknown, theirs: unknown, path: readonly FieldStep[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return theirs;
  switch (step.kind) {
    case 'member':
      return isMap(own) ? withMember(own, step.name, isMap(theirs) ? theirs[step.name] : undefined, rest) : own;
    case 'every':
      return everyAdopted(own, theirs, rest);
    case 'where':
      return Array.isArray(own) && Array.isArray(theirs) ? chosenAdopted(own, theirs, step, rest) : own;
  }
}

type MapOf = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is MapOf => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is deeper than a member that one side lacks is not this field: the member itself differs. */
function withMember(own: MapOf, name: string, theirs: unknown, rest: readonly FieldStep[]): MapOf {
  if (rest.length > 0 && (own[name] === undefined || theirs === undefined)) return own;
  const value = adopted(own[name], theirs, rest);
  if (value !== undefined) return { ...own, [name]: value };
  return Object.fromEntries(Object.entries(own).filter(([key]) => key !== name));
}

function everyAdopted(own: unknown, theirs: unknown, rest: readonly FieldStep[]): unknown {
  if (rest.length === 0) return (Array.isArray(own) && Array.isArray(theirs)) || (isMap(own) && isMap(theirs)) ? theirs : own;
  if (Array.isArray(own) && Array.isArray(theirs)) return own.map((one, index) => withTwin(one, twinOf(one, index, theirs), rest));
  if (!isMap(own) || !isMap(theirs)) return own;
  return Object.fromEntries(Object.entries(own).map(([key, one]) => [key, withTwin(one, theirs[key], rest)]));
}

const withTwin = (one: unknown, twin: unknown, rest: readonly FieldStep[]): unknown =>
  twin === undefined ? one : adopted(one, twin, rest);

function chosenAdopted(
  own: readonly unknown[],
  theirs: readonly unknown[],
  step: Extract<FieldStep, { kind: 'where' }>,
  rest: readonly FieldStep[],
): unknown {
  const isChosen = (one: unknown): boolean => isLike(textOf(one, step.name), step.like);
  if (rest.length > 0) return own.map((one, index) => (isChosen(one) ? withTwin(one, twinOf(one, index, theirs), rest) : one));
  // Where they stand among the others is the primary's order too, as lists are compared in order.
  const kept = own.filter((one) => !isChosen(one));
  return theirs.reduce<readonly unknown[]>((list, one, index) => (isChosen(one) ? list.toSpliced(index, 0, one) : list), kept);
}

const textOf = (one: unknown, name: string | null): string | null => {
  const value = name === null ? one : isMap(one) ? one[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};

/** `*` stands for any text. */
function isLike(text: string | null, like: string): boolean {
  if (text === null) return false;
  const parts = like.split('*');
  if (parts.length === 1) return text === like;
  const [first = '', ...others] = parts;
  const last = others.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let rest = text.slice(first.length, text.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at === -1) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}

/** By which member an entry of a list is known, in the order in which it is looked for. */
const names = ['id', 'name', 'path', 'subject', 'key'] as const;

export const nameOf = (one: unknown): { readonly name: string; readonly value: string } | null => {
  if (!isMap(one)) return null;
  const name = names.find((candidate) => typeof one[candidate] === 'string');
  return name === undefined ? null : { name, value: one[name] as string };
};

/** The entry of the same name; where entries have none, the one in the same place. */
export function twinOf(one: unknown, index: number, theirs: readonly unknown[]): unknown {
  const named = nameOf(one);
  return named === null ? theirs[index] : theirs.find((other) => isMap(other) && other[named.name] === named.value);
}
