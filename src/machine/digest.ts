// SHA-256 of files, however large, at a pace that leaves the machine to what it is there for.
import { createHash, type Hash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { inTurns } from '../contract/in-turns.ts';
import type { DigestLimits, FileDigest, Machine } from '../contract/machine.ts';
import { failed, failureOf } from './failure.ts';
import { pauseUntil } from './pause.ts';
import type { Tree } from './tree.ts';

export type Digester = (path: string, limits: DigestLimits, signal: AbortSignal) => ReturnType<Machine['digestFile']>;

/** Small enough that the event loop is held for a millisecond or two on a core without SHA instructions. */
const pieceBytes = 524_288;

/** The hash is computed here; the copy out of the page cache, on a thread of libuv, costs as much again (1.5 s for a gigabyte, 0.7 of them here). */
const costOfReading = 2.2;

/** A file that was written this short a time before it was read may be written again with the same stamp: kernels stamp by their tick. */
const settledMs = 2_000;

/** Files that were too large for one look; each keeps some hundred bytes. */
const unfinishedMax = 8;

interface Unfinished {
  readonly stamp: string;
  readonly hash: Hash;
  doneBytes: number;
}

/** One after the other: two at once would only move the disk's head about. */
export function digester(tree: Tree): Digester {
  const inTurn = inTurns(1);
  const pace = new Pace();
  const unfinished = new Map<string, Unfinished>();
  return async (path, limits, signal) => {
    const place = await tree.locate(path, 'open');
    if (place.kind !== 'located') return place;
    const { hostPath } = place;
    try {
      const stats = await stat(hostPath, { bigint: true });
      if (!stats.isFile()) return failed('unreadable', `reading ${path}: it is not a file`);
      const modifiedMs = tree.said?.(place.path).modifiedMs ?? Number(stats.mtimeMs);
      const stamp = stampOf(stats);
      if (limits.known?.stamp === stamp) return digest(limits.known.sha256, { stats, modifiedMs, stamp, bytesRead: 0 });
      if (stats.size > limits.bytesMax) return failed('too-much-output', `${path} has more than ${limits.bytesMax} bytes`);
      return await inTurn(() => read({ path, hostPath, modifiedMs, limits, signal, pace, unfinished }));
    } catch (error) {
      return failureOf(error, `reading ${path}`);
    }
  };
}

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('.');

interface Reading {
  readonly path: string;
  readonly hostPath: string;
  readonly modifiedMs: number;
  readonly limits: DigestLimits;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly unfinished: Map<string, Unfinished>;
}

async function read(reading: Reading): ReturnType<Machine['digestFile']> {
  const { path, hostPath, limits, signal, unfinished } = reading;
  // The look may have ended while it waited for its turn.
  if (signal.aborted) return failed('timeout', `reading ${path} had not begun when the look ended`);
  await using handle = await open(hostPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const beganMs = Date.now();
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) return failed('unreadable', `reading ${path}: it is not a file`);
  const stamp = stampOf(stats);
  const part = goOn(unfinished, hostPath, stamp);
  const bytesRead = await readOn(handle, part, reading);
  if (bytesRead === null) return failed('too-much-output', `${path} has more than ${limits.bytesMax} bytes`);
  if (stampOf(await handle.stat({ bigint: true })) !== stamp) return failed('unreadable', `${path} was changed while it was read`);
  if (signal.aborted && part.doneBytes < Number(stats.size)) {
    keep(unfinished, hostPath, part);
    return { kind: 'under-way', doneBytes: part.doneBytes, sizeBytes: Number(stats.size) };
  }
  const isSettled = Math.abs(beganMs - Number(stats.ctimeMs)) > settledMs;
  return digest(part.hash.digest('hex'), {
    stats,
    modifiedMs: reading.modifiedMs,
    stamp: isSettled ? stamp : `${stamp} unsettled`,
    bytesRead,
  });
}

function goOn(unfinished: Map<string, Unfinished>, hostPath: string, stamp: string): Unfinished {
  const before = unfinished.get(hostPath);
  unfinished.delete(hostPath);
  return before?.stamp === stamp ? before : { stamp, hash: createHash('sha256'), doneBytes: 0 };
}

function keep(unfinished: Map<string, Unfinished>, hostPath: string, part: Unfinished): void {
  unfinished.set(hostPath, part);
  const [oldest] = unfinished.keys();
  if (unfinished.size > unfinishedMax && oldest !== undefined) unfinished.delete(oldest);
}

/** Until the end of the file or of the look; the bytes read, null where there are more than are wanted. */
async function readOn(handle: FileHandle, part: Unfinished, { limits, signal, pace }: Reading): Promise<number | null> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(4_096, Math.min(pieceBytes, Math.ceil(limits.bytesPerSecondMax / 10))));
  const from = part.doneBytes;
  while (!signal.aborted) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, part.doneBytes);
    if (bytesRead === 0) break;
    const before = performance.now();
    part.hash.update(bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead));
    const busyMs = (performance.now() - before) * costOfReading;
    part.doneBytes += bytesRead;
    if (part.doneBytes > limits.bytesMax) return null;
    await pace.wait(Math.max((bytesRead / limits.bytesPerSecondMax) * 1_000, busyMs / limits.cpuShareMax), signal);
  }
  return part.doneBytes - from;
}

interface Found {
  readonly stats: BigIntStats;
  readonly modifiedMs: number;
  readonly stamp: string;
  readonly bytesRead: number;
}

const digest = (sha256: string, { stats, modifiedMs, stamp, bytesRead }: Found): FileDigest => ({
  kind: 'digest',
  sha256,
  sizeBytes: Number(stats.size),
  modifiedMs,
  stamp,
  bytesRead,
});

/** Shares the time out: what one piece took too little is not given to the next. */
class Pace {
  #freeAtMs = 0;

  async wait(costsMs: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, now - slackMs) + costsMs;
    const waitMs = this.#freeAtMs - now;
    if (waitMs >= 1) await pauseUntil(waitMs, signal);
  }
}

/** A timer of a busy process comes late; that much of it is made good. */
const slackMs = 20;
