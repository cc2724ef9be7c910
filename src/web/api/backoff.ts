// How long to wait before the collector is tried again: longer each time, and not all pages at once. Pure.

const firstMs = 1_000;
const longestMs = 30_000;

/** `chance` from 0 to 1. Between half and all of 1, 2, 4 … 30 s. */
export const backoffMs = (failures: number, chance: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1)) * (0.5 + chance / 2);
