// A machine made of canned answers for one test: written as a folder, opened as any recorded machine is, removed afterwards.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { openRecorded, type RecordedMachine } from '../../src/machine/recorded.ts';
import type { RecordedMachineFile } from '../../src/machine/recorded-schema.ts';

type Optional<T> = { readonly [K in keyof T]?: T[K] extends readonly (infer E)[] ? readonly Loose<E>[] : T[K] };

/** What machine.yaml gives a default may be left out. */
type Loose<E> = E extends object
  ? { readonly [K in keyof E]?: E[K] extends object | undefined ? Loose<NonNullable<E[K]>> | undefined : E[K] }
  : E;

export interface MachineOnPaper extends Omit<Optional<RecordedMachineFile>, 'uname' | 'now'> {
  readonly now?: string;
  /** As an object, or as `uname -a` prints it. */
  readonly uname?: Partial<NonNullable<RecordedMachineFile['uname']>> | string;
  /** Absolute path on the machine to content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Absolute path on the machine to the target of the link there. */
  readonly links?: Readonly<Record<string, string>>;
  /** Files beside machine.yaml (`stdoutFile`, `chainFiles`). */
  readonly beside?: Readonly<Record<string, string | Uint8Array>>;
}

export async function recordedMachine(paper: MachineOnPaper = {}): Promise<RecordedMachine> {
  return openRecorded(writeRecorded(paper));
}

/** The folder alone, for tests of what opens it. */
export function writeRecorded(paper: MachineOnPaper = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { files = {}, links = {}, beside = {}, now = '2026-11-23T12:00:00Z', ...machine } = paper;
  mkdirSync(join(folder, 'files'));
  for (const [path, content] of Object.entries(files)) put(join(folder, 'files', path), (at) => writeFileSync(at, content));
  for (const [path, target] of Object.entries(links)) put(join(folder, 'files', path), (at) => symlinkSync(target, at));
  for (const [name, content] of Object.entries(beside)) put(join(folder, name), (at) => writeFileSync(at, content));
  writeFileSync(join(folder, 'machine.yaml'), stringify({ now, ...machine }));
  return folder;
}

function put(path: string, write: (path: string) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  write(path);
}
