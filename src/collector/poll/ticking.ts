// Calls again and again at even intervals, and does not make up for calls that a blocked loop missed.
import type { Clock } from '../../daemon/clock.ts';

export interface Ticking {
  start(): void;
  stop(): void;
}

export function createTicking(clock: Clock, everyMs: () => number, call: () => void): Ticking {
  let cancel = (): void => {};
  let nextMs = 0;
  const again = (): void => {
    const nowMs = clock.monotonicMs();
    nextMs = nextMs + everyMs() > nowMs ? nextMs + everyMs() : nowMs + everyMs();
    cancel = clock.setTimer(nextMs - nowMs, () => {
      again();
      call();
    });
  };
  return {
    start: () => {
      nextMs = clock.monotonicMs();
      again();
    },
    stop: () => cancel(),
  };
}
