// Runs one program of this machine under limits that hold whatever the program does.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Exited, Failed, Machine, RunLimits } from '../contract/machine.ts';
import { errorCode, failed } from './failure.ts';
import { findProgram, searchPath } from './program.ts';
import { type Turn, takeTurn } from './turns.ts';

/** After a program has ended its output is still in the pipe; a child of it that keeps the pipe open is not waited for longer. */
const drainMs = 200;

/** No pager, no colour, no links in the output of systemd's tools; nothing of the agent's own environment. */
const environment = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: searchPath.join(':'),
  HOME: '/',
  TERM: 'dumb',
  PAGER: 'cat',
  SYSTEMD_PAGER: '',
  SYSTEMD_COLORS: '0',
  SYSTEMD_URLIFY: '0',
} as const;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** `take` is who gives turns: programs that only wait for the network need not queue with those that work. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  limits: RunLimits,
  signal: AbortSignal,
  take: typeof takeTurn = takeTurn,
): ReturnType<Machine['run']> {
  const program = await findProgram(argv[0]);
  if (program.kind === 'failed') return program;
  const turn = await take(signal);
  if (turn === null) return failed('timeout', `${argv[0]} was not started: the look ended, or too many programs were waiting`);
  try {
    return await runOne(program.path, argv, limits, signal, turn);
  } catch (error) {
    turn.end();
    return startFailure(error, argv[0]);
  }
}

function runOne(
  path: string,
  argv: readonly [string, ...string[]],
  limits: RunLimits,
  signal: AbortSignal,
  turn: Turn,
): Promise<Exited | Failed> {
  const child: Child = spawn(path, argv.slice(1), {
    env: { ...environment, ...limits.env },
    argv0: argv[0],
    cwd: '/',
    // A session and process group of its own, so that what it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (hasNoPipes(child)) throw Object.assign(new Error('no file descriptors are left'), { code: 'EMFILE' });
  return new Promise((resolve) => {
    const output = { stdout: new Output(limits.bytesMax), stderr: new Output(limits.bytesMax) };
    let drain: NodeJS.Timeout | undefined;
    let exit: { readonly code: number } | undefined;
    let isOver = false;
    const finish = (answer: Exited | Failed): void => {
      // The exit that our own kill causes comes later, when the number of the group may be somebody else's.
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      clearTimeout(drain);
      signal.removeEventListener('abort', onAbort);
      endGroup(child);
      turn.end();
      resolve(answer);
    };
    const name = argv[0];
    const timedOut = () => finish(failed('timeout', `${name} did not end within ${limits.timeoutMs} ms and was killed`));
    const onAbort = () => finish(failed('timeout', `${name} was killed when the look ended`));
    const limit = setTimeout(timedOut, limits.timeoutMs);
    const exited = (code: number) => finish({ kind: 'exited', code, stdout: output.stdout.text(), stderr: output.stderr.text() });
    const waitForRest = (code: number) => {
      if (isOver) return;
      clearTimeout(drain);
      drain = setTimeout(() => exited(code), drainMs);
    };
    const take = (part: Output) => (chunk: Buffer) => {
      if (exit !== undefined) waitForRest(exit.code);
      if (!part.add(chunk)) finish(failed('too-much-output', `${name} printed more than ${limits.bytesMax} bytes and was killed`));
    };
    child.stdout.on('data', take(output.stdout));
    child.stderr.on('data', take(output.stderr));
    for (const stream of [child.stdout, child.stderr]) stream.on('error', () => {});
    child.on('error', (error) => finish(startFailure(error, name)));
    child.on('exit', (code, ended) => {
      exit = { code: code ?? 128 + (ended === null ? 0 : constants.signals[ended]) };
      waitForRest(exit.code);
    });
    child.on('close', () => {
      if (exit !== undefined) exited(exit.code);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** Where file descriptors have run out, Node gives a child without pipes, and its error later, which somebody has to hear. */
function hasNoPipes(child: ChildProcess): boolean {
  if (child.stdout && child.stderr) return false;
  child.on('error', () => {});
  return true;
}

/** Kills what is left of the group and lets go of the pipes: neither can then outlive the answer. */
function endGroup(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function startFailure(error: unknown, name: string): Failed {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return failed('denied', `${name} may not be run by this user`);
    case 'ENOENT':
      return failed('tool-missing', `${name} could not be started: it, or the interpreter it names, does not exist`);
    default:
      return failed('unreadable', `${name} could not be started: ${errorCode(error) || 'unknown error'}`);
  }
}

class Output {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #total = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** False when that was too much. */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#total += chunk.length;
    return this.#total <= this.#bytesMax;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
