// One text for equal values, whatever the order of their keys: what "nothing changed" is decided by.

/** JSON with sorted keys. Undefined members are left out, as JSON.stringify does. */
export const canonicalJson = (value: unknown): string => (isSorted(value) ? JSON.stringify(value) : JSON.stringify(value, sortMembers));

/** What was canonical text before it travelled still is in order, and to see that takes a fifth of the time of sorting it. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  // What says itself how it is written may do so in any order.
  if ('toJSON' in value) return false;
  let before = '';
  for (const [key, member] of Object.entries(value)) {
    if (key < before || !isSorted(member)) return false;
    before = key;
  }
  return true;
}

const sortMembers = (_key: string, member: unknown): unknown =>
  isPlainObject(member) ? Object.fromEntries(Object.entries(member).sort(byKey)) : member;

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
