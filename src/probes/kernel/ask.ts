// The questions that several parts of this probe put to the machine: a text file, a tool, or what a capture left of a tool.
import type { Exited, Failed, Machine, Missing } from '../../contract/machine.ts';
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
  const file = await port.readFile(`${capture.folder}/${capture.name}.capture`, { bytesMax: answerBytesMax });
  if (file.kind !== 'file' || file.isCut) return null;
  const parsed = parseCapture(file.bytes);
  const age = parsed === null ? Number.NaN : port.now() - parsed.atMs;
  // A capture from the future was made under another clock.
  if (parsed === null || !(age >= -60_000 && age <= ageMaxMs)) return null;
  return { ...parsed, kind: 'told', learntFrom: `capture of ${tool}` };
}

/** `understudy-capture/1`: header lines, an empty line, then stdout of the stated length and stderr. */
export function parseCapture(bytes: Uint8Array): { atMs: number; code: number; stdout: string; stderr: string } | null {
  const text = Buffer.from(bytes);
  const end = text.indexOf('\n\n');
  const head = end < 0 ? '' : text.toString('utf8', 0, end);
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  const atMs = Date.parse(field('at'));
  const length = Number(field('stdout'));
  const code = Number(field('exit') || Number.NaN);
  if (!head.startsWith('understudy-capture/1\n') || Number.isNaN(atMs) || !Number.isInteger(code) || !Number.isInteger(length)) return null;
  const body = text.subarray(end + 2);
  return { atMs, code, stdout: body.toString('utf8', 0, length), stderr: body.toString('utf8', length) };
}

/** What could not be looked at, with the reason that the port gave. */
export const unseenFrom = (answer: Failed): UnseenPart => partUnseen(answer.reason, answer.detail.slice(0, 300));

export const dayOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 10));
