// The grammar of keys and of the patterns that select them.

/**
 * Whether a pattern selects a key. `*` is any one step, `**` any number of them (none too), `*` inside a name any part of it
 * (`DB_*`); a step without brackets selects every element of a list or every sibling, `[2]` and `[@name='x']` one.
 */
export function matchesKey(pattern: string, key: string): boolean {
  return pattern === key;
}

/** What is wrong with a pattern; null for a good one. */
export function wrongPattern(_pattern: string): string | null {
  return null;
}
