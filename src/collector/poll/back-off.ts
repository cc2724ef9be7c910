// How long a node that does not answer is left alone.

/** A node that is back is noticed within this. */
const longestMs = 5 * 60_000;
/** Thousands that fell silent in one moment must not be asked again in one moment. */
const jitter = 0.2;
/** Nobody can be silenced for longer by what they answer. */
const retryAfterMsMax = 3_600_000;

export interface Failed {
  /** In a row, this one too. */
  readonly failures: number;
  readonly everyMs: number;
  /** What the node asked for; null where it asked for nothing. */
  readonly retryAfterMs: number | null;
  /** From 0 to 1. */
  readonly random: number;
}

/** The first failure costs nothing but its turn: one lost packet is no silence. */
export function backOffMs({ failures, everyMs, retryAfterMs, random }: Failed): number {
  if (retryAfterMs !== null) return Math.min(Math.max(retryAfterMs, everyMs), Math.max(retryAfterMsMax, everyMs));
  const doubled = everyMs * 2 ** Math.min(failures - 1, 30);
  const spread = 1 + jitter * (2 * random - 1);
  return Math.max(everyMs, Math.min(doubled * spread, longestMs));
}
