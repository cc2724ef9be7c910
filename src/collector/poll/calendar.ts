// When each node is polled next: in about twenty bursts an interval, since polls that are alone cost most.
import { createHash } from 'node:crypto';

export interface Calendar {
  /** At its own place in the interval, the next time that comes round. */
  inTurn(key: string): void;
  /** At the first burst after `ms`, whatever its own place is. */
  after(key: string, ms: number): void;
  remove(key: string): void;
  /** Whose burst this is; the next call is of the next one. */
  tick(): readonly string[];
  /** Until the burst of a node; null for one that is not in it. */
  untilMs(key: string): number | null;
  burstMs(): number;
}

/** A burst of small answers is a third of the CPU of as many polls by themselves: caches are warm and wake-ups shared. */
const burstsPerInterval = 20;

export function createCalendar(everyMs: () => number): Calendar {
  const bursts = new Map<number, Set<string>>();
  const places = new Map<string, number>();
  let now = 0;
  const burstMs = (): number => everyMs() / burstsPerInterval;
  const put = (key: string, burst: number): void => {
    remove(key);
    places.set(key, burst);
    const keys = bursts.get(burst) ?? new Set();
    bursts.set(burst, keys.add(key));
  };
  const remove = (key: string): void => {
    const burst = places.get(key);
    if (burst === undefined) return;
    places.delete(key);
    bursts.get(burst)?.delete(key);
    if (bursts.get(burst)?.size === 0) bursts.delete(burst);
  };
  return {
    inTurn: (key) => {
      const ahead = (placeOf(key) - now) % burstsPerInterval;
      put(key, now + (ahead < 0 ? ahead + burstsPerInterval : ahead));
    },
    after: (key, ms) => put(key, now + Math.max(0, Math.ceil(ms / burstMs()) - 1)),
    remove,
    tick: () => {
      const keys = [...(bursts.get(now) ?? [])];
      for (const key of keys) remove(key);
      now++;
      return keys;
    },
    untilMs: (key) => {
      const burst = places.get(key);
      return burst === undefined ? null : (burst - now + 1) * burstMs();
    },
    burstMs,
  };
}

/** The same over restarts, and another one for each node. */
export const placeOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE(0) % burstsPerInterval;
