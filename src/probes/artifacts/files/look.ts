// Looks at files and trees: finds what there is, then reads what it has not read before, until the look's time is over.
import type { FileStat, Machine } from '../../../contract/machine.ts';
import type { Content, FileFact, TreeFact } from '../facts.ts';
import type { ArtifactsSettings, ReadingSettings } from '../settings.ts';
import { type NameOwner, ownerNames } from './owners.ts';
import { type Found, walk } from './walk.ts';

export interface FilesLook {
  readonly files: readonly FileFact[];
  readonly trees: readonly TreeFact[];
  /** In this look. */
  readonly bytesRead: number;
  readonly bytesLeft: number;
}

interface Wanted extends Found {
  readonly from: string;
  /** Null for a link, and where it could not be asked. */
  readonly stat: FileStat | null;
}

const sizeOf = ({ stat }: Wanted): number => stat?.sizeBytes ?? 0;

/** `named` are files that the manifest asks for, beside the settings’. */
export async function lookAtFiles(
  port: Machine,
  settings: Pick<ArtifactsSettings, 'files' | 'trees' | 'reading'>,
  named: readonly string[],
  earlier: readonly FileFact[],
  signal: AbortSignal,
): Promise<FilesLook> {
  const { wanted, facts, trees } = await find(port, settings, named, signal);
  if (wanted.length + facts.length === 0) return { files: [], trees, bytesRead: 0, bytesLeft: 0 };
  const nameOwner = await ownerNames(port);
  const known = new Map(earlier.flatMap(({ path, content }) => (content.kind === 'digest' ? [[path, content] as const] : [])));
  const files: FileFact[] = [...facts];
  let [bytesRead, bytesLeft] = [0, 0];
  // The small ones first: most of what is deployed is then known after the first look.
  for (const file of wanted.toSorted((a, b) => sizeOf(a) - sizeOf(b) || (a.path < b.path ? -1 : 1))) {
    const { path, from, link } = file;
    const asked = { port, file, reading: settings.reading, known: known.get(path), nameOwner, signal };
    const read = link === null ? await readContent(asked) : told({ kind: 'link', target: link.target });
    bytesRead += read.bytesRead;
    if (read.content.kind === 'not-yet') bytesLeft += Math.max(0, sizeOf(file) - read.doneBytes);
    files.push({ path, from, content: read.content });
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), trees, bytesRead, bytesLeft };
}

interface Sighted {
  readonly wanted: readonly Wanted[];
  readonly facts: readonly FileFact[];
  readonly trees: readonly TreeFact[];
}

async function find(
  port: Machine,
  { files, trees, reading }: Pick<ArtifactsSettings, 'files' | 'trees' | 'reading'>,
  named: readonly string[],
  signal: AbortSignal,
): Promise<Sighted> {
  const found = new Map<string, Omit<Wanted, 'stat'>>();
  const facts: FileFact[] = [];
  for (const entry of files) {
    const paths = await expand(port, entry, reading.filesMax);
    if (typeof paths === 'string')
      facts.push({ path: entry, from: entry, content: { kind: 'unseen', reason: 'unreadable', detail: paths } });
    else for (const path of paths) found.set(path, { path, from: entry, link: null, obstacle: null });
  }
  const walked: TreeFact[] = [];
  for (const tree of trees) {
    const { tree: fact, found: below } = await walk(port, tree, Math.max(0, reading.filesMax - found.size), signal);
    walked.push(fact);
    for (const each of below) if (!found.has(each.path)) found.set(each.path, { ...each, from: tree.path });
  }
  for (const path of named) if (!found.has(path)) found.set(path, { path, from: 'manifest', link: null, obstacle: null });
  const wanted: Wanted[] = [];
  for (const each of found.values()) wanted.push({ ...each, stat: each.link === null ? await statOf(port, each.path) : null });
  return { wanted, facts, trees: walked };
}

async function statOf(port: Machine, path: string): Promise<FileStat | null> {
  const stat = await port.stat(path);
  return stat.kind === 'stat' ? stat : null;
}

/** A pattern that fits nothing stays as it is, and is then told as missing; a sentence where it could not be followed. */
async function expand(port: Machine, entry: string, entriesMax: number): Promise<readonly string[] | string> {
  if (!/[*?[{]/.test(entry)) return [entry];
  const listed = await port.glob(entry, { entriesMax });
  if (listed.kind === 'failed') return listed.detail.slice(0, 300);
  if (listed.denied.length > 0) return `${listed.denied[0]} may not be entered`;
  if (listed.isCut) return `it fits more than ${entriesMax} files`;
  const files: string[] = [];
  for (const path of listed.paths) {
    const stat = await port.stat(path);
    if (stat.kind !== 'stat' || stat.type !== 'directory') files.push(path);
  }
  return files.length === 0 ? [entry] : files;
}

interface Reading {
  readonly port: Machine;
  readonly file: Wanted;
  readonly reading: ReadingSettings;
  readonly known: Extract<Content, { kind: 'digest' }> | undefined;
  readonly nameOwner: NameOwner;
  readonly signal: AbortSignal;
}

interface Read {
  readonly content: Content;
  readonly bytesRead: number;
  readonly doneBytes: number;
}

const told = (content: Content, bytesRead = 0): Read => ({ content, bytesRead, doneBytes: 0 });
const notYet = (doneBytes = 0): Read => ({ content: { kind: 'not-yet' }, bytesRead: 0, doneBytes });

async function readContent({ port, file: { path, stat, obstacle }, reading, known, nameOwner, signal }: Reading): Promise<Read> {
  if (obstacle !== null) return told({ kind: 'unseen', reason: 'unreadable', detail: obstacle });
  if (signal.aborted) return notYet();
  const { bytesPerSecondMax, cpuShareMax, fileBytesMax } = reading;
  const limits = { bytesMax: fileBytesMax, bytesPerSecondMax, cpuShareMax };
  const digest = await port.digestFile(
    path,
    known === undefined ? limits : { ...limits, known: { stamp: known.stamp, sha256: known.sha256 } },
  );
  switch (digest.kind) {
    case 'under-way':
      return notYet(digest.doneBytes);
    case 'missing':
      return told({ kind: 'missing' });
    case 'failed':
      if (signal.aborted && digest.reason === 'timeout') return notYet();
      return told({ kind: 'unseen', reason: digest.reason, detail: digest.detail.slice(0, 300) });
    case 'digest': {
      const { sha256, sizeBytes, stamp, bytesRead } = digest;
      const mode = stat === null ? '' : (stat.mode & 0o7777).toString(8).padStart(4, '0');
      const owner = stat === null ? '' : nameOwner(stat.uid, stat.gid);
      return told({ kind: 'digest', sha256, sizeBytes, mode, owner, stamp }, bytesRead);
    }
  }
}
