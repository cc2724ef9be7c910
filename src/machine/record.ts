// Writes a machine into a folder that can stand in for it: only what the looks asked about, and no secret of it.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { redactArgv, redactText } from '../redaction/redact.ts';
import { cloudEntry } from './record/cloud.ts';
import { writeFiles } from './record/files.ts';
import { dialEntries, dnsEntries, lookupEntries } from './record/network.ts';
import { Notebook, notedSource } from './record/notebook.ts';
import type { RecordedCommand, RecordedDigest, RecordedMachineFile } from './recorded-schema.ts';
import type { MachineSource } from './source.ts';

export interface RecordOptions {
  /** Looks at the machine; every answer that it gets is recorded. */
  readonly run: (machine: MachineSource) => Promise<void>;
}

export interface Recorded {
  readonly folder: string;
  readonly commands: number;
  readonly files: number;
  /** Files that may hold keys (key stores) and of which only the name was kept: what depends on them does not replay. */
  readonly withheld: readonly string[];
}

/** The folder is in the way: it holds something already. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** Output longer than this goes into a file of its own, so that machine.yaml stays readable. */
const inlineCharsMax = 2_000;

/** Creates the folder, readable by its owner only. Throws RecordRefused for one that is not empty. */
export async function recordMachine(source: MachineSource, folder: string, { run }: RecordOptions): Promise<Recorded> {
  await takeFolder(folder);
  const now = new Date(source.now()).toISOString();
  const notes = new Notebook();
  await run(notedSource(source, notes));
  const { part, count, withheld } = await writeFiles(join(folder, 'files'), notes);
  const commands = await writeCommands(folder, notes);
  const { entries: dials, chains } = dialEntries(notes);
  for (const [name, pem] of chains) await write(join(folder, name), pem);
  const machine = {
    now,
    ...unameOf(notes),
    commands,
    ...socketsOf(notes),
    ...processesOf(notes),
    lookups: lookupEntries(notes),
    dns: dnsEntries(notes),
    dials,
    ...digestsOf(notes),
    ...cloudEntry(notes),
    ...part,
    cut: notes.processes?.kind === 'processes' && notes.processes.isCut ? [...part.cut, 'processes'] : part.cut,
  };
  const { stringify } = await import('yaml');
  await write(join(folder, 'machine.yaml'), stringify(machine, { lineWidth: 0, aliasDuplicateObjects: false }));
  return { folder, commands: commands.length, files: count, withheld };
}

const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600, flag: 'wx' });

async function takeFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  if ((await readdir(folder)).length > 0) throw new RecordRefused(`${folder} is not empty: give a new folder to record into`);
}

/** Its parent must be there: Node's recursive mkdir never returns below /proc (v26.10). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function writeCommands(folder: string, notes: Notebook): Promise<readonly Partial<RecordedCommand>[]> {
  const commands: Partial<RecordedCommand>[] = [];
  for (const [argv, answer] of notes.commands) {
    const words = redactArgv([posix.basename(argv[0] ?? ''), ...argv.slice(1)]);
    if (answer.kind === 'failed') {
      // A program that is not there is told by its absence from the list.
      if (answer.reason !== 'tool-missing') commands.push({ argv: [...words], failed: answer.reason, detail: redactText(answer.detail) });
      continue;
    }
    const name = `output-${commands.length + 1}`;
    commands.push({
      argv: [...words],
      exit: answer.code,
      ...(await writeStream(folder, name, 'stdout', answer.stdout)),
      ...(await writeStream(folder, name, 'stderr', answer.stderr)),
    });
  }
  return commands;
}

async function writeStream(folder: string, name: string, stream: 'stdout' | 'stderr', text: string): Promise<Partial<RecordedCommand>> {
  const kept = redactText(text);
  if (kept === '') return {};
  if (kept.length <= inlineCharsMax) return { [stream]: kept };
  const file = `${name}.${stream}.txt`;
  await write(join(folder, file), kept);
  return { [`${stream}File`]: file };
}

function unameOf({ uname }: Notebook): Pick<RecordedMachineFile, 'uname'> | undefined {
  if (uname?.kind !== 'uname') return undefined;
  const { kind: _, ...words } = uname;
  return { uname: words };
}

function socketsOf({ listeners }: Notebook): Pick<RecordedMachineFile, 'listeners'> | undefined {
  return listeners?.kind === 'listeners' ? { listeners: listeners.sockets.map((socket) => ({ ...socket })) } : undefined;
}

function processesOf({ processes }: Notebook): Pick<RecordedMachineFile, 'processes'> | undefined {
  if (processes?.kind !== 'processes') return undefined;
  return {
    processes: processes.processes.map(({ startedMs, argv, ...process }) => ({
      ...process,
      argv: [...redactArgv(argv)],
      started: new Date(startedMs).toISOString(),
    })),
  };
}

function digestsOf({ digests }: Notebook): Partial<Pick<RecordedMachineFile, 'digests'>> {
  const entries = [...digests].flatMap(([path, answer]): readonly (readonly [string, RecordedDigest])[] => {
    if (answer.kind === 'missing') return [];
    if (answer.kind === 'failed') return [[path, { failed: answer.reason, detail: redactText(answer.detail) }]];
    const { sizeBytes } = answer;
    return [[path, answer.kind === 'digest' ? { sha256: answer.sha256, sizeBytes } : { doneBytes: answer.doneBytes, sizeBytes }]];
  });
  return entries.length === 0 ? {} : { digests: Object.fromEntries(entries) };
}
