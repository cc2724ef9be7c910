// Orders versions that services tell of themselves, where they can be ordered.
import { type Order, rpmvercmp } from '../../formats/rpm-version.ts';

/**
 * Part by part, numbers as numbers; what follows a dash comes before the version without it, as semver has it, and what follows a plus
 * does not count. Null where one of them begins with no number: a commit's digest is neither older nor newer.
 */
export function compareVersions(a: string, b: string): Order | null {
  if (a === b) return 0;
  const [left, right] = [ordered(a), ordered(b)];
  return left === null || right === null ? null : rpmvercmp(left, right);
}

function ordered(text: string): string | null {
  const [version] = text
    .trim()
    .replace(/^v(?=\d)/i, '')
    .split('+');
  return /^\d+(?:\.\d+)+(?:-.*)?$|^\d{1,8}$/.test(version!) ? version!.replace('-', '~') : null;
}
