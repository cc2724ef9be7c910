// Running processes, as /proc lists them.
import { open, readdir } from 'node:fs/promises';
import type { Failed, Machine, RunningProcess } from '../contract/machine.ts';
import { errorCode, failedOf, failureOf } from './failure.ts';
import type { Tree } from './tree.ts';

/** What the kernel counts start times in for every architecture that Oracle Linux and Debian ship (proc(5), USER_HZ). */
const ticksPerSecond = 100;

/** Class paths of Java servers take tens of kilobytes; what comes behind that tells no service apart from another. */
const argvBytesMax = 32_768;

const smallFileBytes = 8_192;

/** Read at once: enough to keep the thread pool busy, few enough to leave it to others. */
const atOnce = 8;

/** Flag of a kernel thread (PF_KTHREAD): it has no command line to read. */
const kernelThread = 0x0020_0000;

export interface ProcessSource {
  readonly tree: Tree;
  /** When the machine started, for a recording that does not hold it. */
  readonly bootMs?: number;
  /** The list cannot be whole without process 1 (a live /proc with hidepid or ProtectProc shows only this user's own). */
  readonly expectsInit: boolean;
}

/** `startedMs` is as exact as the kernel's boot time in seconds. A list that hides processes of others is cut. */
export async function readProcesses(source: ProcessSource, entriesMax: number, signal: AbortSignal): ReturnType<Machine['processes']> {
  const proc = await source.tree.locate('/proc', 'open');
  if (proc.kind === 'failed') return proc;
  if (proc.kind === 'missing') return failedOf(Object.assign(new Error(), { code: 'ENOENT' }), 'reading /proc');
  try {
    const pids = await readPids(proc.hostPath);
    const boot = await bootMs(source, proc.hostPath);
    if (typeof boot !== 'number') return boot;
    const isHidden = source.expectsInit && pids[0] !== 1;
    const processes = await readAll(source.tree, pids.slice(0, entriesMax), boot, signal);
    const seen = processes.filter((each) => each !== 'hidden' && each !== null);
    return { kind: 'processes', processes: seen, isCut: isHidden || pids.length > entriesMax || processes.includes('hidden') };
  } catch (error) {
    return failedOf(error, 'reading /proc');
  }
}

export async function readPids(proc: string): Promise<readonly number[]> {
  const names = await readdir(proc);
  return names
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function bootMs(source: ProcessSource, proc: string): Promise<number | Failed> {
  try {
    const match = /^btime ([0-9]+)$/m.exec(await readSmall(`${proc}/stat`, 4 * 1024 * 1024));
    if (match !== null) return Number(match[1]) * 1_000;
  } catch (error) {
    if (source.bootMs === undefined) return failedOf(error, 'reading /proc/stat');
  }
  return source.bootMs ?? failedOf(new Error(), 'finding the boot time in /proc/stat');
}

type Seen = RunningProcess | 'hidden' | null;

async function readAll(tree: Tree, pids: readonly number[], boot: number, signal: AbortSignal): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let at = 0; at < pids.length && !signal.aborted; at += atOnce) {
    seen.push(...(await Promise.all(pids.slice(at, at + atOnce).map((pid) => readProcess(tree, pid, boot)))));
  }
  return seen;
}

/** Null when it ended in between. */
async function readProcess(tree: Tree, pid: number, boot: number): Promise<Seen> {
  const place = await tree.locate(`/proc/${pid}`, 'open');
  if (place.kind !== 'located') return place.kind === 'failed' ? 'hidden' : null;
  try {
    const stat = parseStat(await readSmall(`${place.hostPath}/stat`));
    const status = await readSmall(`${place.hostPath}/status`);
    if (stat === null) return null;
    const argv = stat.isKernelThread ? [] : await readArgv(`${place.hostPath}/cmdline`);
    const uid = Number(/^Uid:\s+[0-9]+\s+([0-9]+)/m.exec(status)?.[1] ?? Number.NaN);
    if (Number.isNaN(uid)) return null;
    const startedMs = boot + Math.round((stat.startTicks * 1_000) / ticksPerSecond);
    return { pid, parentPid: stat.parentPid, uid, command: stat.command, argv, startedMs };
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (errorCode(error) === 'ESRCH') return null;
    return failureOf(error, '').kind === 'missing' ? null : 'hidden';
  }
}

/** proc(5). The name stands in parentheses and can itself hold spaces and parentheses. */
export function parseStat(
  text: string,
): { readonly command: string; readonly parentPid: number; readonly isKernelThread: boolean; readonly startTicks: number } | null {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open === -1 || close < open) return null;
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ');
  const number = (field: number): number => Number(fields[field - 3] ?? Number.NaN);
  const [parentPid, flags, startTicks] = [number(4), number(9), number(22)];
  if (![parentPid, flags, startTicks].every(Number.isFinite)) return null;
  return { command: text.slice(open + 1, close), parentPid, isKernelThread: (flags & kernelThread) !== 0, startTicks };
}

async function readArgv(path: string): Promise<readonly string[]> {
  const text = await readSmall(path, argvBytesMax);
  return text === '' ? [] : text.replace(/\0+$/, '').split('\0');
}

export async function readSmall(path: string, bytesMax = smallFileBytes): Promise<string> {
  await using handle = await open(path);
  const chunks: Buffer[] = [];
  for (let total = 0; total < bytesMax; ) {
    const buffer = Buffer.allocUnsafe(Math.min(smallFileBytes, bytesMax - total));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
}
