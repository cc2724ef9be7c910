// Where each of many rows stands, and which of them are in sight. Pure.

export interface Offsets {
  /** Of each row, and of the end. */
  readonly tops: readonly number[];
}

export function offsetsOf(heights: readonly number[]): Offsets {
  const tops = [0];
  for (const height of heights) tops.push(tops.at(-1)! + height);
  return { tops };
}

export const heightOf = ({ tops }: Offsets): number => tops.at(-1)!;

/** From the first that reaches below `top` to the last that begins above `bottom`; `until` is not one of them. */
export function inSight({ tops }: Offsets, top: number, bottom: number): { readonly from: number; readonly until: number } {
  const rows = tops.length - 1;
  const from = firstWhere(rows, (row) => tops[row + 1]! > top);
  return {
    from,
    until: Math.max(
      from,
      firstWhere(rows, (row) => tops[row]! >= bottom),
    ),
  };
}

/** `is` is false for some first rows and true for the rest; `rows` where it is never true. */
function firstWhere(rows: number, is: (row: number) => boolean): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
