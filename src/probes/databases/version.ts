// Versions of the database, of Grid Infrastructure and of images, as numbers.

/** Null for what is no version. Missing fields are zeros: 19.28 is 19.28.0.0.0. */
export function readVersion(text: string | null): readonly number[] | null {
  const match = /^\s*v?(\d{1,9}(?:\.\d{1,9}){0,9})\s*$/i.exec(text ?? '');
  return match === null ? null : match[1]!.split('.').map(Number);
}

export function compareVersions(a: readonly number[], b: readonly number[]): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at] ?? 0, b[at] ?? 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** 19; for the releases up to 12 their second number belongs to it. */
export const releaseOf = ([major = 0, minor = 0]: readonly number[]): string => (major <= 12 ? `${major}.${minor}` : `${major}`);

/** Of these, a release update comes out every quarter, so that its number counts quarters. */
const quarterly = new Set([18, 19, 21]);

/**
 * Quarters between two release updates of one release; null where numbers do not tell.
 * https://docs.oracle.com/en/database/oracle/oracle-database/19/upgrd/ (standby-first: at most a year apart)
 */
export function quartersBetween(a: readonly number[], b: readonly number[]): number | null {
  return a[0] === b[0] && quarterly.has(a[0] ?? 0) ? Math.abs((a[1] ?? 0) - (b[1] ?? 0)) : null;
}
