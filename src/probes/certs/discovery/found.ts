// What discovery hands on: places that hold certificates, and places it could not look into.
import type { Unsearched } from '../facts.ts';

/** A certificate file that a configuration names. */
export interface FoundFile {
  readonly kind: 'file';
  readonly path: string;
  /** The configuration file that names it, or `usual place`. */
  readonly foundBy: string;
  readonly keyFile?: string;
  readonly serverNames: readonly string[];
  /** The systemd unit to reload after a renewal. */
  readonly reload?: string;
  /** Dropped without a word where it holds no certificate: nobody said that it does. */
  readonly isGuess?: boolean;
}

export interface FoundStore {
  readonly kind: 'store';
  readonly path: string;
  readonly foundBy: string;
}

/** A listener that a configuration ties to a certificate file. */
export interface FoundListener {
  readonly kind: 'listener';
  readonly port: number;
  readonly serverName?: string;
  readonly file: string;
  readonly foundBy: string;
  readonly reload?: string;
}

export type Found = FoundFile | FoundStore | FoundListener;

export interface Discovery {
  readonly found: readonly Found[];
  readonly unsearched: readonly Unsearched[];
}

/** A host name as a certificate can cover it: no nginx pattern, no wildcard port, no variable. */
export const isPlainName = (name: string): boolean =>
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/i.test(name);
