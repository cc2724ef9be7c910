// The time as the agent is given it: tests hold it still, and a recorded machine lives at its own instant.

export interface Clock {
  /** Epoch milliseconds. May jump either way: virtual machines are suspended, cloned and set right late. */
  now(): number;
  /** Milliseconds that only grow; stands still while the machine is suspended. */
  monotonicMs(): number;
  /** Calls once after `ms`; the answer cancels. Never keeps the process alive by itself. */
  setTimer(ms: number, call: () => void): () => void;
}

/** setTimeout fires at once beyond 2^31 ms. Nobody here waits longer than this without looking at the clock again. */
const timerMsMax = 24 * 3_600_000;

/** `at` is the wall time at which the clock begins; the real one unless given. */
export function systemClock(at?: number): Clock {
  const offset = at === undefined ? null : at - performance.now();
  return {
    now: offset === null ? Date.now : () => Math.round(performance.now() + offset),
    monotonicMs: () => performance.now(),
    setTimer: (ms, call) => {
      const timer = setTimeout(call, Math.min(Math.max(ms, 0), timerMsMax));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
