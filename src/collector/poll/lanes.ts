// So many polls at once and no more: those that are due before those that catch up, and those that only wait in nobody's way.
import type { Clock } from '../../daemon/clock.ts';

export type Lane = 'due' | 'catching-up';

export interface Lanes {
  /** Does nothing for one that waits or is under way already. */
  add(key: string, lane: Lane): void;
  /** One that waits does so no more; one that is under way goes on. */
  remove(key: string): void;
  isBusy(key: string): boolean;
  counts(): { readonly underWay: number; readonly due: number; readonly catchingUp: number };
  /** Resolves when what is under way has ended; what waits stays undone. */
  stop(): Promise<void>;
}

export interface LanesParts {
  readonly clock: Clock;
  readonly concurrency: () => number;
  /** Never rejects. */
  readonly run: (key: string) => Promise<void>;
  /** All have been answered but for those that are slow, and nobody is due. */
  readonly onIdle: () => void;
}

/** A page of one that catches up may have 16 MiB, and to store it keeps the loop for some milliseconds. */
const catchingUpMax = 4;
/**
 * Nodes that answer do so within this, across an ocean too. One that has not is waited for beside the others: when a region with 5,000
 * nodes is cut off, their time limits would else keep the other half from being asked for a quarter of an hour.
 */
const slowFromMs = 300;
/** Times the concurrency: an open socket each, and nothing else. */
const slowMax = 32;

export function createLanes({ clock, concurrency, run, onIdle }: LanesParts): Lanes {
  const due = new Set<string>();
  const catchingUp = new Set<string>();
  const underWay = new Set<string>();
  let slow = 0;
  let catchingUpNow = 0;
  let isStopped = false;
  let onStopped = (): void => {};

  const begin = async (lane: Lane, waiting: Set<string>): Promise<void> => {
    const [key] = waiting as unknown as [string];
    waiting.delete(key);
    underWay.add(key);
    const isCatchingUp = lane === 'catching-up';
    if (isCatchingUp) catchingUpNow++;
    let isSlow = false;
    const cancel = clock.setTimer(slowFromMs, () => {
      if (slow >= concurrency() * slowMax) return;
      isSlow = true;
      slow++;
      next();
      rest();
    });
    await run(key);
    cancel();
    underWay.delete(key);
    if (isCatchingUp) catchingUpNow--;
    if (isSlow) slow--;
    next();
    if (underWay.size === 0) onStopped();
    rest();
  };
  const next = (): void => {
    while (!isStopped && underWay.size - slow < concurrency()) {
      if (due.size > 0) void begin('due', due);
      else if (catchingUp.size > 0 && catchingUpNow < catchingUpMax) void begin('catching-up', catchingUp);
      else return;
    }
  };
  const rest = (): void => {
    if (underWay.size === slow && due.size === 0) onIdle();
  };
  return {
    add: (key, lane) => {
      if (underWay.has(key) || due.has(key)) return;
      catchingUp.delete(key);
      (lane === 'due' ? due : catchingUp).add(key);
      next();
    },
    remove: (key) => {
      due.delete(key);
      catchingUp.delete(key);
    },
    isBusy: (key) => underWay.has(key) || due.has(key) || catchingUp.has(key),
    counts: () => ({ underWay: underWay.size, due: due.size, catchingUp: catchingUp.size }),
    stop: async () => {
      isStopped = true;
      due.clear();
      catchingUp.clear();
      if (underWay.size === 0) return;
      await new Promise<void>((resolve) => {
        onStopped = resolve;
      });
    },
  };
}
