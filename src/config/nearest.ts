// The name that somebody probably meant: for unknown keys, commands, options and checks.

/** More edits than this, or than a third of the name, and the suggestion would mislead more than it helps. */
const editsMax = 3;

/** The most similar candidate, or null where none is similar. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = fold(name);
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const candidate of candidates) {
    const edits = editDistance(wanted, fold(candidate));
    const isNear = edits <= Math.min(editsMax, Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)));
    if (isNear && (best === null || edits < best.edits)) best = { name: candidate, edits };
  }
  return best?.name ?? [...candidates].find((candidate) => isAbbreviation(wanted, fold(candidate))) ?? null;
}

/** `warning` for `warn`, `conf` for `config`. */
const isAbbreviation = (a: string, b: string): boolean => Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));

/** `; did you mean 'every'?`, or the whole choice where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = nearest(name, all);
  if (near !== null) return `; did you mean '${near}'?`;
  return all.length === 0 ? '' : `; known here: ${all.join(', ')}`;
}

/** `stale_after`, `staleafter` and `stale-after` are all near to `staleAfter`. */
const fold = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '').slice(0, 64);

/** Optimal string alignment: a transposition (`evrey`) is one edit. */
function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cheapest = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
      next.push(isSwapped ? Math.min(cheapest, previous[j - 2]! + 1) : cheapest);
    }
    previous = row;
    row = next;
  }
  return row[b.length]!;
}
