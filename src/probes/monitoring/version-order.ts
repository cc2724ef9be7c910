// A rough order of agents' versions: enough to tell "behind" from "ahead", and to own up where it is neither.

/** `unordered` where the first difference is not between two numbers. Epochs, as in `1:7.74.0-1`, count first. */
export function compareRoughly(left: string, right: string): 'older' | 'newer' | 'same' | 'unordered' {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [x, y] = [a[at] ?? '0', b[at] ?? '0'];
    if (x === y || (isNumber(x) && isNumber(y) && Number(x) === Number(y))) continue;
    if (!isNumber(x) || !isNumber(y)) return 'unordered';
    return Number(x) < Number(y) ? 'older' : 'newer';
  }
  return left === right ? 'same' : 'unordered';
}

/** dpkg writes the epoch in front, rpm leaves it out where it is 0. */
const partsOf = (version: string): readonly string[] => {
  const [, epoch = '0', rest = version] = /^(?:(\d+):)?(.*)$/.exec(version) ?? [];
  return [epoch, ...rest.split(/[.\-+_]/)];
};

const isNumber = (text: string): boolean => /^\d+$/.test(text);
