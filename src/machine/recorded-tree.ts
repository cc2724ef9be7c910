// The file system of a recorded machine: a folder as root, with what a folder cannot keep (owners, times, what was
// denied) said beside it.
import { posix } from 'node:path';
import { failed, missing } from './failure.ts';
import type { RecordedMachineFile, RecordedStat } from './recorded-schema.ts';
import { type Tree, treeAt } from './tree.ts';

export function recordedTree(
  root: string,
  recorded: Pick<RecordedMachineFile, 'now' | 'modified' | 'stats' | 'denied' | 'unreadable' | 'cut'>,
): Tree {
  const tree = treeAt(root);
  const denied = new Set(recorded.denied.map(normal));
  const unreadable = new Set(recorded.unreadable.map(normal));
  const cut = new Set(recorded.cut);
  const stats = new Map(Object.entries(recorded.stats).map(([path, stat]) => [normal(path), inode(stat)]));
  const modified = new Map(Object.entries(recorded.modified).map(([path, at]) => [normal(path), { modifiedMs: Date.parse(at) }]));
  const isInsideDenied = (path: string): boolean =>
    path !== '/' && (denied.has(posix.dirname(path)) || isInsideDenied(posix.dirname(path)));
  const refuse = (path: string) => failed('denied', `opening ${path}: permission denied`);
  const refusal = (paths: readonly string[], asked: string) => {
    if (paths.some((path) => denied.has(path))) return refuse(asked);
    return paths.some((path) => unreadable.has(path)) ? failed('unreadable', `opening ${asked}: it could not be read`) : null;
  };
  /** A file that may not be opened need not be kept in the folder to be there. */
  const absentee = (path: string, asked: string) => refusal([path], asked) ?? missing;
  return {
    realPath: async (path) => {
      const asked = normal(path);
      if (isInsideDenied(asked)) return refuse(path);
      const answer = await tree.realPath(path);
      return answer.kind === 'missing' ? absentee(asked, path) : answer;
    },
    locate: async (path, use) => {
      const asked = normal(path);
      if (isInsideDenied(asked)) return refuse(path);
      const place = await tree.locate(path, use);
      if (place.kind === 'missing') return absentee(asked, path);
      if (place.kind !== 'located') return place;
      if (isInsideDenied(place.path)) return refuse(path);
      return use === 'inode' ? place : (refusal([asked, place.path], path) ?? place);
    },
    recordedMs: Date.parse(recorded.now),
    said: (path) => ({ ...modified.get(path), ...stats.get(path), ...(cut.has(path) ? { isCut: true } : {}) }),
  };
}

const normal = (path: string): string => {
  const short = posix.normalize(path);
  return short.length > 1 && short.endsWith('/') ? short.slice(0, -1) : short;
};

const inode = ({ mode, ...stat }: RecordedStat) => ({ ...stat, ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }) });
