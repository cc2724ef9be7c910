// A token bucket for each caller: one that asks in a loop slows itself down and nobody else.

export interface RateLimit {
  /** Null when allowed, else how many seconds to wait. */
  take(caller: string): number | null;
}

/** Callers remembered at once; beyond it the one longest unheard of is forgotten, which only gives it a full bucket again. */
const callersMax = 1_024;

/** `perMinute` is asked at each call, since the configuration can change. `monotonicMs` only grows. */
export function rateLimit(perMinute: () => number, monotonicMs: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (caller) => {
      const now = monotonicMs();
      const full = perMinute();
      const perMs = full / 60_000;
      const bucket = buckets.get(caller) ?? { left: full, at: now };
      const left = Math.min(full, bucket.left + (now - bucket.at) * perMs);
      const isAllowed = left >= 1;
      // Deleted first, so that the map's order is that of the last request.
      buckets.delete(caller);
      buckets.set(caller, { left: isAllowed ? left - 1 : left, at: now });
      if (buckets.size > callersMax) buckets.delete(buckets.keys().next().value!);
      return isAllowed ? null : Math.ceil((1 - left) / perMs / 1_000);
    },
  };
}
