// Puts one question to a container runtime: to the runtime itself, or to what a capture left of its answer.
import { parseDurationMs } from '../../../contract/duration.ts';
import type { Exited, Failed, Machine } from '../../../contract/machine.ts';
import { capturePath, parseCapture } from '../../../formats/capture.ts';
import type { ContainerSettings } from '../settings.ts';

/** A thousand images of podman's are 1.2 MB. */
const answerBytesMax = 4_194_304;
/** A store on a slow disk with many layers takes seconds; one that is locked waits for whoever pulls. */
const timeoutMs = 30_000;

export type Argv = readonly [string, ...string[]];

export interface Question {
  /** One question in the spellings of several generations of the tool, the one that tells least first. */
  readonly spellings: readonly [Argv, ...Argv[]];
  /** Name of the capture that holds root's answer. */
  readonly capture: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Told {
  readonly kind: 'told';
  readonly stdout: string;
  readonly stderr: string;
  readonly learntFrom: string;
  /** Minutes; null where the runtime itself answered. */
  readonly ageMinutes: number | null;
}

export interface Asking {
  readonly port: Machine;
  readonly settings: ContainerSettings;
}

/** The runtime itself; the capture where this user may not ask it. */
export async function askOrCapture(asking: Asking, question: Question): Promise<Told | Failed> {
  const answer = await askDirectly(asking.port, question);
  if (answer.kind === 'told' || answer.reason === 'unreadable') return answer;
  return (await askCapture(asking, question)) ?? answer;
}

export async function askDirectly(port: Machine, { spellings, env }: Question): Promise<Told | Failed> {
  let best: Failed | undefined;
  for (const argv of spellings) {
    const answer = await port.run(argv, { timeoutMs, bytesMax: answerBytesMax, ...(env === undefined ? {} : { env }) });
    const told = answer.kind === 'exited' ? concluded(answer, `${argv[0]} ${argv[1]}`) : answer;
    if (answer.kind === 'exited' ? !isOtherGeneration(answer) : !isNoAnswer(answer)) return told;
    best ??= told.kind === 'failed' ? told : undefined;
  }
  return best!;
}

/** It has no such field or function in its templates. */
const isOtherGeneration = ({ code, stderr }: Exited): boolean =>
  code !== 0 && /can't evaluate field|not defined|template parsing error|unknown flag/i.test(stderr);

const isNoAnswer = ({ reason }: Failed): boolean => reason === 'tool-missing' || reason === 'unreadable';

/** Null where there is no capture at all. */
export async function askCapture({ port, settings }: Asking, { capture }: Pick<Question, 'capture'>): Promise<Told | Failed | null> {
  const path = capturePath(capture, settings.captureFolder);
  const file = await port.readFile(path, { bytesMax: answerBytesMax + 16_384 });
  if (file.kind === 'missing') return null;
  if (file.kind === 'failed') return file;
  const parsed = file.isCut ? null : parseCapture(file.bytes);
  if (parsed === null) return failed('unreadable', `${path} is no capture`);
  const ageMs = port.now() - parsed.at;
  // A capture from the future was made under another clock.
  if (!(ageMs >= -60_000 && ageMs <= (parseDurationMs(settings.captureStaleAfter) ?? 0)))
    return failed('unreadable', `${path} is older than ${settings.captureStaleAfter}, or from the future`);
  const told = concluded({ kind: 'exited', code: parsed.code, stdout: parsed.stdout, stderr: parsed.stderr }, `capture ${capture}`);
  return told.kind === 'told' ? { ...told, ageMinutes: ageMs / 60_000 } : told;
}

function concluded(answer: Exited, learntFrom: string): Told | Failed {
  if (answer.code === 0) return { kind: 'told', stdout: answer.stdout, stderr: answer.stderr, learntFrom, ageMinutes: null };
  const said = `${answer.stderr}\n${answer.stdout}`;
  if (/permission denied|operation not permitted|must be root|requires root/i.test(said))
    return failed('denied', `${learntFrom}: this user may not ask it`);
  if (
    /cannot connect|connection refused|no such host|no such file or directory|context deadline exceeded|is the docker daemon running/i.test(
      said,
    )
  )
    return failed('unreadable', `${learntFrom}: what it asks does not answer; it may not be running`);
  // 127 is what a capture leaves of a command that is not there.
  return failed(answer.code === 127 ? 'tool-missing' : 'unreadable', `${learntFrom} ended with exit code ${answer.code}`);
}

export function noteAge(ages: Map<string, number>, answer: Told | Failed): void {
  if (answer.kind === 'told' && answer.ageMinutes !== null) ages.set(answer.learntFrom.replace(/^capture /, ''), answer.ageMinutes);
}

export const failed = (reason: Failed['reason'], detail: string): Failed => ({ kind: 'failed', reason, detail });
