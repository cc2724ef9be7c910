// Ends every question when its look is over.
import type { OciOperationName } from '../contract/oci-operations.ts';
import type { TenancyFailed } from '../contract/tenancy.ts';

export const endedEarly = (operation: OciOperationName): TenancyFailed => ({
  kind: 'failed',
  reason: 'timeout',
  status: null,
  code: '',
  detail: `${operation}: the look was ended by its time limit`,
});

/** The answer, or `ended` once the signal aborts. */
export function firstOf<T, E>(signal: AbortSignal, ask: () => Promise<T>, ended: E): Promise<T | E> {
  if (signal.aborted) return Promise.resolve(ended);
  const { promise, resolve } = Promise.withResolvers<E>();
  const onAbort = (): void => resolve(ended);
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([ask(), promise]).finally(() => signal.removeEventListener('abort', onAbort));
}
