// Reads a directory at once where it is small and piece by piece where it is not, so that millions of names are never held.
import type { Dirent } from 'node:fs';
import { opendir, readdir } from 'node:fs/promises';

/** Size of a directory that is read at once (some 10,000 names): reading piece by piece costs five times as much a name. */
const atOnceBytesMax = 512 * 1_024;

/** Entries fetched by one call into the thread pool, so that a large directory is read between other work. */
const pieceEntries = 512;

/** `sizeBytes` is what the directory's own inode says. Rejects as readdir(3) does. */
export function readEntries(hostPath: string, sizeBytes: number): Promise<Iterable<Dirent> | AsyncIterable<Dirent>> {
  return sizeBytes > atOnceBytesMax ? opendir(hostPath, { bufferSize: pieceEntries }) : readdir(hostPath, { withFileTypes: true });
}
