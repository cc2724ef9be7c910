// Starts one process that answers one question: text in, one line out, and killed with all that it started as soon as the line is there or its time is over.
import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
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

export interface Answered {
  readonly kind: 'answered';
  /** The first line that it printed. */
  readonly line: string;
}

/** Less than anything else of this machine. */
const niceness = 10;

export async function askChild(options: ChildOptions, signal: AbortSignal): Promise<Answered | Failed> {
  try {
    return await ask(options, signal);
  } catch (error) {
    return notStarted(options.name, error);
  }
}

function ask({ name, argv, env, input, timeoutMs, bytesMax }: ChildOptions, signal: AbortSignal): Promise<Answered | Failed> {
  const [program, ...rest] = argv;
  // What a library may say on stderr is for nobody. Where file descriptors have run out, there are no pipes.
  const child: ChildProcess = spawn(program, rest, { env, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  return new Promise((resolve) => {
    const output = new FirstLine(bytesMax);
    let limit: NodeJS.Timeout | undefined;
    let isOver = false;
    const finish = (answer: Answered | Failed): void => {
      // The exit that our own kill causes comes later, when the number of the group may be somebody else's.
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      signal.removeEventListener('abort', onAbort);
      endGroup(child);
      resolve(answer);
    };
    const onAbort = () => finish(failed('timeout', `${name} was killed when the look ended`));
    child.on('error', (error) => finish(notStarted(name, error)));
    child.on('close', (code, ended) =>
      finish(failed('unreadable', `${name} ended with ${ended ?? `code ${code}`} before it had answered`)),
    );
    // The line is the answer: a lookup that hangs can hold a process that has said all it had to say.
    child.stdout?.on('data', (chunk: Buffer) => {
      const line = output.add(chunk);
      if (line === 'too-long') finish(failed('too-much-output', `${name} printed more than ${bytesMax} bytes and was killed`));
      else if (line !== 'unfinished') finish({ kind: 'answered', line: line.text });
    });
    for (const stream of [child.stdin, child.stdout]) stream?.on('error', () => {});
    limit = setTimeout(() => finish(failed('timeout', `${name} did not end within ${timeoutMs} ms and was killed`)), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    yieldTo(child);
    child.stdin?.end(input);
  });
}

class FirstLine {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): { readonly text: string } | 'unfinished' | 'too-long' {
    const end = chunk.indexOf('\n');
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    this.#chunks.push(part);
    this.#bytes += part.length;
    if (this.#bytes > this.#bytesMax) return 'too-long';
    return end === -1 ? 'unfinished' : { text: Buffer.concat(this.#chunks).toString('utf8') };
  }
}

/** The agent's unit forbids to set a priority, and has a low one itself. */
function yieldTo({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It is over already, or may not.
  }
}

function endGroup(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
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
