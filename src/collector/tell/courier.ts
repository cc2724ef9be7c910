// What whoever tells one addressee is given, and what is asked of it.
import type { HttpClient } from '../http/client.ts';
import type { OutboxParts } from './outbox.ts';
import type { TroubleState } from './trouble.ts';

export interface CourierParts extends OutboxParts {
  readonly http: Pick<HttpClient, 'send'>;
  /** How the collector is called in messages. */
  readonly collector: string;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export interface Courier {
  start(): void;
  /** There is something new. */
  wake(): void;
  /** What is under way ends first. */
  stop(): Promise<void>;
  /** Tries that failed or were refused, since the start. */
  failedCount(): number;
  trouble(): TroubleState | null;
}

/** Of one request. */
export const requestLimits = { timeoutMs: 10_000, bytesMax: 1024 ** 2 } as const;
