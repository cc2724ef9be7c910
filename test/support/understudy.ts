// Runs the real program, as somebody at a shell would.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const program = resolve(import.meta.dirname, '../../bin/understudy');

/** Some hundred of these processes compile the same sources: kept, that is two fifths of their CPU. */
const compiled = resolve(import.meta.dirname, '../../node_modules/.cache/compiled');

/** A bare environment: nothing of the machine that runs the tests leaks into what is printed. */
export const bareEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  NODE_COMPILE_CACHE: compiled,
};

const runMsMax = 25_000;

export async function understudy(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return collect(program, argv, environment);
}

/** The same with a terminal of 80 columns behind stdout and stderr, both in `stdout`. */
export async function understudyOnTerminal(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const line = [program, ...argv].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return collect('script', ['-qec', `stty cols 80; ${line}`, '/dev/null'], environment);
}

/** Any program, in the same bare environment. */
export async function collect(file: string, argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(file, argv, { env: { ...bareEnvironment, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], timeout: runMsMax });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const { promise, resolve: done, reject } = Promise.withResolvers<Ran>();
  child.on('error', reject);
  child.on('close', (code) => done({ code, ...texts }));
  return promise;
}
