// How far a node's clock is off, by the middle of a round trip, and how wrong that can be: by half of it.

export interface ClockOffset {
  /** Node's clock minus ours. */
  readonly offsetMs: number;
  readonly errorMs: number;
  /** Monotonic. */
  readonly atMs: number;
}

export interface RoundTrip {
  /** What the node said, while it made its answer. */
  readonly nodeNow: number;
  /** Ours when the answer had been read. */
  readonly readAt: number;
  /** From the request's leaving to the first byte of the answer, and from there to its end. */
  readonly waitedMs: number;
  readonly readMs: number;
  readonly monotonicMs: number;
}

export function measured({ nodeNow, readAt, waitedMs, readMs, monotonicMs }: RoundTrip): ClockOffset {
  const errorMs = waitedMs / 2;
  // Both clocks are read in whole milliseconds.
  return { offsetMs: nodeNow - (readAt - readMs - errorMs), errorMs: errorMs + 1, atMs: monotonicMs };
}

/** Two clocks that nobody sets drift apart by 100 ppm at most, each. */
const driftPerMs = 0.000_2;

/** The one that is surest now: a measurement grows worse with its age, and is void where another contradicts it. */
export function better(before: ClockOffset | null, now: ClockOffset): ClockOffset {
  if (before === null) return now;
  const grownMs = before.errorMs + (now.atMs - before.atMs) * driftPerMs;
  const isContradicted = Math.abs(now.offsetMs - before.offsetMs) > now.errorMs + grownMs;
  return isContradicted || now.errorMs <= grownMs ? now : before;
}
