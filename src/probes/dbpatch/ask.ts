// The questions that several parts of this probe put to the machine: a text file, a program of a home, and who asks.
import type { Exited, Failed, Machine, Missing } from '../../contract/machine.ts';
import { partUnseen, type UnseenPart } from './facts.ts';

/** An inventory of a hundred homes is 20 KiB. */
const textBytesMax = 1_048_576;
/** The registry of forty containers with fifty attempts each is about 300 KiB. */
const answerBytesMax = 2_097_152;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** A whole text file; one that is longer than any such file is `too-much-output`, one with NUL bytes `unreadable`. */
export async function readText(port: Machine, path: string): Promise<Text | Missing | Failed> {
  const file = await port.readFile(path, { bytesMax: textBytesMax });
  if (file.kind !== 'file') return file;
  if (file.isCut) return { kind: 'failed', reason: 'too-much-output', detail: `${path} is longer than ${textBytesMax} bytes` };
  if (file.text.includes('\0')) return { kind: 'failed', reason: 'unreadable', detail: `${path} is no text file` };
  return { kind: 'text', text: file.text };
}

export const unseenFrom = (answer: Failed): UnseenPart => partUnseen(answer.reason, answer.detail);

type Argv = readonly [string, ...string[]];

/** The first of several spellings that the machine understands: a recording may hold any one of them. */
export async function askHome(
  port: Machine,
  spellings: readonly Argv[],
  { env, timeoutMs }: { readonly env: Readonly<Record<string, string>>; readonly timeoutMs: number },
): Promise<Exited | Failed> {
  let first: Failed | undefined;
  for (const argv of spellings) {
    const answer = await port.run(argv, { timeoutMs, bytesMax: answerBytesMax, env });
    if (answer.kind === 'exited' || (answer.reason !== 'tool-missing' && answer.reason !== 'unreadable')) return answer;
    first ??= answer;
  }
  return first!;
}

/** What Oracle's programs find their libraries and messages by. */
export const environmentOf = (home: string): Readonly<Record<string, string>> => ({ ORACLE_HOME: home, LD_LIBRARY_PATH: `${home}/lib` });

/** This process's user; `anybody` where the machine has no `id`, as a recording that nobody asked for one. */
export async function askUser(port: Machine): Promise<number | 'anybody' | null> {
  const answer = await port.run(['id', '-u'], { timeoutMs: 5_000, bytesMax: 4_096 });
  if (answer.kind === 'failed') return answer.reason === 'tool-missing' || answer.reason === 'unreadable' ? 'anybody' : null;
  const uid = /^[0-9]{1,10}$/.exec(answer.stdout.trim())?.[0];
  return answer.code === 0 && uid !== undefined ? Number(uid) : null;
}

export const secondOf = (ms: number): string => new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
