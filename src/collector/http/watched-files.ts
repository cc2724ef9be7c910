// Files that others renew: read again when they are others than they were, looked at once a second at most.
import { readFileSync, statSync } from 'node:fs';

export interface WatchedFile {
  readonly path: string;
  /** Another one when the file is another. */
  readonly stamp: string;
  /** What is in it, or why it cannot be read as a constant's name (`EACCES`). */
  read(): { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly code: string };
}

const lookEveryMs = 1_000;
/** A bundle of every authority there is has 250 KiB. */
const bytesMax = 4 * 1024 ** 2;

export function watchedFiles(monotonicMs: () => number): (path: string) => WatchedFile {
  const known = new Map<string, { lookedAt: number; file: WatchedFile }>();
  return (path) => {
    const now = monotonicMs();
    const entry = known.get(path);
    if (entry !== undefined && now - entry.lookedAt < lookEveryMs) return entry.file;
    const { stamp, bytes } = stampOf(path);
    if (entry?.file.stamp === stamp) {
      entry.lookedAt = now;
      return entry.file;
    }
    const file = { path, stamp, read: () => readText(path, bytes) };
    known.set(path, { lookedAt: now, file });
    return file;
  };
}

function stampOf(path: string): { readonly stamp: string; readonly bytes: number } {
  try {
    const { mtimeMs, ctimeMs, ino, size } = statSync(path);
    return { stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, bytes: size };
  } catch (error) {
    return { stamp: codeOf(error), bytes: 0 };
  }
}

function readText(path: string, bytes: number): ReturnType<WatchedFile['read']> {
  if (bytes > bytesMax) return { kind: 'unreadable', code: 'EFBIG' };
  try {
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { kind: 'unreadable', code: codeOf(error) };
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';
