// Where the paths of a machine lie on this host: as they are for the machine itself, or below a folder that stands in
// for its root, whose links then lead to places inside that folder and never out of it.
import { lstat, readlink, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Failed, FileStat, Missing } from '../contract/machine.ts';
import { failed, failureOf, missing } from './failure.ts';

export interface Tree {
  /** `open`: the file's bytes or the directory's names are wanted, which may be denied where its inode is not. */
  locate(path: string, use: 'inode' | 'open'): Promise<Located | Missing | Failed>;
  realPath(path: string): Promise<{ readonly kind: 'real-path'; readonly path: string } | Missing | Failed>;
  /** What a recording says in place of the host's own inode. Takes the real path. */
  readonly said?: (path: string) => Partial<FileStat> & { readonly isCut?: boolean };
  /** Epoch milliseconds of the recorded moment: what a copy made later is stamped with is not newer than that. */
  readonly recordedMs?: number;
}

export interface Located {
  readonly kind: 'located';
  /** Where to open it on this host. */
  readonly hostPath: string;
  /** On the machine, with links followed as far as this tree follows them itself. */
  readonly path: string;
}

/** The kernel's own limit on one walk (path_resolution(7)). */
const linksMax = 40;

export function treeAt(root: string): Tree {
  return root === '/' ? hostTree : rootedTree(root);
}

const hostTree: Tree = {
  locate: async (path) => {
    const given = askedPath(path);
    return given.kind === 'failed' ? given : { kind: 'located', hostPath: given.path, path: given.path };
  },
  realPath: async (path) => {
    const given = askedPath(path);
    if (given.kind === 'failed') return given;
    try {
      return { kind: 'real-path', path: await realpath(given.path) };
    } catch (error) {
      return failureOf(error, `resolving ${path}`);
    }
  },
};

function rootedTree(root: string): Tree {
  const realPath: Tree['realPath'] = async (path) => {
    const given = askedPath(path);
    return given.kind === 'failed' ? given : walk(root, given.path);
  };
  return {
    realPath,
    locate: async (path) => {
      const real = await realPath(path);
      return real.kind === 'real-path' ? { kind: 'located', hostPath: join(root, real.path), path: real.path } : real;
    },
  };
}

function askedPath(path: string): { readonly kind: 'path'; readonly path: string } | Failed {
  if (!path.startsWith('/')) return failed('unreadable', `${path} is not an absolute path`);
  if (path.includes('\0')) return failed('unreadable', 'a path cannot hold a null byte');
  return { kind: 'path', path };
}

async function walk(root: string, path: string): ReturnType<Tree['realPath']> {
  const rest = path.split('/').reverse();
  let at = '/';
  let linksFollowed = 0;
  while (rest.length > 0) {
    const name = rest.pop()!;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = posix.dirname(at);
      continue;
    }
    const next = posix.join(at, name);
    const step = await stepInto(join(root, next), path);
    if (step.kind === 'link') {
      linksFollowed += 1;
      if (linksFollowed > linksMax) return failed('unreadable', `resolving ${path}: the links lead in a circle`);
      if (step.target.startsWith('/')) at = '/';
      rest.push(...step.target.split('/').reverse());
    } else if (step.kind === 'entry') {
      if (!step.isDirectory && rest.some((left) => left !== '' && left !== '.')) return missing;
      at = next;
    } else {
      return step;
    }
  }
  return { kind: 'real-path', path: at };
}

type Step =
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'entry'; readonly isDirectory: boolean }
  | Missing
  | Failed;

async function stepInto(hostPath: string, asked: string): Promise<Step> {
  try {
    const stats = await lstat(hostPath);
    if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(hostPath) };
    return { kind: 'entry', isDirectory: stats.isDirectory() };
  } catch (error) {
    return failureOf(error, `resolving ${asked}`);
  }
}
