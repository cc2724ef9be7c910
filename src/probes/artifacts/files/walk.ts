// Walks a tree of files without ever leaving it: a link is told by where it leads, and never followed.
import type { Machine } from '../../../contract/machine.ts';
import type { TreeFact } from '../facts.ts';
import type { TreeSettings } from '../settings.ts';
import { ignoring } from './ignore.ts';

/** No deployment is as deep; a file system that is mounted into itself is. */
const depthMax = 40;

export interface Found {
  readonly path: string;
  /** Null for a file; where a link leads, relative to the tree where that is inside it. */
  readonly link: { readonly target: string | null } | null;
  /** Why it cannot be read whatever is tried; null for most. */
  readonly obstacle: string | null;
}

export interface Walked {
  readonly tree: TreeFact;
  readonly found: readonly Found[];
}

export async function walk(port: Machine, { path, ignore }: TreeSettings, entriesMax: number, signal: AbortSignal): Promise<Walked> {
  const root = await port.realPath(path);
  if (root.kind === 'missing') return { tree: treeFact(path, 'missing', 'there is no such folder'), found: [] };
  if (root.kind === 'failed') return { tree: treeFact(path, 'unseen', root.detail), found: [] };
  const walking: Walking = {
    port,
    root: root.path,
    shown: path.replace(/\/+$/, '') || '/',
    entriesMax,
    signal,
    isIgnored: ignoring(ignore),
    found: [],
    denied: [],
    isCut: false,
  };
  const waiting: Folder[] = [{ relative: '', depth: 0 }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const problem = await visit(walking, next, waiting);
    if (problem !== null) return { tree: treeFact(path, 'unseen', problem), found: walking.found };
    if (walking.isCut) break;
  }
  const state = walking.isCut ? treeFact(path, 'cut', 'it holds more than may be looked at') : treeFact(path, 'whole', '');
  return { tree: { ...state, denied: walking.denied.toSorted().slice(0, 50) }, found: walking.found };
}

const treeFact = (path: string, state: TreeFact['state'], detail: string): TreeFact => ({
  path,
  state,
  detail: detail.slice(0, 300),
  denied: [],
});

interface Folder {
  /** Empty for the tree itself, else with a slash at its end. */
  readonly relative: string;
  readonly depth: number;
}

interface Walking {
  readonly port: Machine;
  /** Without links. */
  readonly root: string;
  /** As the settings call it. */
  readonly shown: string;
  readonly entriesMax: number;
  readonly signal: AbortSignal;
  readonly isIgnored: (relative: string) => boolean;
  readonly found: Found[];
  readonly denied: string[];
  isCut: boolean;
}

/** Why the whole tree cannot be seen, or null. */
async function visit(walking: Walking, folder: Folder, waiting: Folder[]): Promise<string | null> {
  const { port, root, entriesMax } = walking;
  const listed = await port.listDirectory(`${root}/${folder.relative}`.replace(/\/+$/, '') || '/', { entriesMax: entriesMax + 1 });
  if (walking.signal.aborted) return 'the look ended before the tree was walked';
  // A folder that went away meanwhile holds nothing.
  if (listed.kind === 'missing') return folder.depth === 0 ? 'it went away while it was looked at' : null;
  if (listed.kind === 'failed') {
    if (folder.depth === 0) return listed.detail;
    walking.denied.push(shownPath(walking, folder.relative).replace(/\/$/, ''));
    return null;
  }
  for (const name of listed.names) {
    const relative = folder.relative + name;
    if (walking.isIgnored(relative)) continue;
    walking.isCut = walking.found.length >= entriesMax || waiting.length >= entriesMax || folder.depth >= depthMax;
    if (walking.isCut) return null;
    await meet(walking, relative, folder.depth, waiting);
  }
  walking.isCut ||= listed.isCut;
  return null;
}

async function meet(walking: Walking, relative: string, depth: number, waiting: Folder[]): Promise<void> {
  const { port, root, found } = walking;
  const path = shownPath(walking, relative);
  const own = root === '/' ? `/${relative}` : `${root}/${relative}`;
  const real = await port.realPath(own);
  // A name of other bytes than UTF-8 is listed and then not found.
  const obstacle = real.kind === 'missing' && relative.includes('\ufffd') ? 'its name is not UTF-8' : null;
  // What is listed and leads nowhere is a link to nothing; what may not be resolved is said when it is read.
  const leadsNowhere = real.kind === 'missing' && obstacle === null;
  if (real.kind !== 'real-path') return void found.push({ path, link: leadsNowhere ? { target: null } : null, obstacle });
  if (real.path !== own) return void found.push({ path, link: { target: within(root, real.path) }, obstacle });
  const stat = await port.stat(own);
  if (stat.kind === 'stat' && stat.type === 'directory') waiting.push({ relative: `${relative}/`, depth: depth + 1 });
  else if (stat.kind !== 'stat' || stat.type === 'file') found.push({ path, link: null, obstacle });
}

const within = (root: string, real: string): string => (real.startsWith(`${root}/`) ? real.slice(root.length + 1) : real);

const shownPath = ({ shown }: Walking, relative: string): string => (shown === '/' ? `/${relative}` : `${shown}/${relative}`);
