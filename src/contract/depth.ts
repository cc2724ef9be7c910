// How deep a value may be nested that came from outside.

/** Nothing that is asked for here is half as deep. What is written by recursion, such as JSON itself, ends at some thousands. */
export const depthMax = 64;

export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
