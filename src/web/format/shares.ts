// Parts of one whole in per cent that add up to it: each by itself rounded, they would come to 99.9 or 100.3. Pure.

/** Tenths of a per cent in all of it. */
const wholeTenths = 1_000;

/**
 * `99.9 %`, `0.1 %`: with one decimal, by the largest remainder. `100 %` and `0 %` are said only where that is so; what is there and rounds to
 * nothing is `< 0.1 %`, and takes its tenth from the largest.
 */
export function shares(parts: readonly number[]): readonly string[] {
  const given = parts.map((part) => Math.max(0, part));
  const whole = given.reduce((sum, part) => sum + part, 0);
  const tenths = tenthsOf(given, whole);
  return given.map((part, at) => {
    if (part === 0) return '0 %';
    if (part === whole) return '100 %';
    return (part / whole) * wholeTenths < 1 ? '< 0.1 %' : `${(tenths[at]! / 10).toFixed(1)} %`;
  });
}

function tenthsOf(parts: readonly number[], whole: number): readonly number[] {
  if (whole === 0) return parts;
  const exact = parts.map((part) => (part / whole) * wholeTenths);
  const tenths = exact.map((share, at) => (parts[at]! > 0 ? Math.max(1, Math.floor(share)) : 0));
  const byRemainder = exact.map((_, at) => at).toSorted((one, other) => exact[other]! - tenths[other]! - (exact[one]! - tenths[one]!));
  const left = wholeTenths - tenths.reduce((sum, share) => sum + share, 0);
  for (const at of byRemainder.slice(0, Math.max(0, left))) tenths[at] = tenths[at]! + 1;
  const largest = exact.indexOf(Math.max(...exact));
  tenths[largest] = tenths[largest]! + Math.min(0, left);
  return tenths;
}
