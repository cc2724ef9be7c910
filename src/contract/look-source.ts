// Where looks get their port from, whatever the port: a machine or a region, the real one or a recorded one.
import type { TrailEntry } from './observation.ts';

export interface LookSource {
  /** Epoch milliseconds by the clock of what is looked at. */
  now(): number;
  /** A port for one look that records every question and answer. When the signal aborts, each question ends with `failed`, reason `timeout`. */
  open(signal: AbortSignal): OpenedLook;
}

export interface OpenedLook {
  /** What the probe's `observe` is given. */
  readonly port: unknown;
  readonly trail: () => readonly TrailEntry[];
}
