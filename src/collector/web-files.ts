// The dashboard's files as they were built: read once, so that what a browser is given fits together over an upgrade that is under way.
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

export interface WebFile {
  /** As it is asked for: `/assets/index-C4f1.js`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Quoted. */
  readonly etag: string;
}

/** In a package beside the program; in the source tree where the build puts it. */
const usualFolders = [join(import.meta.dirname, 'web'), join(import.meta.dirname, '../../dist/web')];

/** A build is a dozen files of half a megabyte: more is another folder. */
const filesMax = 200;
const bytesMax = 8 * 1024 * 1024;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** Null where there is no dashboard, or what is there is none. `folder` unless in one of the usual places. */
export async function readWebFiles(folder?: string): Promise<readonly WebFile[] | null> {
  for (const one of folder === undefined ? usualFolders : [folder]) {
    const files = await filesIn(one);
    if (files?.some(({ path }) => path === indexPath) === true) return files;
  }
  return null;
}

export const indexPath = '/index.html';

async function filesIn(folder: string): Promise<readonly WebFile[] | null> {
  const names = (await entriesOf(folder)).filter((one) => one.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // What has no type here, a source map or a mark of the build, is for nobody's browser.
  const served = names.filter((name) => types[extname(name)] !== undefined);
  if (served.length > filesMax) return null;
  const files = await Promise.all(served.map((name) => webFile(folder, name)));
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0) > bytesMax ? null : files;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch {
    // Why there is none does not matter to whoever asks for it: `/` says how to make one.
    return [];
  }
}

async function webFile(folder: string, name: string): Promise<WebFile> {
  const bytes = await readFile(name);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { path: `/${relative(folder, name)}`, type: types[extname(name)]!, bytes, etag };
}
