// Lays entries out as a file system, ready to be packed.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Entry } from './entry.ts';

/** Modes do not depend on the umask, nor times on the clock: everything bears `sourceDate`, in seconds. */
export function stage(entries: readonly Entry[], folder: string, sourceDate: number): void {
  mkdirSync(folder, { recursive: true });
  for (const entry of entries) place(entry, join(folder, entry.path));
  const modes = new Map(entries.map(({ path, mode }) => [path, mode]));
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // What is deeper first: writing into a folder gives it the time of now.
  for (const path of [...paths.sort().reverse(), '.']) {
    const full = join(folder, path);
    chmodSync(full, modes.get(path) ?? 0o755);
    utimesSync(full, sourceDate, sourceDate);
  }
}

function place(entry: Entry, full: string): void {
  mkdirSync(entry.kind === 'folder' ? full : dirname(full), { recursive: true });
  if (entry.kind === 'folder') return;
  if ('from' in entry.content) copyFileSync(entry.content.from, full);
  else writeFileSync(full, entry.content.text);
}

/** Of everything that is staged, each file and folder rounded up, as dpkg's Installed-Size counts. */
export function kibibytes(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.reduce((sum, path) => {
    const entry = statSync(join(folder, path));
    return sum + (entry.isFile() ? Math.ceil(entry.size / 1024) : 1);
  }, 0);
}
