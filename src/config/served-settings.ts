// Where and to whom something is served, what it keeps and what it logs, out of a file that was checked: the same for agent and collector.
import { parseDurationMs } from '../contract/duration.ts';
import type { AccessConfig, ListenConfig, StoreConfig } from './agent-config.ts';
import { parseSizeBytes } from './sizes.ts';

/** The sections as their schemas leave them. */
export interface ServedSections<R extends string> {
  readonly listen?: {
    readonly socket?: string | null;
    readonly address?: string | null;
    readonly port?: number;
    readonly tls?: { readonly certificate: string; readonly key: string; readonly clientAuthorities?: string };
  };
  readonly access?: {
    readonly tokens?: AccessConfig<R>['tokens'];
    readonly clients?: AccessConfig<R>['clients'];
    readonly localRights?: readonly R[];
    readonly requestsPerMinute?: number;
  };
  readonly store?: { readonly file?: string; readonly keep?: string; readonly size?: string };
  readonly log?: { readonly level?: ServedSettings<R>['log']['level'] };
}

export interface ServedSettings<R extends string> {
  readonly listen: ListenConfig;
  readonly access: AccessConfig<R>;
  readonly store: StoreConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}

export interface ServedDefaults<R extends string> {
  readonly socket: string | null;
  readonly storeFile: string;
  readonly port: number;
  readonly localRights: readonly R[];
  readonly keep: string;
  readonly size: string;
}

export function servedSettings<R extends string>(file: ServedSections<R>, defaults: ServedDefaults<R>): ServedSettings<R> {
  const { listen = {}, access = {}, store = {} } = file;
  const address = listen.address === undefined ? '127.0.0.1' : listen.address;
  const { tls } = listen;
  return {
    listen: {
      socket: listen.socket === undefined ? defaults.socket : listen.socket,
      tcp: address === null ? null : { address, port: listen.port ?? defaults.port },
      tls:
        tls === undefined
          ? null
          : { certificateFile: tls.certificate, keyFile: tls.key, clientAuthoritiesFile: tls.clientAuthorities ?? null },
    },
    access: {
      tokens: (access.tokens ?? []).map((token) => ({ ...token, sha256: token.sha256.toLowerCase() })),
      clients: access.clients ?? [],
      localRights: access.localRights ?? defaults.localRights,
      requestsPerMinute: access.requestsPerMinute ?? 600,
    },
    store: {
      file: store.file ?? defaults.storeFile,
      keepMs: parseDurationMs(store.keep ?? defaults.keep)!,
      bytesMax: parseSizeBytes(store.size ?? defaults.size)!,
    },
    log: { level: file.log?.level ?? 'info' },
  };
}
