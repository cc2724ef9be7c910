// Walks the facts of two sides, or of two times, side by side, and names each field as narrowly as a lawful difference can name it.
// Step by step, since what a region has is a megabyte, so that whoever walks can let others have their turn.
import { isMap, nameOf } from './lawful.ts';

export interface Leaf {
  /** A path as in a lawful difference. */
  readonly field: string;
  /** Undefined where one side does not have it. */
  readonly own: unknown;
  readonly theirs: unknown;
  /** `words`: the same, but that each says its own site's words. */
  readonly kind: 'same' | 'words' | 'differs';
}

/** Each side's texts without its own words. */
export interface Words {
  readonly own: (text: string) => string;
  readonly theirs: (text: string) => string;
}

export const noWords: Words = { own: (text) => text, theirs: (text) => text };

/**
 * Members and named entries in the order of the one side, then what only the other has. What is there on one side alone is one field. Null
 * where there is nothing to tell yet, and a place to rest at.
 */
export function* leavesOf(own: unknown, theirs: unknown, words: Words = noWords, field = ''): Generator<Leaf | null, undefined> {
  if (Array.isArray(own) && Array.isArray(theirs) && own.length + theirs.length > 0) yield* leavesOfLists(own, theirs, words, field);
  else if (isMap(own) && isMap(theirs) && hasMembers(own, theirs)) yield* leavesOfMaps(own, theirs, words, field);
  else yield* leaf(field, own, theirs, words);
}

function* leaf(field: string, own: unknown, theirs: unknown, words: Words): Generator<Leaf | null, undefined> {
  yield { field, own, theirs, kind: yield* kindOf(own, theirs, words) };
}

/** Ends with the first difference: most lists that differ do so soon. */
function* kindOf(own: unknown, theirs: unknown, words: Words): Generator<null, Leaf['kind']> {
  if (own === theirs) return 'same';
  if (typeof own === 'string' && typeof theirs === 'string') return words.own(own) === words.theirs(theirs) ? 'words' : 'differs';
  if (Array.isArray(own) && Array.isArray(theirs)) {
    return own.length === theirs.length
      ? yield* kindOfAll(
          own.map((one, at) => [one, theirs[at]] as const),
          words,
        )
      : 'differs';
  }
  if (!isMap(own) || !isMap(theirs)) return 'differs';
  const members = [...joined(byKey(own), byKey(theirs), words)];
  if (members.some(([, mine, other]) => mine === undefined || other === undefined)) return 'differs';
  const kind = yield* kindOfAll(
    members.map(([, mine, other]) => [mine, other] as const),
    words,
  );
  return kind === 'same' && members.some(([key]) => !Object.hasOwn(theirs, key)) ? 'words' : kind;
}

function* kindOfAll(pairs: readonly (readonly [own: unknown, theirs: unknown])[], words: Words): Generator<null, Leaf['kind']> {
  let kind: Leaf['kind'] = 'same';
  for (const [own, theirs] of pairs) {
    yield null;
    const next = yield* kindOf(own, theirs, words);
    if (next === 'differs') return next;
    if (next === 'words') kind = next;
  }
  return kind;
}

type MapOf = Readonly<Record<string, unknown>>;

const hasMembers = (own: MapOf, theirs: MapOf): boolean => Object.keys(own).length + Object.keys(theirs).length > 0;

function* leavesOfMaps(own: MapOf, theirs: MapOf, words: Words, field: string): Generator<Leaf | null, undefined> {
  for (const [key, mine, other] of joined(byKey(own), byKey(theirs), words))
    yield* leavesOf(mine, other, words, `${field}/${escaped(key)}`);
}

const byKey = (map: MapOf): ReadonlyMap<string, unknown> => new Map(Object.entries(map));

/** What both have under one name; then, of what is left, what has one name but for the sites' words; then what one side has alone. */
function* joined(
  own: ReadonlyMap<string, unknown>,
  theirs: ReadonlyMap<string, unknown>,
  words: Words,
): Generator<readonly [name: string, own: unknown, theirs: unknown]> {
  const lone = [...theirs.keys()].filter((key) => !own.has(key));
  const byWords = new Map<string, string>();
  // Two that only the words set apart are not told apart by them.
  for (const key of lone) if (!byWords.has(words.theirs(key))) byWords.set(words.theirs(key), key);
  const taken = new Set<string>();
  for (const [key, value] of own) {
    const twin = theirs.has(key) ? key : lone.length === 0 ? undefined : byWords.get(words.own(key));
    if (twin === undefined || taken.has(twin)) yield [key, value, undefined];
    else {
      taken.add(twin);
      yield [key, value, theirs.get(twin)];
    }
  }
  for (const key of lone) if (!taken.has(key)) yield [key, undefined, theirs.get(key)];
}

/** Texts are compared by themselves and named entries by name; a list of anything else is one field. */
function* leavesOfLists(
  own: readonly unknown[],
  theirs: readonly unknown[],
  words: Words,
  field: string,
): Generator<Leaf | null, undefined> {
  if (areTexts(own) && areTexts(theirs)) {
    yield* leavesOfTexts(own, theirs, words, field);
    return;
  }
  const [mine, others] = [named(own), named(theirs)];
  if (mine === null || others === null) yield* leaf(field, own, theirs, words);
  else
    for (const [name, one, other] of joined(mine, others, ofSelectors(words)))
      yield* leavesOfEntries(one, other, words, `${field}/${escaped(name)}`);
}

const areTexts = (list: readonly unknown[]): list is readonly string[] => list.every((one) => typeof one === 'string');

function* leavesOfTexts(own: readonly string[], theirs: readonly string[], words: Words, field: string): Generator<Leaf | null, undefined> {
  const leaves: Leaf[] = [];
  for (const [text, mine, other] of joined(counted(own), counted(theirs), words))
    for (const one of leaf(`${field}/[=${escaped(text)}]`, mine, other, words)) {
      if (one === null) yield null;
      else leaves.push(one);
    }
  const areAlike = leaves.every(({ kind }) => kind !== 'differs');
  const isInOrder = own.every((text, at) => text === theirs[at] || words.own(text) === words.theirs(theirs[at] ?? ''));
  // The same texts in another order.
  if (areAlike && !isInOrder) yield { field, own, theirs, kind: 'differs' };
  else yield* leaves;
}

/** One that is there several times is shown as often. */
function counted(list: readonly string[]): ReadonlyMap<string, unknown> {
  const times = new Map<string, number>();
  for (const text of list) times.set(text, (times.get(text) ?? 0) + 1);
  return new Map([...times].map(([text, count]) => [text, count === 1 ? text : Array<string>(count).fill(text)]));
}

/** By selector. Entries of one name, which a path cannot tell apart, are one list; null where an entry has no name. */
function named(list: readonly unknown[]): ReadonlyMap<string, Entries> | null {
  const entries = new Map<string, Entries>();
  for (const one of list) {
    const key = nameOf(one);
    if (key === null) return null;
    const selector = `[${key.name}=${key.value}]`;
    const before = entries.get(selector);
    if (before === undefined) entries.set(selector, { all: [one] });
    else before.all.push(one);
  }
  return entries;
}

/** The words are those of the name; a selector’s own text stays. */
function ofSelectors({ own, theirs }: Words): Words {
  const within = (plain: (text: string) => string) => (selector: string) => {
    const from = selector.indexOf('=') + 1;
    return `${selector.slice(0, from)}${plain(selector.slice(from, -1))}]`;
  };
  return { own: within(own), theirs: within(theirs) };
}

interface Entries {
  readonly all: unknown[];
}

function* leavesOfEntries(own: unknown, theirs: unknown, words: Words, field: string): Generator<Leaf | null, undefined> {
  const [mine, others] = [own, theirs].map((one) => (one as Entries | undefined)?.all);
  if (mine?.length === 1 && others?.length === 1) yield* leavesOf(mine[0], others[0], words, field);
  else yield* leaf(field, single(mine), single(others), words);
}

const single = (all: readonly unknown[] | undefined): unknown => (all?.length === 1 ? all[0] : all);

/** A star in a text would stand for any text: the path then names more than it should, and never less. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
