// A folder that stands in for a machine: in tests, in bug reports, in demonstrations.
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Machine } from '../contract/machine.ts';
import { redactArgv } from '../redaction/redact.ts';
import { failed } from './failure.ts';
import { fileQuestions } from './files.ts';
import { searchPath } from './program.ts';
import { cloudQuestion } from './recorded-cloud.ts';
import { RecordedMachineError, readRecordedFile } from './recorded-file.ts';
import { networkQuestions } from './recorded-network.ts';
import type { RecordedCommand, RecordedMachineFile } from './recorded-schema.ts';
import { asksTheSame, showFromOthers } from './recorded-spelling.ts';
import { recordedTree } from './recorded-tree.ts';
import type { MachineSource } from './source.ts';
import type { Tree } from './tree.ts';
import { untilAborted } from './until-aborted.ts';

export interface RecordedMachine extends MachineSource {
  readonly folder: string;
}

/** Throws a RecordedMachineError that says with file and line what is wrong. */
export async function openRecorded(folder: string): Promise<RecordedMachine> {
  const recorded = await readRecordedFile(folder);
  const commands = await Promise.all(recorded.commands.map((command) => withTexts(folder, command)));
  const network = await networkQuestions(folder, recorded);
  const tree = recordedTree(join(folder, 'files'), recorded);
  const now = Date.parse(recorded.now);
  return {
    folder,
    now: () => now,
    forLook: (signal) =>
      untilAborted(
        {
          now: () => now,
          uname: async () => (recorded.uname === undefined ? notRecorded('uname') : { kind: 'uname', ...recorded.uname }),
          run: async (argv, limits) => runRecorded(commands, argv, limits),
          ...fileQuestions(tree, signal),
          ...processQuestions(recorded, tree, signal),
          ...network,
          ...cloudQuestion(recorded.cloud),
          digestFile: async (path, limits) => (await import('./recorded-digest.ts')).digestRecorded(recorded, tree, path, limits, signal),
          pause: async () => {},
        },
        signal,
      ),
  };
}

const notRecorded = (what: string) => failed('unreadable', `the recording holds no ${what}`);

interface CommandWithTexts extends RecordedCommand {
  readonly stdout: string;
  readonly stderr: string;
}

async function withTexts(folder: string, command: RecordedCommand): Promise<CommandWithTexts> {
  const text = async (given: string | undefined, name: string | undefined): Promise<string> => {
    if (name === undefined) return given ?? '';
    try {
      return await readFile(join(folder, name), 'utf8');
    } catch (error) {
      throw new RecordedMachineError(`${join(folder, name)}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  };
  return { ...command, stdout: await text(command.stdout, command.stdoutFile), stderr: await text(command.stderr, command.stderrFile) };
}

async function runRecorded(
  commands: readonly CommandWithTexts[],
  argv: readonly string[],
  limits: { readonly bytesMax: number },
): ReturnType<Machine['run']> {
  const program = posix.basename(argv[0] ?? '');
  const ofProgram = ofProgramAt(commands, argv[0] ?? '');
  if (ofProgram.length === 0) return failed('tool-missing', `${program} is not installed`);
  // A recording has lost the secrets of a command line, so the question is compared without them, too.
  const command =
    ofProgram.find((each) => hasArguments(each, argv)) ??
    ofProgram.find((each) => hasArguments(each, redactArgv(argv))) ??
    ofProgram.find((each) => asksTheSame(each.argv, argv));
  if (command?.failed !== undefined) return failed(command.failed, command.detail ?? cannedDetail[command.failed](program));
  const answered = ofProgram.filter((each) => each.failed === undefined);
  const answer = command ?? showFromOthers(answered, argv);
  if (answer === null) return notRecorded(`answer of ${argv.join(' ')}`);
  const { exit, stdout, stderr } = answer;
  if (Buffer.byteLength(stdout) > limits.bytesMax || Buffer.byteLength(stderr) > limits.bytesMax) {
    return failed('too-much-output', cannedDetail['too-much-output'](program));
  }
  return { kind: 'exited', code: exit, stdout, stderr };
}

/**
 * Commands of the program by its name, wherever it lies; but a program outside the system's own folders, of which a machine may have
 * several, answers for itself: by its path, and where nothing was recorded by that, by its bare name.
 */
function ofProgramAt(commands: readonly CommandWithTexts[], path: string): readonly CommandWithTexts[] {
  const program = posix.basename(path);
  const named = commands.filter((command) => posix.basename(command.argv[0] ?? '') === program);
  if (!isOwn(path)) return named;
  const same = named.filter((command) => command.argv[0] === path);
  return [...same, ...named.filter((command) => !isOwn(command.argv[0] ?? ''))];
}

const isOwn = (path: string): boolean => path.startsWith('/') && !searchPath.includes(posix.dirname(path));

const hasArguments = (command: RecordedCommand, argv: readonly string[]): boolean =>
  command.argv.length === argv.length && command.argv.every((word, at) => at === 0 || word === argv[at]);

const cannedDetail = {
  timeout: (program) => `${program} did not end within its time limit`,
  'too-much-output': (program) => `${program} printed more than is read of it`,
  denied: (program) => `${program} may not be run by this user`,
  'tool-missing': (program) => `${program} is not installed`,
  unreadable: (program) => `${program} could not be run`,
} satisfies Record<NonNullable<RecordedCommand['failed']>, (program: string) => string>;

/** What machine.yaml does not say is read from files/proc, as the kernel would have shown it. */
function processQuestions(recorded: RecordedMachineFile, tree: Tree, signal: AbortSignal): Pick<Machine, 'listeners' | 'processes'> {
  const { listeners, processes } = recorded;
  const now = Date.parse(recorded.now);
  return {
    listeners: async () => {
      if (listeners === undefined) return (await import('./listeners.ts')).readListeners(tree, signal);
      return {
        kind: 'listeners',
        sockets: listeners.map(({ address, port, pid = null, command = null }) => ({ address, port, pid, command })),
      };
    },
    processes: async ({ entriesMax }) => {
      if (processes === undefined) {
        const { readProcesses } = await import('./processes.ts');
        return readProcesses({ tree, bootMs: now, expectsInit: false }, entriesMax, signal);
      }
      const all = processes.map(({ started, ...process }) => ({ ...process, startedMs: Date.parse(started ?? recorded.now) }));
      return {
        kind: 'processes',
        processes: all.slice(0, entriesMax),
        isCut: all.length > entriesMax || recorded.cut.includes('processes'),
      };
    },
  };
}
