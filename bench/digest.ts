// What digests of deployed artifacts cost: ten gigabytes at the pace they are read with, beside sha256sum, and a second look at them.
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { localMachine } from '../src/machine/local.ts';

export interface DigestFigures {
  readonly gigabytes: number;
  readonly files: number;
  readonly usual: Paced;
  readonly whole: Paced;
  /** The same files once more. */
  readonly again: { readonly bytesRead: number; readonly tookMs: number; readonly cpuMs: number };
  readonly sha256sumCpuMsPerGigabyte: number;
}

export interface Paced {
  readonly wishedBytesPerSecond: number;
  readonly wishedCpuShare: number;
  readonly bytesPerSecond: number;
  /** CPU of the whole process over the time it took. */
  readonly cpuShare: number;
  readonly cpuMsPerGigabyte: number;
}

const gigabyte = 1e9;
const fileBytes = 500_000_000;
const usualBytesPerSecond = 16 * 1024 * 1024;
const usualCpuShare = 0.05;

/** With the files in the page cache or not, as they lie: what the disk takes is no CPU. */
export async function measureDigests(gigabytes = 10): Promise<DigestFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-digest-'));
  try {
    const paths = await writeFiles(folder, Math.round((gigabytes * gigabyte) / fileBytes));
    const source = localMachine();
    const first = paths.slice(0, 1);
    const usual = await paced(source, first, usualBytesPerSecond, usualCpuShare);
    const known = new Map<string, { readonly stamp: string; readonly sha256: string }>();
    const whole = await paced(source, paths, 1_000 * 1024 * 1024, 0.25, known);
    const again = await secondLook(source, paths, known);
    return { gigabytes, files: paths.length, usual, whole, again, sha256sumCpuMsPerGigabyte: sha256sum(paths) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeFiles(folder: string, count: number): Promise<readonly string[]> {
  const piece = Buffer.alloc(1_000_000);
  const paths: string[] = [];
  for (let file = 0; file < count; file += 1) {
    const path = join(folder, `artifact-${file}`);
    const stream = createWriteStream(path);
    for (let at = 0; at < fileBytes; at += piece.length) {
      piece.writeUInt32LE(file * 10_000 + at / piece.length, 0);
      if (!stream.write(Buffer.from(piece))) await new Promise((drained) => stream.once('drain', drained));
    }
    stream.end();
    await finished(stream);
    paths.push(path);
  }
  // A file written just now is read once more.
  await new Promise((settled) => setTimeout(settled, 3_000));
  return paths;
}

async function paced(
  source: ReturnType<typeof localMachine>,
  paths: readonly string[],
  bytesPerSecondMax: number,
  cpuShareMax: number,
  found?: Map<string, { readonly stamp: string; readonly sha256: string }>,
): Promise<Paced> {
  const port = source.forLook(new AbortController().signal);
  const began = performance.now();
  const before = process.cpuUsage();
  let bytes = 0;
  for (const path of paths) {
    const answer = await port.digestFile(path, { bytesMax: 1e12, bytesPerSecondMax, cpuShareMax });
    if (answer.kind !== 'digest') throw new Error(`${path}: ${JSON.stringify(answer)}`);
    bytes += answer.bytesRead;
    found?.set(path, answer);
  }
  const tookMs = performance.now() - began;
  const cpuMs = cpuSince(before);
  return {
    wishedBytesPerSecond: bytesPerSecondMax,
    wishedCpuShare: cpuShareMax,
    bytesPerSecond: (bytes / tookMs) * 1_000,
    cpuShare: cpuMs / tookMs,
    cpuMsPerGigabyte: cpuMs / (bytes / gigabyte),
  };
}

const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

async function secondLook(
  source: ReturnType<typeof localMachine>,
  paths: readonly string[],
  known: ReadonlyMap<string, { readonly stamp: string; readonly sha256: string }>,
): Promise<DigestFigures['again']> {
  const port = source.forLook(new AbortController().signal);
  const began = performance.now();
  const before = process.cpuUsage();
  let bytesRead = 0;
  for (const path of paths) {
    const answer = await port.digestFile(path, { known: known.get(path)!, bytesMax: 1e12, bytesPerSecondMax: 1e9, cpuShareMax: 1 });
    if (answer.kind !== 'digest') throw new Error(`${path}: ${JSON.stringify(answer)}`);
    bytesRead += answer.bytesRead;
  }
  return { bytesRead, tookMs: performance.now() - began, cpuMs: cpuSince(before) };
}

/** CPU of a child and what it waited for, from the shell's own `times`. */
function sha256sum(paths: readonly string[]): number {
  const printed = execFileSync('bash', ['-c', 'sha256sum "$@" >/dev/null; times', 'bash', ...paths], { encoding: 'utf8' });
  const [, children = ''] = printed.trim().split('\n');
  const cpuMs = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
  return cpuMs / ((paths.length * fileBytes) / gigabyte);
}
