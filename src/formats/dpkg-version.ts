// Orders Debian versions as dpkg itself does (Debian Policy 5.6.12); rpm's rules give other answers.

export interface DpkgVersion {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

/** Compares `[epoch:]upstream[-revision]`. A missing revision equals `0`. */
export function compareDpkgVersions(a: string, b: string): -1 | 0 | 1 {
  const left = parseDpkgVersion(a);
  const right = parseDpkgVersion(b);
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  return comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision);
}

/** The revision begins at the last `-`: the upstream part may contain dashes. */
export function parseDpkgVersion(text: string): DpkgVersion {
  const withEpoch = /^([0-9]+):(.*)$/s.exec(text);
  const rest = withEpoch?.[2] ?? text;
  const dash = rest.lastIndexOf('-');
  return {
    epoch: Number(withEpoch?.[1] ?? 0),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** dpkg's `verrevcmp`: runs of non-digits and of digits in turn. */
function comparePart(a: string, b: string): -1 | 0 | 1 {
  let left = a;
  let right = b;
  while (left !== '' || right !== '') {
    const leftText = /^[^0-9]*/.exec(left)![0];
    const rightText = /^[^0-9]*/.exec(right)![0];
    const byText = compareText(leftText, rightText);
    if (byText !== 0) return byText;
    const leftDigits = /^[0-9]*/.exec(left.slice(leftText.length))![0];
    const rightDigits = /^[0-9]*/.exec(right.slice(rightText.length))![0];
    const byNumber = compareNumbers(leftDigits, rightDigits);
    if (byNumber !== 0) return byNumber;
    left = left.slice(leftText.length + leftDigits.length);
    right = right.slice(rightText.length + rightDigits.length);
  }
  return 0;
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

/** `~` below the end (or a digit), the end below letters, letters below everything else. */
function weight(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareNumbers(a: string, b: string): -1 | 0 | 1 {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return left === right ? 0 : left < right ? -1 : 1;
}
