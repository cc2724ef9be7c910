// What two looks say otherwise, leaf by leaf. Entries of a list are matched by what names them, so that one more at its head is one
// more, not all others. Pure.

/** Null where there was nothing; else the value, as JSON unless it is a text. */
export interface FactChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface FactChanges {
  readonly changes: readonly FactChange[];
  /** There are more than are listed. */
  readonly hasMore: boolean;
}

/** More than a person reads; a list of all packages may hold thousands. */
const changesMax = 200;

/** Facts come from probes, which are bounded; what is nested deeper is compared as a whole. */
const depthMax = 32;

export function factsDiff(before: unknown, after: unknown): FactChanges {
  const changes: FactChange[] = [];
  for (const change of differences('', before, after, 0)) {
    if (changes.length === changesMax) return { changes, hasMore: true };
    changes.push(change);
  }
  return { changes, hasMore: false };
}

function* differences(field: string, before: unknown, after: unknown, depth: number): Generator<FactChange> {
  if (before === after) return;
  const members = depth > depthMax ? null : membersOf(before, after);
  if (members === null) {
    if (textOf(before) !== textOf(after)) yield { field: field || '/', before: textOf(before), after: textOf(after) };
    return;
  }
  const [were, are] = members;
  for (const name of new Set([...were.keys(), ...are.keys()]))
    yield* differences(`${field}/${name}`, were.get(name), are.get(name), depth + 1);
}

type Members = ReadonlyMap<string, unknown>;

/** Null where one of them has none, or they are not of one kind. */
function membersOf(before: unknown, after: unknown): readonly [Members, Members] | null {
  if (Array.isArray(before) && Array.isArray(after)) {
    const name = namingOf([before, after]);
    const named = (list: readonly unknown[]): Members => new Map(list.map((entry, index) => [name(entry, index), entry]));
    return [named(before), named(after)];
  }
  return isRecord(before) && isRecord(after) ? [new Map(Object.entries(before)), new Map(Object.entries(after))] : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

type Naming = (entry: unknown, index: number) => string;

/** What entries are called in facts. */
const naming = ['id', 'name', 'path', 'subject', 'key', 'address'] as const;

/** The first that every entry has and no two of one list share; their place where there is none. */
function namingOf(lists: readonly (readonly unknown[])[]): Naming {
  const names: readonly ((entry: unknown) => unknown)[] = [
    (entry) => entry,
    ...naming.map((name) => (entry: unknown) => (isRecord(entry) ? entry[name] : undefined)),
  ];
  const fits = (nameOf: (entry: unknown) => unknown): boolean =>
    lists.every((list) => list.every((entry) => typeof nameOf(entry) === 'string') && new Set(list.map(nameOf)).size === list.length);
  const found = names.findIndex(fits);
  if (found === -1) return (_, index) => String(index);
  return (entry) => `[${naming[found - 1] ?? ''}=${names[found]!(entry)}]`;
}

const textOf = (value: unknown): string | null => {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};
