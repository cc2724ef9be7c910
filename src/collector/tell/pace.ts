// How long to wait: after a failure, and for a channel's turn.

/** Doubling from the first failure; half of it by chance, so that what failed together does not come back together. */
export function backOffMs(failures: number, random: () => number, waitMsMax: number): number {
  const waitMs = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 30), waitMsMax);
  return Math.round(waitMs * (0.5 + random() / 2));
}

const firstWaitMs = 5_000;

export interface Turns {
  /** 0 when it may be sent now. */
  waitMs(perMinuteMax: number): number;
  take(): void;
}

/** At most so many in any minute, whatever the wall clock says. */
export function createTurns(monotonicMs: () => number): Turns {
  let taken: number[] = [];
  return {
    waitMs: (perMinuteMax) => {
      const now = monotonicMs();
      taken = taken.filter((at) => now - at < minuteMs);
      const oldest = taken.at(-perMinuteMax);
      return oldest === undefined ? 0 : oldest + minuteMs - now;
    },
    take: () => void taken.push(monotonicMs()),
  };
}

const minuteMs = 60_000;
