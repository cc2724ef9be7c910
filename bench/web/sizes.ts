// How large the dashboard's files are, as they lie there and as they go over a line.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export interface FileSize {
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
}

/** Largest first. Compressed as hard as can be, since it is done once. */
export function sizesOf(folder: string): readonly FileSize[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map(({ parentPath, name }) => sizeOf(folder, join(parentPath, name)))
    .sort((a, b) => b.brotliBytes - a.brotliBytes);
}

function sizeOf(folder: string, path: string): FileSize {
  const content = readFileSync(path);
  return {
    file: relative(folder, path),
    bytes: content.length,
    gzipBytes: gzipSync(content, { level: 9 }).length,
    brotliBytes: brotliCompressSync(content).length,
  };
}
