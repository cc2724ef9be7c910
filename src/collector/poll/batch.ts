// What comes within a moment is dealt with together: one transaction, and so one wait for the disk, for many answers.
import type { Clock } from '../../daemon/clock.ts';

export interface Batch<T> {
  add(item: T, bytes: number): void;
  flush(): void;
}

/** So long an answer waits for others. */
const waitMsMax = 100;
/** To deal with that many keeps the loop for some milliseconds. */
const itemsMax = 128;
const bytesMax = 4 * 1024 ** 2;

export function createBatch<T>(clock: Clock, act: (items: readonly T[]) => void): Batch<T> {
  let items: T[] = [];
  let sum = 0;
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel?.();
    cancel = null;
    const ready = items;
    items = [];
    sum = 0;
    if (ready.length > 0) act(ready);
  };
  return {
    add: (item, bytes) => {
      items.push(item);
      sum += bytes;
      if (items.length >= itemsMax || sum >= bytesMax) flush();
      else cancel ??= clock.setTimer(waitMsMax, flush);
    },
    flush,
  };
}
