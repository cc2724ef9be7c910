// A configured use of a probe, after every default has been filled in, and one finished look through it.
import type { TrailEntry } from './observation.ts';
import type { Outcome, Reading } from './outcome.ts';

export interface Check {
  /** Unique on its node; the probe's id unless named otherwise. */
  readonly id: string;
  readonly probe: string;
  /** Valid by the probe's own schema, with its defaults filled in. */
  readonly settings: unknown;
  readonly schedule: CheckSchedule;
  readonly timeoutMs: number;
  readonly staleAfterMs: number;
  /** What cannot be seen of a required check makes the verdict `unknown`. */
  readonly isRequired: boolean;
  /** How many looks open and resolve its findings in a fleet; the probe's own numbers where not set. */
  readonly confirm?: { readonly bad: number; readonly good: number };
}

/** `every` is spread by a hash of node and check, so that a fleet does not look in step; `cron` fires when it says. */
export type CheckSchedule = { readonly kind: 'every'; readonly everyMs: number } | { readonly kind: 'cron'; readonly expression: string };

/** One finished look, before the store decides whether it is a new observation or the last one again. */
export interface Look {
  readonly check: string;
  readonly probe: string;
  readonly factsVersion: number;
  readonly outcome: Outcome;
  readonly readings: readonly Reading[];
  readonly trail: readonly TrailEntry[];
  /** Epoch milliseconds at which it began. */
  readonly at: number;
  readonly tookMs: number;
}
