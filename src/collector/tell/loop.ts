// Does one thing after the other, again when it is time or when it is woken: one message of a channel is under way at a time.
import type { Clock } from '../../daemon/clock.ts';

export interface Loop {
  start(): void;
  /** A step at the latest in so many milliseconds. */
  wake(inMs: number): void;
  /** Ends after the step that is under way. */
  stop(): Promise<void>;
}

/** The clock is looked at this often, whatever is due. */
const restMsMax = 60_000;

/** `step` answers in how many milliseconds the next one is due. It may not throw for what it can expect. */
export function createLoop(clock: Clock, step: () => Promise<number>, onError: (error: unknown) => void): Loop {
  let isRunning = false;
  let cancel = (): void => {};
  let dueAt = Number.POSITIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  const arm = (inMs: number): void => {
    dueAt = Math.min(dueAt, clock.monotonicMs() + Math.min(Math.max(inMs, 0), restMsMax));
    if (!isRunning || underWay !== null) return;
    cancel();
    cancel = clock.setTimer(dueAt - clock.monotonicMs(), begin);
  };

  const begin = (): void => {
    dueAt = Number.POSITIVE_INFINITY;
    underWay = step()
      .catch((error: unknown) => {
        onError(error);
        return restMsMax;
      })
      .then((nextMs) => {
        underWay = null;
        arm(nextMs);
      });
  };

  return {
    start: () => {
      isRunning = true;
      arm(0);
    },
    wake: (inMs) => arm(inMs),
    stop: async () => {
      isRunning = false;
      cancel();
      await underWay;
    },
  };
}
