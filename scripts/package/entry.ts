// A file of a package, wherever its content comes from.

/** What package managers treat differently: settings are kept over upgrades, documents and licences may be left out. */
export type Kind = 'program' | 'settings' | 'document' | 'licence';

export interface FileEntry {
  /** Without a leading slash: `usr/bin/understudy`. */
  readonly path: string;
  readonly kind: Kind;
  readonly mode: 0o644 | 0o755;
  readonly content: { readonly from: string } | { readonly text: string | Uint8Array };
}

export interface FolderEntry {
  readonly path: string;
  readonly kind: 'folder';
  readonly mode: 0o755 | 0o750;
  /** Root's unless said. The group is there before the folder: the package makes it first. */
  readonly group?: string;
}

export type Entry = FileEntry | FolderEntry;

export const file = (path: string, from: string, mode: FileEntry['mode'] = 0o644, kind: Kind = 'program'): FileEntry => ({
  path,
  kind,
  mode,
  content: { from },
});

export const written = (path: string, text: string | Uint8Array, kind: Kind = 'program'): FileEntry => ({
  path,
  kind,
  mode: 0o644,
  content: { text },
});
