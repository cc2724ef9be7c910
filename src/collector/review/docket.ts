// Which pairs wait to be judged, and when: judged in slices, so that polls have the loop in between, and together what changed together.
import type { Clock } from '../../daemon/clock.ts';

export interface DocketParts {
  readonly clock: Clock;
  /** Whether a pair can be judged already. */
  readonly isReady: (key: string) => boolean;
  /** Judges and writes until its time is over; answers those that it did, or null when nothing could be written. */
  readonly judge: (keys: readonly string[], untilMonotonicMs: number) => readonly string[] | null;
}

export interface Docket {
  add(keys: Iterable<string>): void;
  /** Everything that waits and is ready, at once. */
  clear(): void;
  stop(): void;
}

const sliceMs = 20;
/** What changes together comes within this. */
const settleMs = 20;
/** A disk that was full a moment ago. */
const retryMs = 5_000;

export function createDocket({ clock, isReady, judge }: DocketParts): Docket {
  const waiting = new Set<string>();
  let cancel: (() => void) | null = null;
  let isStopped = false;

  /** Null when nothing could be written. */
  const slice = (ms: number): boolean | null => {
    const ready = [...waiting].filter(isReady);
    if (ready.length === 0) return false;
    const done = judge(ready, clock.monotonicMs() + ms);
    for (const key of done ?? []) waiting.delete(key);
    return done === null ? null : done.length < ready.length;
  };
  const later = (ms: number): void => {
    if (isStopped) return;
    cancel ??= clock.setTimer(ms, () => {
      cancel = null;
      const hasMore = slice(sliceMs);
      if (hasMore !== false) later(hasMore === null ? retryMs : 0);
    });
  };
  return {
    add: (keys) => {
      for (const key of keys) waiting.add(key);
      if (waiting.size > 0) later(settleMs);
    },
    clear: () => {
      slice(Number.POSITIVE_INFINITY);
    },
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}
