// What npm pinned: versions and digests of everything that is installed, and of what would be on another architecture.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './release.ts';

export interface Locked {
  readonly version: string;
  /** Subresource integrity of the package's archive: `sha512-…` in base64. */
  readonly integrity: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked | undefined>>;
};

/** By place, as in `node_modules/a/node_modules/b`. Throws for what npm does not know. */
export function locked(place: string): Locked {
  const found = packages[place];
  if (found === undefined) throw new Error(`package-lock.json has no ${place}`);
  return found;
}

/** Where the package that stands at `place` finds `name`: beside it, or further up; null where npm left it out. */
export function resolved(place: string, name: string): string | null {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (folder === '') return null;
  }
}

/** The same in hexadecimal, as CycloneDX and sha512sum write it. */
export const sha512Of = ({ integrity }: Locked): string => {
  if (!integrity.startsWith('sha512-')) throw new Error(`not a SHA-512: ${integrity}`);
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
};
