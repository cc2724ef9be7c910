// The agent's settings as the rest of the program sees them: read, checked, defaulted and frozen.
import type { Check } from '../contract/check.ts';
import type { Role, Site } from '../contract/node.ts';

export interface AgentConfig {
  /** Where it was read from; null when it runs on what it discovers. */
  readonly file: string | null;
  readonly node: {
    /** Null: the host name. */
    readonly name: string | null;
    readonly role: Role | null;
    readonly group: string | null;
    readonly twin: string | null;
    readonly site: Site;
  };
  readonly listen: ListenConfig;
  readonly access: AccessConfig;
  readonly store: StoreConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
  readonly checks: readonly Check[];
  /** Probes that nobody told what to look at. */
  readonly notTold: readonly { readonly probe: string; readonly detail: string }[];
  /** Folder into which capture units leave what needs another user (opatch, some Ksplice calls). */
  readonly captureFolder: string;
}

export interface ListenConfig {
  /** Unix socket; null for none. */
  readonly socket: string | null;
  /** TCP; null for none. An address that is not loopback needs TLS and a credential. */
  readonly tcp: { readonly address: string; readonly port: number } | null;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string; readonly clientAuthoritiesFile: string | null } | null;
}

/** Reading and running are separate rights. `twin` is the right to leave the primary's snapshot here. */
export const rights = ['read', 'run', 'twin'] as const;

export type Right = (typeof rights)[number];

export interface AccessConfig<R extends string = Right> {
  readonly tokens: readonly { readonly name: string; readonly sha256: string; readonly rights: readonly R[] }[];
  /** Client certificates, by subject common name. */
  readonly clients: readonly { readonly commonName: string; readonly rights: readonly R[] }[];
  /** What local callers (Unix socket, loopback without a credential) may do. */
  readonly localRights: readonly R[];
  readonly requestsPerMinute: number;
}

export interface StoreConfig {
  /** SQLite file. */
  readonly file: string;
  readonly keepMs: number;
  readonly bytesMax: number;
}
