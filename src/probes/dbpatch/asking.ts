// With what one look asks: the machine, the settings, what captures tell, and as whom.
import type { Machine } from '../../contract/machine.ts';
import type { Captures } from './captures.ts';
import type { DbpatchSettings } from './settings.ts';

export interface Asking {
  readonly port: Machine;
  readonly settings: DbpatchSettings;
  readonly captures: Captures;
  /** User id of this process; `anybody` on a machine that does not say, null where it could not be told. */
  readonly user: number | 'anybody' | null;
  /** Names by user id. */
  readonly users: ReadonlyMap<number, string>;
}

export interface InventoryState {
  /** Seconds of the last change of `comps.xml` and of `oneoffs`, as a capture's header has them; `-` for what could not be seen. */
  readonly key: string;
  readonly changedMs: number | null;
  readonly uid: number | null;
}

export interface AskedHome extends Asking {
  readonly path: string;
  /** Every path that leads to it, its own first. */
  readonly paths: readonly string[];
  readonly uid: number | null;
  readonly inventory: InventoryState;
  /** Null where it could not be seen. */
  readonly opatchVersion: string | null;
}
