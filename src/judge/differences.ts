// Names every field in which the facts of two sides differ, as narrowly as it can be named: what a draft of lawful differences begins with.
import { canonicalJson } from '../contract/canonical.ts';
import { isMap, nameOf, twinOf } from './lawful.ts';

/** More than this is no list that anybody reads, and the two sides are simply different. */
const fieldsMax = 500;

/** Paths as in a lawful difference, in the order of the standby's facts; those that only the primary has come last. */
export function differingFields(standby: unknown, primary: unknown): readonly string[] {
  return fields(standby, primary, '').slice(0, fieldsMax);
}

/** Texts that stand in the same field of both sides and differ. */
export function textDifferences(standby: unknown, primary: unknown): readonly (readonly [standby: string, primary: string])[] {
  if (typeof standby === 'string' && typeof primary === 'string') return standby === primary ? [] : [[standby, primary]];
  if (Array.isArray(standby) && Array.isArray(primary))
    return standby.flatMap((one, index) => textDifferences(one, twinOf(one, index, primary)));
  if (!isMap(standby) || !isMap(primary)) return [];
  return Object.entries(standby).flatMap(([key, one]) => textDifferences(one, primary[key]));
}

function fields(own: unknown, theirs: unknown, path: string): readonly string[] {
  // As JSON a member that is not there and one that is null would be the same.
  if ((own === undefined) === (theirs === undefined) && canonicalJson([own]) === canonicalJson([theirs])) return [];
  if (Array.isArray(own) && Array.isArray(theirs)) return listFields(own, theirs, path);
  if (isMap(own) && isMap(theirs)) {
    const keys = [...new Set([...Object.keys(own), ...Object.keys(theirs)])];
    return keys.flatMap((key) => fields(own[key], theirs[key], `${path}/${escaped(key)}`));
  }
  return path === '' ? [] : [path];
}

/** Entries that have names are compared by name, texts by themselves; a list of anything else differs as a whole. */
function listFields(own: readonly unknown[], theirs: readonly unknown[], path: string): readonly string[] {
  const all = [...own, ...theirs];
  if (all.every((one) => typeof one === 'string')) {
    const texts = unequal(own, theirs);
    // The same texts in another order.
    return texts.length === 0 ? [path] : texts.map((text) => `${path}/[=${escaped(String(text))}]`);
  }
  const keys = all.map(nameOf);
  if (keys.some((key) => key === null)) return [path];
  const selectors = [...new Set(keys.map((key) => JSON.stringify(key)))].map((text) => JSON.parse(text) as { name: string; value: string });
  return selectors.flatMap(({ name, value }) => {
    const find = (list: readonly unknown[]): unknown => list.find((one) => isMap(one) && one[name] === value);
    const [mine, other] = [find(own), find(theirs)];
    const at = `${path}/[${name}=${escaped(value)}]`;
    return mine === undefined || other === undefined ? [at] : fields(mine, other, at);
  });
}

/** Those that one side has more often than the other. */
function unequal(own: readonly unknown[], theirs: readonly unknown[]): readonly unknown[] {
  const times = (list: readonly unknown[], text: unknown): number => list.filter((one) => one === text).length;
  return [...new Set([...own, ...theirs])].filter((text) => times(own, text) !== times(theirs, text));
}

/** A star in a text would stand for any text: the path then names more than it should, and never less. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
