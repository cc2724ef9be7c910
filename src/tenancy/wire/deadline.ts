// How much time there is: for one call, and for all of it.
import type { CloudRequest } from '../../contract/cloud.ts';

/** What it takes to write the answer and to end, before whoever waits kills the process. */
const lastMs = 250;

/** Gives each call a signal that ends it, at its own limit or when the process has to answer. */
export type Deadline = () => AbortSignal;

/** Counted from the start of the process. */
export function deadlineOf({ callTimeoutMs, timeoutMs }: CloudRequest): Deadline {
  const endsMs = Math.max(timeoutMs - lastMs, timeoutMs / 2);
  return () => AbortSignal.timeout(Math.max(0, Math.min(callTimeoutMs, Math.floor(endsMs - performance.now()))));
}
