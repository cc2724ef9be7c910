// Starts agents and collector of this source tree as processes, and ends them again, each by its own process id.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Programs {
  start(name: string, argv: readonly string[]): void;
  /** Rejects when one of them ends before it was told to. */
  readonly broken: Promise<never>;
  /** Resolves when all have ended. */
  stop(): Promise<void>;
}

/**
 * Without the flags that bin/understudy gives to what stays in memory: they cost each start a third more of a processor (3.1 s in place
 * of 1.9 s, Node 26.10), and here seven start at once.
 */
export const understudy = (argv: readonly string[], stdio: StdioOptions): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...argv], {
    stdio,
    // In a process group of its own: Ctrl-C is for the demonstration, which then ends them in its way.
    detached: true,
  });

const main = resolve(import.meta.dirname, '../../src/main.ts');

/** Longer than an agent takes to let go of its looks. */
const stopMsMax = 8_000;

export function createPrograms(logs: string): Programs {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  // It may break while nobody waits for that.
  broken.catch(() => undefined);
  const ended = new Map<ChildProcess, Promise<void>>();
  let isStopping = false;
  mkdirSync(logs, { recursive: true });
  return {
    start: (name, argv) => {
      const file = join(logs, `${name}.log`);
      const log = openSync(file, 'a');
      const child = understudy(argv, ['ignore', log, log]);
      closeSync(log);
      const { promise, resolve: done } = Promise.withResolvers<void>();
      child.once('error', (error) => {
        reject(error);
        done();
      });
      child.once('exit', (code, signal) => {
        if (!isStopping)
          reject(new Error(`${name} ended by itself (${signal ?? code}): ${readFileSync(file, 'utf8').trim().slice(-2_000)}`));
        done();
      });
      ended.set(child, promise);
    },
    broken,
    stop: async () => {
      isStopping = true;
      for (const child of ended.keys()) child.kill('SIGTERM');
      const late = setTimeout(() => {
        for (const child of ended.keys()) child.kill('SIGKILL');
      }, stopMsMax);
      await Promise.all(ended.values());
      clearTimeout(late);
    },
  };
}
