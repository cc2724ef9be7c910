// Where looks get their port from: the real machine or a recorded one.
import type { Machine } from '../contract/machine.ts';

export interface MachineSource {
  /** Epoch milliseconds by this machine's clock. */
  now(): number;
  /** A port for one look. When the signal aborts, every question asked through it ends with `failed`, reason `timeout`. */
  forLook(signal: AbortSignal): Machine;
}
