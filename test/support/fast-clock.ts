// The real time, so many times as fast: minutes of waiting pass in seconds, in several processes at the same pace.
import type { Clock } from '../../src/daemon/clock.ts';

/** `from` is the real time at which both clocks show the same. */
export function fastClock(from: number, times: number): Clock {
  const now = (): number => from + (Date.now() - from) * times;
  return {
    now,
    monotonicMs: now,
    setTimer: (ms, call) => {
      const timer = setTimeout(call, Math.max(ms, 0) / times);
      return () => clearTimeout(timer);
    },
  };
}
