// How long after they were due nodes were heard, over the last few thousand polls.

export interface Lag {
  add(ms: number): void;
  /** Milliseconds below which that share of them was; null where there was none. */
  quantile(share: number): number | null;
}

const kept = 4_096;

export function lagMeter(): Lag {
  const ring = new Float64Array(kept);
  let count = 0;
  return {
    add: (ms) => {
      ring[count++ % kept] = ms;
    },
    quantile: (share) => {
      const sorted = ring.slice(0, Math.min(count, kept)).sort();
      return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    },
  };
}
