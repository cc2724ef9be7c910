// Starts one process that answers one question: text in, text out, and killed with all that it started when its time is over.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Failed } from '../../contract/machine.ts';
import { errorCode, failed } from '../failure.ts';

export interface ChildOptions {
  /** For the sentences that say what went wrong. */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

export interface Ended {
  readonly kind: 'ended';
  readonly stdout: string;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Less than anything else of this machine. */
const niceness = 10;

export async function askChild(options: ChildOptions, signal: AbortSignal): Promise<Ended | Failed> {
  try {
    return await ask(options, signal);
  } catch (error) {
    return notStarted(options.name, error);
  }
}

function ask({ name, argv, env, input, timeoutMs, bytesMax }: ChildOptions, signal: AbortSignal): Promise<Ended | Failed> {
  const [program, ...rest] = argv;
  // What a library may say on stderr is for nobody.
  const child: Child = spawn(program, rest, { env, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  yieldTo(child);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const finish = (answer: Ended | Failed): void => {
      // The exit that our own kill causes comes later, when the number of the group may be somebody else's.
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      signal.removeEventListener('abort', onAbort);
      endGroup(child);
      resolve(answer);
    };
    const onAbort = () => finish(failed('timeout', `${name} was killed when the look ended`));
    const limit = setTimeout(() => finish(failed('timeout', `${name} did not end within ${timeoutMs} ms and was killed`)), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bytesMax) finish(failed('too-much-output', `${name} printed more than ${bytesMax} bytes and was killed`));
    });
    for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {});
    child.on('error', (error) => finish(notStarted(name, error)));
    child.on('close', (code, ended) => {
      if (code === 0) finish({ kind: 'ended', stdout: Buffer.concat(chunks).toString('utf8') });
      else finish(failed('unreadable', `${name} ended with ${ended ?? `code ${code}`} before it had answered`));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else child.stdin.end(input);
  });
}

/** The agent's unit forbids to set a priority, and has a low one itself. */
function yieldTo({ pid }: Child): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It is over already, or may not.
  }
}

function endGroup(child: Child): void {
  child.stdin.destroy();
  child.stdout.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

const notStarted = (name: string, error: unknown): Failed =>
  failed(
    errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM' ? 'denied' : 'unreadable',
    `${name} could not be started: ${errorCode(error) || 'unknown error'}`,
  );
