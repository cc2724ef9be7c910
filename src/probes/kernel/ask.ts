// The questions that several parts of this probe put to the machine: a text file, a tool, or what a capture left of a tool.
import type { Exited, Failed, Machine, Missing } from '../../contract/machine.ts';
import { capturePath, parseCapture } from '../../formats/capture.ts';
import { partUnseen, type UnseenPart } from './facts.ts';

/** State files and configurations here are a few KiB; a patch plan with 300 titles is about 60 KiB. */
const stateBytesMax = 1_048_576;
/** Twice the longest list seen (updateinfo of a year's backlog, 2,500 packages of rpm). */
const answerBytesMax = 4_194_304;
/** Captures are made hourly; one that is three hours old was missed twice. */
const captureAgeMaxMs = 3 * 3_600_000;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
  readonly modifiedMs: number;
}

/** A whole text file; one that is longer than any such file is `too-much-output`, one with NUL bytes `unreadable`. */
export async function readText(port: Machine, path: string, bytesMax = stateBytesMax): Promise<Text | Missing | Failed> {
  const file = await port.readFile(path, { bytesMax });
  if (file.kind !== 'file') return file;
  if (file.isCut) return { kind: 'failed', reason: 'too-much-output', detail: `${path} is longer than ${bytesMax} bytes` };
  if (file.text.includes('\0')) return { kind: 'failed', reason: 'unreadable', detail: `${path} is no text file` };
  return { kind: 'text', text: file.text, modifiedMs: file.modifiedMs };
}

export const runTool = (port: Machine, argv: readonly [string, ...string[]], timeoutMs = 20_000): Promise<Exited | Failed> =>
  port.run(argv, { timeoutMs, bytesMax: answerBytesMax });

export interface Told {
  readonly kind: 'told';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `uptrack-show`, or `capture of uptrack-show`. */
  readonly learntFrom: string;
}

/**
 * Runs a tool that usually only root may run; where it says so, or may not be started, takes what the capture unit of
 * that name left. The first failure is told when there is no usable capture.
 */
export async function askRootTool(
  port: Machine,
  argv: readonly [string, ...string[]],
  capture: { readonly folder: string; readonly name: string },
  isRefusal: (answer: Exited) => boolean,
): Promise<Told | Failed> {
  const answer = await runTool(port, argv);
  if (answer.kind === 'exited' && !isRefusal(answer)) return { ...answer, kind: 'told', learntFrom: argv.join(' ') };
  const captured = await readCapture(port, capture, argv.join(' '));
  if (captured !== null) return captured;
  return answer.kind === 'failed' ? answer : { kind: 'failed', reason: 'denied', detail: `${argv.join(' ')} needs root` };
}

/** Null where there is none, or none that is young enough. */
export async function readCapture(
  port: Machine,
  capture: { readonly folder: string; readonly name: string },
  tool: string,
  ageMaxMs = captureAgeMaxMs,
): Promise<(Told & { readonly atMs: number }) | null> {
  const file = await port.readFile(capturePath(capture.name, capture.folder), { bytesMax: answerBytesMax });
  if (file.kind !== 'file' || file.isCut) return null;
  const parsed = parseCapture(file.bytes);
  const age = parsed === null ? Number.NaN : port.now() - parsed.at;
  // A capture from the future was made under another clock.
  if (parsed === null || !(age >= -60_000 && age <= ageMaxMs)) return null;
  const { at, code, stdout, stderr } = parsed;
  return { kind: 'told', code, stdout, stderr, atMs: at, learntFrom: `capture of ${tool}` };
}

/**
 * The first of several spellings that the machine understands: a client of another generation has one of them, and a
 * recording may hold only one. A tool that was run and failed has answered.
 */
export async function firstAnswer(
  ask: (argv: Argv) => Promise<Told | Failed>,
  spellings: readonly [Argv, ...Argv[]],
): Promise<Told | Failed> {
  let best: Failed | undefined;
  for (const argv of spellings) {
    const answer = await ask(argv);
    if (answer.kind === 'told' || (answer.reason !== 'tool-missing' && answer.reason !== 'unreadable')) return answer;
    if (best === undefined || best.reason === 'tool-missing') best = answer;
  }
  return best!;
}

export type Argv = readonly [string, ...string[]];

/** What could not be looked at, with the reason that the port gave. */
export const unseenFrom = (answer: Failed): UnseenPart => partUnseen(answer.reason, answer.detail.slice(0, 300));

export const dayOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 10));
