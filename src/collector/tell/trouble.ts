// Whether an addressee can be told at present, and since when not: said once when it begins and once when it ends.
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';

export interface Trouble {
  failed(reason: string): void;
  /** It could not even be tried: the outbox itself does not work. */
  broke(error: unknown): void;
  taken(): void;
  /** Failures in a row. */
  failures(): number;
  /** Since the start. */
  failedCount(): number;
  /** Null when the last try went well. */
  state(): TroubleState | null;
  forMs(): number;
}

export interface TroubleState {
  readonly forMs: number;
  /** Epoch milliseconds of the first failure in this row. */
  readonly since: number;
  readonly reason: string;
}

export function createTrouble(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  addressee: () => { readonly key: string; readonly shownUrl: string },
): Trouble {
  let failures = 0;
  let failedCount = 0;
  let begun = { monotonicMs: 0, at: 0 };
  let last = '';

  const said = () => ({ channel: addressee().key, to: addressee().shownUrl });

  const failed = (reason: string): void => {
    if (failures === 0) begun = { monotonicMs: clock.monotonicMs(), at: clock.now() };
    // What is tried again every few minutes is said again only when it fails in another way.
    log[reason === last ? 'debug' : 'warn']({ ...said(), detail: reason }, 'a channel could not be told');
    failures++;
    failedCount++;
    last = reason;
  };

  const forMs = (): number => (failures === 0 ? 0 : clock.monotonicMs() - begun.monotonicMs);

  return {
    failed,
    broke: (error) => failed(`its outbox cannot be read or written: ${error instanceof Error ? error.message : String(error)}`),
    taken: () => {
      if (failures > 0) log.info(said(), 'a channel is told again');
      failures = 0;
      last = '';
    },
    failures: () => failures,
    failedCount: () => failedCount,
    state: () => (failures === 0 ? null : { forMs: forMs(), since: begun.at, reason: last }),
    forMs,
  };
}
