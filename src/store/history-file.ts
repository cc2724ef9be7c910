// The file that a history lies in, as the disk sees it.
import { statSync } from 'node:fs';

export interface HistoryFile {
  /** With its write-ahead log. */
  sizeBytes(): number;
  /** Of the write-ahead log alone: it is as small as its checkpoints leave it, unless a reader keeps them from ending. */
  logBytes(): number;
  /** False when somebody removed the file or put another in its place: what is written goes nowhere. */
  isInPlace(): boolean;
}

export function historyFile(file: string): HistoryFile {
  const inode = inodeOf(file);
  return {
    sizeBytes: () => bytesOf(file) + bytesOf(`${file}-wal`),
    logBytes: () => bytesOf(`${file}-wal`),
    isInPlace: () => inodeOf(file) === inode,
  };
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const inodeOf = (file: string): bigint | null => statSync(file, { throwIfNoEntry: false, bigint: true })?.ino ?? null;
