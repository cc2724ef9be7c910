// Looks at the environment with which systemd would start a unit now: its assignments, then the files that it names, later ones first.
import type { Source } from './facts.ts';
import { namedKeys, type OneRead, seen } from './keys.ts';
import { fileBytesMax, tooMany, unreadable, unseen, valuesIn } from './observe-file.ts';
import type { Look, Target } from './target.ts';
import { type EnvironmentFile, unsetFrom } from './units/declared.ts';
import { declaredBySystemd, type UnitSight } from './units/unit.ts';

export interface UnitEnvironment {
  readonly content: Source['content'];
  readonly missingFiles: readonly string[];
  /** Epoch milliseconds of the last change, by path. */
  readonly modifiedMs: ReadonlyMap<string, number>;
}

/** Files that one unit's patterns may lead to. */
const filesMax = 100;

export async function observeUnit(target: Target, look: Look, sight: UnitSight): Promise<UnitEnvironment> {
  const found = await declaredBySystemd(look.machine, target.where, sight);
  if (found.kind === 'not-found') return withoutFiles({ kind: 'missing', detail: found.detail });
  if (found.kind === 'unseen') return withoutFiles(found);
  const { assignments, files, unset } = found.declared;
  const values = new Map(assignments);
  const read = await readAll(files, look);
  if ('kind' in read) return withoutFiles(read);
  const from = new Map<string, string>();
  for (const one of read.files) {
    for (const [name, value] of one.values) {
      values.set(name, value);
      from.set(name, one.path);
    }
  }
  unsetFrom(values, unset);
  const texts = new Map([...values].map(([name, text]): [string, OneRead] => [name, { kind: 'scalar', text }]));
  const modifiedMs = new Map(read.files.map((one) => [one.path, one.modifiedMs]));
  const strayIn = read.files
    .filter(({ strayLines }) => strayLines.length > 0)
    .map(({ path: file, strayLines }) => ({ file, lines: [...strayLines] }));
  return {
    content: seen(await namedKeys(texts, target, look, from), { strayIn: strayIn.toSorted((a, b) => (a.file < b.file ? -1 : 1)) }),
    missingFiles: read.missing,
    modifiedMs,
  };
}

const withoutFiles = (content: Source['content']): UnitEnvironment => ({ content, missingFiles: [], modifiedMs: new Map() });

interface FilesRead {
  readonly files: readonly FileValues[];
  readonly missing: readonly string[];
}

interface FileValues {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  /** `export X=1` is one. */
  readonly strayLines: readonly number[];
  readonly modifiedMs: number;
}

/** What cannot be read of one file leaves all of it unseen: any key could be set there. */
async function readAll(named: readonly EnvironmentFile[], look: Look): Promise<FilesRead | Exclude<Source['content'], { kind: 'seen' }>> {
  const files: FileValues[] = [];
  const missing: string[] = [];
  for (const file of named) {
    const paths = await pathsOf(file, look);
    if (!Array.isArray(paths)) return paths;
    if (paths.length === 0 && !file.isOptional) missing.push(file.path);
    for (const path of paths) {
      const read = await readOne(path, look);
      if (read.kind === 'missing') {
        if (!file.isOptional) missing.push(path);
      } else if (read.kind !== 'values') return read;
      else files.push(read.file);
    }
  }
  return { files, missing: [...new Set(missing)].sort() };
}

async function pathsOf({ path }: EnvironmentFile, { machine }: Look): Promise<string[] | Extract<Source['content'], { kind: 'unseen' }>> {
  if (!/[*?[]/.test(path)) return [path];
  const listed = await machine.glob(path, { entriesMax: filesMax });
  if (listed.kind === 'failed') return unreadable(listed);
  if (listed.isCut || listed.denied.length > 0) return unseen('denied', `not all of its environment files ${path} could be seen`);
  return [...listed.paths];
}

type OneFile =
  | { readonly kind: 'values'; readonly file: FileValues }
  | { readonly kind: 'missing' }
  | Exclude<Source['content'], { kind: 'seen' | 'missing' }>;

async function readOne(path: string, { machine }: Look): Promise<OneFile> {
  const file = await machine.readFile(path, { bytesMax: fileBytesMax, isSecret: true });
  if (file.kind === 'missing') return file;
  if (file.kind === 'failed') {
    const { reason, detail } = unreadable(file);
    return unseen(reason, `its environment file ${path}: ${detail}`);
  }
  if (file.isCut) return unseen('too-much-output', `its environment file ${path} is too large`);
  const read = await valuesIn(file.bytes, 'systemd-env');
  if (read.kind === 'too-many') return tooMany(read);
  if (read.kind === 'unparsable') return { kind: 'unparsable', detail: `its environment file ${path}: ${read.where}` };
  const values = new Map([...read.values].map(([name, { text }]) => [name, text]));
  return { kind: 'values', file: { path, values, strayLines: read.strayLines, modifiedMs: file.modifiedMs } };
}
