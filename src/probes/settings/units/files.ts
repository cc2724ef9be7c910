// Puts a unit together from its files, where systemd itself cannot be asked.
import type { Machine } from '../../../contract/machine.ts';
import type { Unseen } from '../facts.ts';
import { unreadable, unseen } from '../observe-file.ts';
import { lenientText } from '../read/decode.ts';
import type { Declared, EnvironmentFile } from './declared.ts';
import { assignment, unitWords } from './words.ts';

/** First found counts (systemd.unit(5), "Unit File Load Path"). */
const folders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const bytesMax = 256 * 1024;
const dropInsMax = 100;

export type FromFiles =
  | {
      readonly kind: 'declared';
      readonly declared: Declared;
      readonly files: readonly string[];
      readonly modifiedMs: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'not-found' }
  | Unseen;

export async function declaredInFiles(machine: Machine, unit: string): Promise<FromFiles> {
  const template = unit.replace(/@[^.]*\./, '@.');
  const names = template === unit ? [unit] : [unit, template];
  const fragment = await firstFile(
    machine,
    names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)),
  );
  if (fragment === null) return { kind: 'not-found' };
  if (fragment.kind === 'unseen') return fragment;
  // systemd takes an empty one for masked; a recording has one where the file was there and was not read.
  if (fragment.text.trim() === '') return unseen('unparsable', 'its unit file is empty');
  const texts = [fragment.text];
  const modifiedMs = new Map([[fragment.path, fragment.modifiedMs]]);
  for (const path of await dropIns(machine, names)) {
    const read = await readUnit(machine, path);
    if (read === null) continue;
    if (read.kind === 'unseen') return read;
    texts.push(read.text);
    modifiedMs.set(read.path, read.modifiedMs);
  }
  const declared = declaredBy(texts, unit);
  if (declared === null) return unseen('unparsable', 'its unit file uses what only systemd itself can fill in');
  return { kind: 'declared', declared, files: [...modifiedMs.keys()], modifiedMs };
}

interface UnitFile {
  readonly kind: 'unit-file';
  readonly path: string;
  readonly text: string;
  readonly modifiedMs: number;
}

async function firstFile(machine: Machine, paths: readonly string[]): Promise<UnitFile | Unseen | null> {
  for (const path of paths) {
    const read = await readUnit(machine, path);
    if (read !== null) return read;
  }
  return null;
}

/** Secret, since `Environment=` holds values. */
async function readUnit(machine: Machine, path: string): Promise<UnitFile | Unseen | null> {
  const file = await machine.readFile(path, { bytesMax, isSecret: true });
  if (file.kind === 'missing') return null;
  if (file.kind === 'failed') return unreadable(file);
  return file.isCut
    ? unseen('too-much-output', 'its unit file is too large')
    : { kind: 'unit-file', path, text: lenientText(file.bytes), modifiedMs: file.modifiedMs };
}

/** Sorted by name, whichever folder they are in; of one name the first folder's counts. */
async function dropIns(machine: Machine, names: readonly string[]): Promise<readonly string[]> {
  const byName = new Map<string, string>();
  for (const folder of names.flatMap((name) => folders.map((each) => `${each}/${name}.d`))) {
    const listed = await machine.listDirectory(folder, { entriesMax: dropInsMax });
    if (listed.kind !== 'directory') continue;
    for (const name of listed.names) if (name.endsWith('.conf') && !byName.has(name)) byName.set(name, `${folder}/${name}`);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** Null where a line cannot be understood without systemd. */
function declaredBy(texts: readonly string[], unit: string): Declared | null {
  const assignments: (readonly [string, string])[] = [];
  const files: EnvironmentFile[] = [];
  const unset: string[] = [];
  for (const [name, raw] of texts.flatMap(serviceLines)) {
    // An empty assignment takes back everything of its kind so far.
    if (raw === '')
      (({ Environment: assignments, EnvironmentFile: files, UnsetEnvironment: unset }) as Record<string, unknown[]>)[name]!.length = 0;
    const text = withSpecifiers(raw, unit);
    const words = text === null ? null : unitWords(text);
    if (text === null || words === null) return null;
    if (name === 'Environment') assignments.push(...words.map(assignment).filter((pair) => pair !== null));
    else if (name === 'UnsetEnvironment') unset.push(...words);
    else if (text !== '') files.push({ path: text.replace(/^-/, '').trim(), isOptional: text.startsWith('-') });
  }
  return { assignments, files, unset };
}

const lineOfInterest = /^\s*(Environment|EnvironmentFile|UnsetEnvironment)\s*=\s*(.*?)\s*$/s;

function serviceLines(text: string): readonly (readonly [name: string, value: string])[] {
  let section = '';
  const lines: (readonly [string, string])[] = [];
  for (const line of text.replaceAll(/\\\r?\n(?:[ \t]*[#;].*\n)*/g, ' ').split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    if (header !== null) section = header[1]!;
    const match = lineOfInterest.exec(line);
    if (match !== null && ['Service', 'Socket', 'Mount', 'Swap'].includes(section)) lines.push([match[1]!, match[2]!]);
  }
  return lines;
}

/** Those that follow from the unit's name; any other one depends on the machine. */
function withSpecifiers(text: string, unit: string): string | null {
  const prefix = unit.replace(/\.[^.]*$/, '');
  const at = prefix.indexOf('@');
  const instance = at === -1 ? '' : prefix.slice(at + 1);
  const known: Readonly<Record<string, string>> = {
    n: unit,
    N: prefix,
    p: at === -1 ? prefix : prefix.slice(0, at),
    i: instance,
    '%': '%',
  };
  let isKnown = true;
  const filled = text.replaceAll(/%(.)/g, (whole, letter: string) => {
    if (letter === 'I')
      return instance
        .replaceAll('-', '/')
        .replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (known[letter] === undefined) isKnown = false;
    return known[letter] ?? whole;
  });
  return isKnown ? filled : null;
}
