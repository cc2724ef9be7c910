// Starts what is measured and what it is measured against, pinned apart, and reads what a process has used.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** The measured process has a core of its own; targets and load share the other. */
export const measuredCore = '0';
export const otherCore = '1';

const ticksPerSecond = 100;
const started: ChildProcess[] = [];

/** Starts a program on one core. Pinned before it starts: a Go program sizes itself by the cores it finds. */
export function startOn(core: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn('taskset', ['-c', core, ...argv], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  child.stdout.resume();
  child.stderr.resume();
  started.push(child);
  return child;
}

/** Starts a program on one core that is spoken with over standard input and output. */
export function startTalking(core: string, argv: readonly string[]): ChildProcessByStdio<Writable, Readable, null> {
  const child = spawn('taskset', ['-c', core, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

/** Runs a program on one core to its end and gives what it printed. */
export async function runOn(core: string, argv: readonly string[]): Promise<string> {
  const child = spawn('taskset', ['-c', core, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
  return printed;
}

/** Ends everything that was started here, by its own process id. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map(stop));
}

export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });
}

/** CPU milliseconds of a process with all its threads, and of the children it has waited for. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  return (ticks * 1_000) / ticksPerSecond;
}

export interface Memory {
  readonly rssMiB: number;
  readonly anonymousMiB: number;
  /** The most that was ever resident. */
  readonly peakMiB: number;
  readonly threads: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (text: string, name: string): number => {
    const kib = Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
    return Math.round((kib / 1_024) * 10) / 10;
  };
  return {
    rssMiB: mib(rollup, 'Rss'),
    anonymousMiB: mib(rollup, 'Anonymous'),
    peakMiB: mib(status, 'VmHWM'),
    threads: readdirSync(`/proc/${pid}/task`).length,
  };
}

export async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await pause(50);
  }
  throw new Error(`nothing listens on 127.0.0.1:${port} after ten seconds`);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
