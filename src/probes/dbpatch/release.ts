// Reads and orders Oracle's release numbers, which are dotted numbers of varying length.

/**
 * The release of a home from what `sqlplus -v` prints; null where it does not tell it. Since 18c the line `Version 19.23.0.0.0` tells the
 * release update and the first line the base release only; up to 12.2 there is no such line and `Release 11.2.0.4.0` is all there is.
 */
export function parseSqlplusVersion(text: string): string | null {
  if (!/SQL\*Plus/i.test(text)) return null;
  const version = /^[ \t]*Version[ \t]*:?[ \t]+([0-9]+(?:\.[0-9]+){1,6})/im.exec(text)?.[1];
  if (version !== undefined) return version;
  const release = /\bRelease[ \t]+([0-9]+(?:\.[0-9]+){1,6})/i.exec(text)?.[1];
  return release !== undefined && majorOf(release) < 18 ? release : null;
}

/** `19` of `19.23.0.0.0`. */
export const majorOf = (release: string): number => Number(release.split('.', 1)[0]);

/** By each number in turn; what one of them does not say counts as zero. */
export function compareReleases(a: string, b: string): -1 | 0 | 1 {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

/** How both ways of telling a level say it: since 23 the third number is a release update of its own, before it a revision. */
export const levelNumbers = (release: string): string =>
  release
    .split('.')
    .slice(0, majorOf(release) >= 23 ? 3 : 2)
    .join('.');

/** Whether a home of `release` holds the fixes of the release update `update` (`19.23.0.0.240416`), told by the first three numbers. */
export const reaches = (release: string, update: string): boolean => {
  const first = (text: string): string => text.split('.').slice(0, 3).join('.');
  return majorOf(release) >= 18 && compareReleases(first(release), first(update)) >= 0;
};
