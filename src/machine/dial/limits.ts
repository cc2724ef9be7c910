// One attempt's end in time: its own limit, the look's abort, and whatever breaks its socket.
import type { EventEmitter } from 'node:events';
import { type DialEnded, ended } from './failure.ts';

export interface Deadline {
  /** Settles with what `begin` hands over, or throws `DialEnded` when time is up first. */
  race<T>(begin: (done: (value: T) => void, fail: (error: DialEnded) => void) => () => void): Promise<T>;
  /** Time in our own queues is not the target's. */
  suspend(): () => void;
  /** Takes timer and listener away. */
  clear(): void;
}

/** Begins at once. */
export function startDeadline(timeoutMs: number, signal: AbortSignal): Deadline {
  let leftMs = timeoutMs;
  let startedMs = performance.now();
  let expire: ((error: DialEnded) => void) | null = null;
  let expired: DialEnded | null = null;
  const end = (error: DialEnded): void => {
    expired = error;
    expire?.(error);
  };
  const onTime = (): void => end(ended('timeout', 'ETIMEDOUT', `no answer within ${timeoutMs} ms`));
  const onAbort = (): void => end(ended('timeout', 'ABORTED', 'the look ended first'));
  let timer = setTimeout(onTime, leftMs);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    race: (begin) =>
      new Promise((resolve, reject) => {
        if (expired !== null) return reject(expired);
        let isSettled = false;
        let cleanUp: (() => void) | null = null;
        const settle = (finish: () => void): void => {
          if (isSettled) return;
          isSettled = true;
          expire = null;
          cleanUp?.();
          finish();
        };
        expire = (error) => settle(() => reject(error));
        const stop = begin(
          (value) => settle(() => resolve(value)),
          (error) => settle(() => reject(error)),
        );
        if (isSettled) stop();
        else cleanUp = stop;
      }),
    suspend: () => {
      clearTimeout(timer);
      leftMs -= performance.now() - startedMs;
      return () => {
        startedMs = performance.now();
        timer = setTimeout(onTime, Math.max(0, leftMs));
      };
    },
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Adds listeners and answers what removes them. */
export function listen(emitter: EventEmitter, listeners: Readonly<Record<string, (...args: never[]) => void>>): () => void {
  const entries = Object.entries(listeners) as [string, (...args: unknown[]) => void][];
  for (const [event, listener] of entries) emitter.on(event, listener);
  return () => {
    for (const [event, listener] of entries) emitter.removeListener(event, listener);
  };
}
