// Orders rpm versions as rpm itself does: semver libraries give other answers for almost every kernel release.

/** An rpm version in three parts; a missing epoch is 0 and a missing release is the empty text. */
export interface RpmVersion {
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
}

export type Order = -1 | 0 | 1;

/**
 * Compares `[epoch:]version[-release]` by epoch, version, then release; a missing release is below any. Architectures
 * must have been taken off: `.x86_64` on one side would count.
 */
export function compareRpmVersions(a: string, b: string): Order {
  const left = parseRpmVersion(a);
  const right = parseRpmVersion(b);
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  return rpmvercmp(left.version, right.version) || rpmvercmp(left.release, right.release);
}

/** `999:20240715-1.el8` in its parts. The release begins at the first `-`: neither part may contain one. */
export function parseRpmVersion(text: string): RpmVersion {
  const withEpoch = /^([0-9]+):(.*)$/s.exec(text);
  const rest = withEpoch?.[2] ?? text;
  const dash = rest.indexOf('-');
  return {
    epoch: Number(withEpoch?.[1] ?? 0),
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/**
 * rpm's `rpmvercmp` over one segmented text: separators only separate, numbers beat letters, leading zeros do not
 * count, `~` sorts below the end of the text and `^` just above it.
 */
export function rpmvercmp(a: string, b: string): Order {
  if (a === b) return 0;
  const left = segments(a);
  const right = segments(b);
  for (let at = 0; ; at++) {
    const one = left[at];
    const two = right[at];
    if (one === undefined && two === undefined) return 0;
    const order = compareSegments(one, two);
    if (order !== 0) return order;
  }
}

// ASCII only, as in rpm: other letters are separators.
const segments = (text: string): readonly string[] => text.match(/[0-9]+|[A-Za-z]+|~|\^/g) ?? [];

function compareSegments(a: string | undefined, b: string | undefined): Order {
  if (a === b) return 0;
  if (a === '~') return -1;
  if (b === '~') return 1;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  // Both go on: `^` is then below any further segment.
  if (a === '^') return -1;
  if (b === '^') return 1;
  const isNumber = [/^[0-9]/.test(a), /^[0-9]/.test(b)];
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? 1 : -1;
  return isNumber[0] ? compareNumbers(a, b) : a < b ? -1 : 1;
}

/** Of any length: by digits after the leading zeros, not by a float. */
function compareNumbers(a: string, b: string): Order {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return left === right ? 0 : left < right ? -1 : 1;
}
