// Builds the file system of a recording out of what was asked about: links first, then folders, contents and mere names.
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { DirectoryListed, Failed, FileRead, FileStat, Globbed, Missing } from '../../contract/machine.ts';
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
  return { part: await inodes(known, new Set([...notes.secrets, ...notes.secretSizes]), place), count: known.contents.size, withheld };
}

/** One file, read from one end or both. */
interface Content {
  readonly start: FileRead | null;
  readonly end: FileRead | null;
}

interface Known {
  /** Shortest first, so that a link to a folder is there before what lies below it. */
  readonly links: (readonly [string, string])[];
  readonly folders: Set<string>;
  readonly contents: Map<string, Content>;
  readonly names: Set<string>;
  /** Asked about and not there; where a listing names it all the same, it is a link that leads nowhere. */
  readonly gone: Set<string>;
  readonly stats: Map<string, FileStat>;
  readonly denied: Set<string>;
  readonly unreadable: Set<string>;
  readonly cut: Set<string>;
}

function gather(notes: Notebook): Known {
  const known: Known = {
    links: [],
    folders: new Set(),
    contents: new Map(),
    names: new Set(),
    gone: new Set(),
    stats: new Map(),
    denied: new Set(),
    unreadable: new Set(),
    cut: new Set(),
  };
  for (const [path, answer] of notes.starts) if (isThere(known, path, answer)) known.contents.set(path, { start: answer, end: null });
  for (const [path, answer] of notes.ends) {
    if (isThere(known, path, answer)) known.contents.set(path, { start: known.contents.get(path)?.start ?? null, end: answer });
  }
  for (const [path, { start, end }] of known.contents) if (start?.isCut !== false && end?.isCut !== false) known.cut.add(path);
  // Whoever replays it must not take the mark that stands in its place for its content.
  for (const path of notes.secrets) if (known.contents.has(path)) known.unreadable.add(path);
  for (const [path, answer] of notes.stats) if (isThere(known, path, answer)) addStat(known, path, answer);
  for (const [path, answer] of notes.listings) if (isThere(known, path, answer)) addListing(known, path, answer);
  for (const [pattern, answer] of notes.globs) if (answer.kind === 'globbed') addGlob(known, pattern, answer);
  for (const [path, answer] of notes.realPaths) if (isThere(known, path, answer)) addRealPath(known, path, answer.path);
  known.links.sort(([a], [b]) => a.length - b.length);
  return known;
}

function isThere<A extends { readonly kind: string }>(known: Known, path: string, answer: A | Missing | Failed): answer is A {
  if (answer.kind === 'missing') known.gone.add(path);
  else if (answer.kind === 'failed') ((answer as Failed).reason === 'denied' ? known.denied : known.unreadable).add(path);
  else return true;
  return false;
}

function addStat(known: Known, path: string, stat: FileStat): void {
  known.stats.set(path, stat);
  (stat.type === 'directory' ? known.folders : known.names).add(path);
}

function addListing(known: Known, path: string, { names, isCut }: DirectoryListed): void {
  known.folders.add(path);
  if (isCut) known.cut.add(path);
  for (const name of names) known.names.add(posix.join(path, name));
}

function addGlob(known: Known, pattern: string, { paths, isCut, denied }: Globbed): void {
  if (isCut) known.cut.add(pattern);
  for (const path of paths) known.names.add(path);
  for (const path of denied) {
    known.denied.add(path);
    known.folders.add(path);
  }
}

function addRealPath(known: Known, path: string, real: string): void {
  known.names.add(real);
  if (real !== path) known.links.push([path, real]);
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

/** The size of a secret file is the length of the secret where it holds nothing else. */
async function inodes(known: Known, secrets: ReadonlySet<string>, place: Places): Promise<FilesPart> {
  const modified: Record<string, string> = {};
  const stats: FilesPart['stats'] = {};
  for (const [path, { start, end }] of known.contents) {
    const read = start ?? end!;
    const real = await place.real(path);
    modified[real] = new Date(read.modifiedMs).toISOString();
    if (!secrets.has(path)) stats[real] = { sizeBytes: read.sizeBytes };
  }
  for (const [path, stat] of known.stats) {
    const real = await place.real(path);
    const { kind: _, modifiedMs, mode, sizeBytes, ...rest } = stat;
    modified[real] = new Date(modifiedMs).toISOString();
    stats[real] = { ...rest, ...(secrets.has(path) ? {} : { sizeBytes }), mode: mode.toString(8).padStart(4, '0') };
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
