// A stretch of time that ends now, and moves on while somebody looks.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { collectorNow } from '../api/clock.ts';
import type { Range } from './look-spans.ts';

/** Moves in steps of `everyMs`, so that what is asked of it stays the same in between. */
export function useMovingRange(spanMs: number, everyMs: number): Range {
  const [to, setTo] = useState(() => nextStep(everyMs));
  useEffect(() => {
    setTo(nextStep(everyMs));
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTo(nextStep(everyMs));
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return useMemo(() => ({ from: to - spanMs, to }), [to, spanMs]);
}

const nextStep = (everyMs: number): number => Math.ceil(collectorNow() / everyMs) * everyMs;
