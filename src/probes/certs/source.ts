// What to look at, merged from the settings and from discovery, before anything of it has been read.
import type { Found } from './discovery/found.ts';
import type { FileSettings, ListenerSettings, Settings } from './settings.ts';

interface Common {
  readonly foundBy: string;
  readonly serverNames: readonly string[];
  readonly mustCover: readonly string[];
  readonly reload?: string;
}

export interface FileTarget extends Common {
  readonly kind: 'file';
  /** A path, or a pattern from the settings. */
  readonly path: string;
  readonly keyFile?: string;
  readonly isGuess: boolean;
}

export interface StoreTarget extends Common {
  readonly kind: 'store';
  readonly path: string;
  readonly passwordFile?: string;
  readonly autoLogin?: 'portable' | 'local';
}

export interface ListenerTarget extends Common {
  readonly kind: 'listener';
  readonly address: string;
  readonly port: number;
  readonly serverName?: string;
  readonly startTls?: 'smtp' | 'postgres';
  /** Certificate files of which it should serve one. */
  readonly shouldServe: readonly string[];
  /** Dropped where it turns out not to speak TLS: nobody said that it does. */
  readonly isGuess: boolean;
}

export function fromSettings(settings: Settings): readonly (FileTarget | StoreTarget | ListenerTarget)[] {
  const common = { foundBy: 'settings', serverNames: [] };
  return [
    ...settings.files
      .map((file): FileSettings => (typeof file === 'string' ? { path: file } : file))
      .map(({ mustCover = [], ...file }): FileTarget => ({ kind: 'file', ...common, ...file, mustCover, isGuess: false })),
    ...settings.stores.map(({ mustCover = [], ...store }): StoreTarget => ({ kind: 'store', ...common, ...store, mustCover })),
    ...settings.listeners.map(
      ({ mustCover = [], file, ...listener }: ListenerSettings): ListenerTarget => ({
        kind: 'listener',
        shouldServe: file === undefined ? [] : [file],
        ...common,
        ...listener,
        // Whoever asks by this name wants a certificate for it.
        serverNames: listener.serverName === undefined ? [] : [listener.serverName],
        mustCover,
        isGuess: false,
      }),
    ),
  ];
}

/** Files and stores that were found; listeners join with the sockets that are really open. */
export function fromDiscovery(found: readonly Found[]): readonly (FileTarget | StoreTarget)[] {
  return [
    ...found.filter((each) => each.kind === 'file').map((file): FileTarget => ({ ...file, mustCover: [], isGuess: file.isGuess === true })),
    ...found.filter((each) => each.kind === 'store').map((store): StoreTarget => ({ ...store, serverNames: [], mustCover: [] })),
  ];
}

/** One target a path: what the settings say comes first, names add up, a key that anybody names is kept. */
export function mergedByPath<T extends FileTarget | StoreTarget>(targets: readonly T[]): readonly T[] {
  const merged = new Map<string, T>();
  for (const target of targets) {
    const known = merged.get(target.path);
    merged.set(target.path, known === undefined ? target : { ...target, ...known, ...joint(known, target) });
  }
  return [...merged.values()];
}

const joint = (a: FileTarget | StoreTarget, b: FileTarget | StoreTarget) => ({
  serverNames: [...new Set([...a.serverNames, ...b.serverNames])].sort(),
  mustCover: [...new Set([...a.mustCover, ...b.mustCover])].sort(),
  ...(a.kind === 'file' && b.kind === 'file' ? { isGuess: a.isGuess && b.isGuess } : {}),
});
