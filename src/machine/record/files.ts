// Builds the file system of a recording out of what was asked about: links first, then folders, contents and mere names.
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Failed, FileRead, FileStat } from '../../contract/machine.ts';
import type { RecordedMachineFile } from '../recorded-schema.ts';
import { treeAt } from '../tree.ts';
import { keptContent } from './content.ts';
import type { Notebook } from './notebook.ts';

export type FilesPart = Pick<RecordedMachineFile, 'modified' | 'stats' | 'denied' | 'unreadable' | 'cut'>;

export interface WrittenFiles {
  readonly part: FilesPart;
  readonly count: number;
  /** Paths whose content was left out as a whole. */
  readonly withheld: readonly string[];
}

export async function writeFiles(root: string, notes: Notebook): Promise<WrittenFiles> {
  await mkdir(root, { mode: 0o700 });
  const known = gather(notes);
  const place = new Places(root);
  for (const [path, target] of known.links) await place.link(path, target);
  for (const path of known.folders) await place.folder(path);
  const withheld: string[] = [];
  for (const [path, content] of known.contents) {
    const kept = notes.secrets.has(path) ? secretContent : keptBytes(path, content);
    if (kept.isWithheld) withheld.push(path);
    await place.file(path, kept.bytes);
  }
  for (const path of known.names) await place.name(path, known.gone.has(path));
  return { part: await inodes(known, place), count: known.contents.size, withheld };
}

/** One file, read from one end or both. */
interface Content {
  readonly start: FileRead | null;
  readonly end: FileRead | null;
}

interface Known {
  /** Shortest first, so that a link to a folder is there before what lies below it. */
  readonly links: readonly (readonly [string, string])[];
  readonly folders: ReadonlySet<string>;
  readonly contents: ReadonlyMap<string, Content>;
  readonly names: ReadonlySet<string>;
  /** Named by a listing, but a link that leads nowhere. */
  readonly gone: ReadonlySet<string>;
  readonly stats: ReadonlyMap<string, FileStat>;
  readonly denied: ReadonlySet<string>;
  readonly unreadable: ReadonlySet<string>;
  readonly cut: ReadonlySet<string>;
}

function gather(notes: Notebook): Known {
  const [folders, names, gone, denied, unreadable, cut] = Array.from({ length: 6 }, () => new Set<string>()) as [
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
  ];
  const contents = new Map<string, Content>();
  const stats = new Map<string, FileStat>();
  const links: (readonly [string, string])[] = [];
  const refuse = (path: string, { reason }: Failed) => (reason === 'denied' ? denied : unreadable).add(path);
  for (const [end, read] of [['start', notes.starts] as const, ['end', notes.ends] as const]) {
    for (const [path, answer] of read) {
      if (answer.kind === 'missing') gone.add(path);
      else if (answer.kind === 'failed') refuse(path, answer);
      else contents.set(path, { start: null, end: null, ...contents.get(path), [end]: answer });
    }
  }
  for (const [path, answer] of notes.stats) {
    if (answer.kind === 'missing') gone.add(path);
    else if (answer.kind === 'failed') refuse(path, answer);
    else stats.set(path, answer);
    if (answer.kind === 'stat') (answer.type === 'directory' ? folders : names).add(path);
  }
  for (const [path, answer] of notes.listings) {
    if (answer.kind === 'failed') refuse(path, answer);
    if (answer.kind !== 'directory') continue;
    folders.add(path);
    if (answer.isCut) cut.add(path);
    for (const name of answer.names) names.add(posix.join(path, name));
  }
  for (const [pattern, answer] of notes.globs) {
    if (answer.kind === 'failed') continue;
    if (answer.isCut) cut.add(pattern);
    for (const path of answer.paths) names.add(path);
    for (const path of answer.denied) denied.add(path);
    for (const path of answer.denied) folders.add(path);
  }
  for (const [path, answer] of notes.realPaths) {
    if (answer.kind === 'failed') refuse(path, answer);
    if (answer.kind !== 'real-path') continue;
    names.add(answer.path);
    if (answer.path !== path) links.push([path, answer.path]);
  }
  for (const [path, { start, end }] of contents) if (start?.isCut !== false && end?.isCut !== false) cut.add(path);
  links.sort(([a], [b]) => a.length - b.length);
  return { links, folders, contents, names, gone, stats, denied, unreadable, cut };
}

const secretContent = { bytes: Buffer.from('[redacted]\n'), isWithheld: true } as const;

/** The part from the start, and behind it the part from the end; the hole between them is left out. */
function keptBytes(path: string, { start, end }: Content): { bytes: Uint8Array; isWithheld: boolean } {
  const head = start === null ? null : keptContent(path, start.bytes, false);
  const isWhole = start !== null && !start.isCut;
  const tail = end === null || isWhole ? null : keptContent(path, end.bytes, end.isCut);
  return {
    bytes: Buffer.concat([head?.bytes ?? new Uint8Array(), tail?.bytes ?? new Uint8Array()]),
    isWithheld: (head?.isWithheld ?? false) || (tail?.isWithheld ?? false),
  };
}

async function inodes(known: Known, place: Places): Promise<FilesPart> {
  const modified: Record<string, string> = {};
  const stats: FilesPart['stats'] = {};
  for (const [path, { start, end }] of known.contents) {
    const read = start ?? end!;
    const real = await place.real(path);
    modified[real] = new Date(read.modifiedMs).toISOString();
    stats[real] = { sizeBytes: read.sizeBytes };
  }
  for (const [path, stat] of known.stats) {
    const real = await place.real(path);
    const { kind: _, modifiedMs, mode, ...rest } = stat;
    modified[real] = new Date(modifiedMs).toISOString();
    stats[real] = { ...rest, mode: mode.toString(8).padStart(4, '0') };
  }
  const reals = async (paths: ReadonlySet<string>) => [...new Set(await Promise.all([...paths].map((path) => place.real(path))))].sort();
  const { denied, unreadable, cut } = known;
  return {
    modified,
    stats,
    denied: await reals(denied),
    unreadable: await reals(unreadable),
    cut: [...new Set([...cut, ...(await reals(cut))])].sort(),
  };
}

/** Writes below the root only: every path is resolved inside it before it is opened. */
class Places {
  readonly #root: string;
  readonly #tree: ReturnType<typeof treeAt>;

  constructor(root: string) {
    this.#root = root;
    this.#tree = treeAt(root);
  }

  async link(path: string, target: string): Promise<void> {
    if ((await this.real(path)) === target) return;
    const at = await this.#ready(path);
    if (!(await exists(at))) await symlink(target, at);
  }

  async folder(path: string): Promise<void> {
    await this.#makeFolder(await this.real(path));
  }

  async file(path: string, bytes: Uint8Array): Promise<void> {
    await writeFile(await this.#ready(await this.real(path)), bytes, { mode: 0o600 });
  }

  /** A file of which only the name is known; nothing where something is there already. */
  async name(path: string, isGone: boolean): Promise<void> {
    const at = await this.#ready(isGone ? path : await this.real(path));
    if (await exists(at)) return;
    await (isGone ? symlink('/nonexistent', at) : writeFile(at, '', { mode: 0o600 }));
  }

  /** Where the path leads inside the recording; itself where nothing is there yet. */
  async real(path: string): Promise<string> {
    const normal = posix.normalize(path).replace(/(.)\/$/, '$1');
    const answer = await this.#tree.realPath(normal);
    if (answer.kind === 'real-path') return answer.path;
    const target = await this.#danglingTarget(normal);
    if (target !== null) return target;
    return normal === '/' ? normal : posix.join(await this.real(posix.dirname(normal)), posix.basename(normal));
  }

  async #danglingTarget(path: string): Promise<string | null> {
    if (path === '/') return null;
    const at = join(this.#root, await this.real(posix.dirname(path)), posix.basename(path));
    const stats = await lstat(at).catch(() => null);
    // Links are written by this class only, and lead to real paths of the machine.
    return stats?.isSymbolicLink() === true ? (await import('node:fs/promises')).readlink(at) : null;
  }

  async #ready(path: string): Promise<string> {
    const folder = await this.real(posix.dirname(path));
    await this.#makeFolder(folder);
    return join(this.#root, folder, posix.basename(path));
  }

  async #makeFolder(real: string): Promise<void> {
    await mkdir(join(this.#root, real), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      // A name was a file to one question and a folder to the next: what was learnt first stays.
      if (!(error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR'))) throw error;
    });
  }
}

const exists = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null)) !== null;
