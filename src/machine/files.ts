// Answers questions about files: bounded in bytes and names, and never waiting for a pipe or a device to speak.
import { closeSync, constants, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { FileRead, FileStat, Machine, ReadLimits } from '../contract/machine.ts';
import { readEntries } from './directory.ts';
import { errorCode, failed, failureOf } from './failure.ts';
import { globIn } from './glob.ts';
import type { Tree } from './tree.ts';

export type FileQuestions = Pick<Machine, 'readFile' | 'stat' | 'listDirectory' | 'glob' | 'realPath'>;

/** Names taken from one directory before it is called too large to sort: some 10 MB of names. */
export const namesMax = 100_000;

/** What files without a size (/proc, /sys) are read by. */
const chunkBytes = 65_536;

export function fileQuestions(tree: Tree, signal: AbortSignal): FileQuestions {
  return {
    readFile: (path, limits) => readBounded(tree, path, limits),
    stat: (path) => statOf(tree, path),
    listDirectory: (path, { entriesMax }) => listNames(tree, path, entriesMax),
    glob: (pattern, { entriesMax }) => globIn(tree, pattern, entriesMax, signal),
    realPath: (path) => tree.realPath(path),
  };
}

async function readBounded(tree: Tree, path: string, limits: ReadLimits): ReturnType<Machine['readFile']> {
  const place = await tree.locate(path, 'open');
  if (place.kind !== 'located') return place;
  try {
    const prompt = readPromptly(place.hostPath, limits);
    if (prompt !== null) return fileRead(prompt, { sizeBytes: prompt.length, modifiedMs: tree.recordedMs ?? Date.now(), isCut: false });
    // Asked before opening, because opening a device can already do something; asked again after, because it may have changed.
    const before = await stat(place.hostPath);
    if (!before.isFile()) return notAFile(path, before);
    const same = readBefore(tree, path, before, limits);
    if (same !== null) return same;
    await using handle = await open(place.hostPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = await handle.stat();
    if (!stats.isFile()) return notAFile(path, stats);
    const { bytes, isCut } = await readPart(handle, stats.size, limits);
    const said = tree.said?.(place.path) ?? {};
    const read = fileRead(bytes, {
      // Files of /proc say that they are empty.
      sizeBytes: (said.sizeBytes ?? stats.size) || bytes.length,
      modifiedMs: said.modifiedMs ?? modifiedMs(tree, stats),
      isCut: isCut || said.isCut === true,
    });
    remember(tree, path, stats, read);
    return read;
  } catch (error) {
    return failureOf(error, `reading ${path}`);
  }
}

/**
 * The kernel writes these out of its own memory, without a disk or a network to wait for: to read them at once costs a
 * tenth of the trips through libuv's threads.
 */
const promptFiles: ReadonlySet<string> = new Set(['/proc/net/route', '/proc/net/ipv6_route']);

/** A hundred routes; the tables of routers are read the slow way. */
const promptBytesMax = 16_384;
let promptBuffer: Buffer | null = null;

/** Null where it is no such file, or a long one. Throws as opening and reading do. */
function readPromptly(hostPath: string, limits: ReadLimits): Uint8Array | null {
  if (!promptFiles.has(hostPath)) return null;
  promptBuffer ??= Buffer.allocUnsafeSlow(promptBytesMax);
  const descriptor = openSync(hostPath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    let filled = 0;
    // The kernel gives whole lines, a page at a time: only an empty answer is the end.
    while (filled < promptBytesMax) {
      const bytesRead = readSync(descriptor, promptBuffer, filled, promptBytesMax - filled, null);
      if (bytesRead === 0) return filled > limits.bytesMax ? null : Uint8Array.from(promptBuffer.subarray(0, filled));
      filled += bytesRead;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** What each look at names reads again. */
const oftenRead: ReadonlySet<string> = new Set(['/etc/resolv.conf', '/etc/hosts', '/run/systemd/resolve/resolv.conf']);

/** A hosts file that blocks advertisements has megabytes; it is read each time. */
const keptBytesMax = 16_384;

/** A file that was written this short a time ago may be written again with the same time stamp: kernels stamp by their tick. */
const settledMs = 1_000;

interface Kept {
  readonly stamp: string;
  readonly read: FileRead;
}

/** Each machine has its own. */
const keptFiles = new WeakMap<Tree, Map<string, Kept>>();

const stampOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string => `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;

/** Null where the file is another than it was, or was not kept. */
function readBefore(tree: Tree, path: string, stats: Stats, limits: ReadLimits): FileRead | null {
  if (!oftenRead.has(path) || stats.size > limits.bytesMax) return null;
  const kept = keptFiles.get(tree)?.get(path);
  return kept !== undefined && kept.stamp === stampOf(stats) ? kept.read : null;
}

/** `stats` are from before it was read, so that a change meanwhile is seen the next time. */
function remember(tree: Tree, path: string, stats: Stats, read: FileRead): void {
  if (!oftenRead.has(path)) return;
  const files = keptFiles.get(tree) ?? new Map<string, Kept>();
  keptFiles.set(tree, files);
  const isSettled = Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) > settledMs;
  const isWhole = !read.isCut && read.bytes.length === stats.size && stats.size <= keptBytesMax;
  if (isSettled && isWhole) files.set(path, { stamp: stampOf(stats), read });
  else files.delete(path);
}

const notAFile = (path: string, stats: Stats) =>
  failed('unreadable', `reading ${path}: it is a ${stats.isDirectory() ? 'directory' : 'pipe, socket or device'}, not a file`);

async function readPart(handle: FileHandle, size: number, limits: ReadLimits): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  if (size === 0) return readWithoutSize(handle, limits.bytesMax);
  const length = Math.min(size, limits.bytesMax);
  const start = limits.from === 'end' ? size - length : 0;
  return { bytes: await readAt(handle, start, length), isCut: size > length };
}

/** Files of /proc and /sys say that they are empty. They are read from the start whichever end was asked for. */
async function readWithoutSize(handle: FileHandle, bytesMax: number): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total <= bytesMax) {
    const chunk = await readAt(handle, total, Math.min(chunkBytes, bytesMax + 1 - total));
    if (chunk.length === 0) break;
    chunks.push(chunk);
    total += chunk.length;
  }
  const bytes = Buffer.concat(chunks);
  return { bytes: bytes.subarray(0, bytesMax), isCut: total > bytesMax };
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Uint8Array> {
  // A buffer of its own: a slice of the shared pool would keep the pool alive as long as the answer.
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The text is decoded when first asked for: certificate stores and images never are. */
function fileRead(bytes: Uint8Array, about: Pick<FileRead, 'sizeBytes' | 'modifiedMs' | 'isCut'>): FileRead {
  let text: string | undefined;
  return {
    kind: 'file',
    bytes,
    get text() {
      text ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
      return text;
    },
    ...about,
  };
}

async function statOf(tree: Tree, path: string): ReturnType<Machine['stat']> {
  const place = await tree.locate(path, 'inode');
  if (place.kind !== 'located') return place;
  try {
    const { isCut: _, ...said } = tree.said?.(place.path) ?? {};
    const stats = await stat(place.hostPath);
    return { ...fileStat(stats), modifiedMs: modifiedMs(tree, stats), ...said };
  } catch (error) {
    return failureOf(error, `looking at ${path}`);
  }
}

const modifiedMs = (tree: Tree, stats: Stats): number => Math.min(Math.trunc(stats.mtimeMs), tree.recordedMs ?? Number.POSITIVE_INFINITY);

const fileStat = (stats: Stats): FileStat => ({
  kind: 'stat',
  type: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSocket() ? 'socket' : 'other',
  sizeBytes: stats.size,
  modifiedMs: Math.trunc(stats.mtimeMs),
  inode: stats.ino,
  uid: stats.uid,
  gid: stats.gid,
  mode: stats.mode & 0o7777,
});

async function listNames(tree: Tree, path: string, entriesMax: number): ReturnType<Machine['listDirectory']> {
  const place = await tree.locate(path, 'open');
  if (place.kind !== 'located') return place;
  try {
    const names: string[] = [];
    const { size } = await stat(place.hostPath);
    for await (const entry of await readEntries(place.hostPath, size)) {
      if (names.push(entry.name) >= namesMax) break;
    }
    const isCut = names.length > entriesMax || names.length >= namesMax || tree.said?.(place.path).isCut === true;
    return { kind: 'directory', names: names.sort().slice(0, entriesMax), isCut };
  } catch (error) {
    const isThere = errorCode(error) === 'ENOTDIR' && (await stat(place.hostPath).catch(() => null)) !== null;
    return isThere ? failed('unreadable', `listing ${path}: it is not a directory`) : failureOf(error, `listing ${path}`);
  }
}
