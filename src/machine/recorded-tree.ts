// The file system of a recorded machine: a folder as root, with what a folder cannot keep (owners, times, what was
// denied) said beside it.
import { posix } from 'node:path';
import { failed } from './failure.ts';
import type { RecordedMachineFile, RecordedStat } from './recorded-schema.ts';
import { type Tree, treeAt } from './tree.ts';

export function recordedTree(root: string, recorded: Pick<RecordedMachineFile, 'modified' | 'stats' | 'denied' | 'cut'>): Tree {
  const tree = treeAt(root);
  const denied = new Set(recorded.denied.map(normal));
  const cut = new Set(recorded.cut);
  const stats = new Map(Object.entries(recorded.stats).map(([path, stat]) => [normal(path), inode(stat)]));
  const modified = new Map(Object.entries(recorded.modified).map(([path, at]) => [normal(path), { modifiedMs: Date.parse(at) }]));
  const isInsideDenied = (path: string): boolean =>
    path !== '/' && (denied.has(posix.dirname(path)) || isInsideDenied(posix.dirname(path)));
  const refuse = (path: string) => failed('denied', `opening ${path}: permission denied`);
  return {
    realPath: async (path) => (isInsideDenied(normal(path)) ? refuse(path) : tree.realPath(path)),
    locate: async (path, use) => {
      const asked = normal(path);
      if (isInsideDenied(asked) || (use === 'open' && denied.has(asked))) return refuse(path);
      const place = await tree.locate(path, use);
      // A denied file need not be kept in the folder to be there.
      if (place.kind === 'missing' && denied.has(asked)) return refuse(path);
      if (place.kind !== 'located') return place;
      return isInsideDenied(place.path) || (use === 'open' && denied.has(place.path)) ? refuse(path) : place;
    },
    said: (path) => ({ ...modified.get(path), ...stats.get(path), ...(cut.has(path) ? { isCut: true } : {}) }),
  };
}

const normal = (path: string): string => {
  const short = posix.normalize(path);
  return short.length > 1 && short.endsWith('/') ? short.slice(0, -1) : short;
};

const inode = ({ mode, ...stat }: RecordedStat) => ({ ...stat, ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }) });
