// Which thing of one side stands for which of the other: by the names that both share, never by OCID or position. Two of one name on a
// side are not guessed at.

export interface Paired<T> {
  readonly pairs: readonly { readonly standby: T; readonly primary: T }[];
  readonly onlyPrimary: readonly T[];
  readonly onlyStandby: readonly T[];
  /** Keys that more than one thing of a side has. */
  readonly ambiguous: ReadonlySet<string>;
  /** Those of them that both sides have, or the primary alone: of which something is to be known. */
  readonly untold: readonly string[];
}

export function pairUp<T>(
  standby: readonly T[],
  primary: readonly T[],
  keyOf: { readonly standby: (one: T) => string; readonly primary: (one: T) => string },
): Paired<T> {
  const mine = Map.groupBy(standby, keyOf.standby);
  const theirs = Map.groupBy(primary, keyOf.primary);
  const ambiguous = new Set([...mine, ...theirs].filter(([, { length }]) => length > 1).map(([key]) => key));
  const single = (groups: Map<string, T[]>) =>
    [...groups].filter(([key]) => !ambiguous.has(key)).map(([key, [one]]) => [key, one!] as const);
  const pairs = single(theirs).flatMap(([key, one]) => {
    const other = mine.get(key)?.[0];
    return other === undefined ? [] : [{ standby: other, primary: one }];
  });
  return {
    pairs,
    onlyPrimary: single(theirs).flatMap(([key, one]) => (mine.has(key) ? [] : [one])),
    onlyStandby: single(mine).flatMap(([key, one]) => (theirs.has(key) ? [] : [one])),
    ambiguous,
    untold: [...ambiguous].filter((key) => theirs.has(key)),
  };
}
