// Prometheus' file_sd: files by name or by a pattern in one folder, each read again when it is another than before.
import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob } from 'node:path';
import { readTextFile } from '../../config/text-file.ts';
import type { Clock } from '../../daemon/clock.ts';
import { type FoundList, unreadList } from './found.ts';
import { jsonList, yamlList } from './list-text.ts';
import type { Source } from './source.ts';
import { readTargetList } from './target-list.ts';

/** Tens of thousands of targets. JSON is parsed at once; as much YAML would hold everything else up for a second. */
const jsonBytesMax = 8 * 1024 ** 2;
const yamlBytesMax = 1024 ** 2;

const filesMax = 1_000;
/** What may lie beside them. */
const namesMax = 100_000;

interface Watched {
  readonly list: FoundList;
  /** Another one means another content; null to read it again whatever it is. */
  readonly stamp: string | null;
}

export interface FileSourceParts {
  readonly patterns: readonly string[];
  readonly clock: Clock;
  /** Lists as they were when they were last known, of whatever source. */
  readonly known: readonly FoundList[];
}

export function fileSource({ patterns, clock, known }: FileSourceParts): Source {
  const files = new Map<string, Watched>();
  for (const { key } of known) if (patterns.some((pattern) => isOf(key, pattern))) files.set(key, unread(key, known));
  let problems: readonly string[] = [];
  return {
    lists: () => [...files.keys()].sort().map((path) => files.get(path)!.list),
    problems: () => problems,
    refresh: async () => {
      const matched = await Promise.all(patterns.map((pattern) => matches(pattern, [...files.keys()])));
      const paths = [...new Set(matched.flatMap((one) => one.paths))];
      const read = await inTurns(paths.slice(0, filesMax), (path) => readAgain(path, files.get(path) ?? unread(path, known), clock.now()));
      files.clear();
      for (const watched of read) files.set(watched.list.key, watched);
      const isTooMany = paths.length > filesMax;
      problems = [
        ...matched.flatMap(({ problem }) => (problem === null ? [] : [problem])),
        ...(isTooMany ? [`${patterns.join(', ')} match ${paths.length} files; only ${filesMax} of them are read`] : []),
      ];
    },
  };
}

const unread = (path: string, known: readonly FoundList[]): Watched => ({ list: unreadList(path, path, known), stamp: null });

const hasWildcard = (pattern: string): boolean => /[*?[\]{}]/.test(basename(pattern));

const isOf = (path: string, pattern: string): boolean =>
  path === pattern || (dirname(path) === dirname(pattern) && hasWildcard(pattern) && matchesGlob(basename(path), basename(pattern)));

interface Matched {
  readonly paths: readonly string[];
  readonly problem: string | null;
}

/** A file that goes takes its targets with it; a folder that cannot be looked into takes nothing. */
async function matches(pattern: string, known: readonly string[]): Promise<Matched> {
  if (!hasWildcard(pattern)) return { paths: [pattern], problem: null };
  const [folder, form] = [dirname(pattern), basename(pattern)];
  const paths: string[] = [];
  let seen = 0;
  try {
    for await (const { name } of await opendir(folder)) {
      if (++seen > namesMax)
        return { paths, problem: `${folder} holds more than ${namesMax} names; what comes after them is not looked at` };
      if (matchesGlob(name, form)) paths.push(join(folder, name));
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such folder' : `it cannot be looked into (${code ?? String(error)})`;
    return { paths: known.filter((path) => isOf(path, pattern)), problem: `${folder}: ${why}; what its files named before stays` };
  }
  return { paths: paths.sort(), problem: paths.length === 0 ? `no file matches ${pattern}` : null };
}

/** One after the other: a thousand files at once would be a thousand buffers. */
async function inTurns(paths: readonly string[], read: (path: string) => Promise<Watched>): Promise<readonly Watched[]> {
  const all: Watched[] = [];
  for (const path of paths) all.push(await read(path));
  return all;
}

async function readAgain(path: string, before: Watched, now: number): Promise<Watched> {
  const { list } = before;
  const stamp = await stampOf(path);
  if (stamp !== null && stamp === before.stamp) return before;
  const isJson = /\.json$/i.test(path);
  const read = await readTextFile(path, isJson ? jsonBytesMax : yamlBytesMax);
  // Looked at again each time: rights and mounts change nothing about the file itself.
  if (read.kind === 'missing') return { list: { ...list, trouble: `${path}: there is no such file` }, stamp: null };
  if (read.kind === 'wrong') {
    const place = read.line === undefined ? '' : `:${read.line}:1`;
    return { list: { ...list, trouble: `${path}${place}: ${read.message}` }, stamp: null };
  }
  const text = isJson ? jsonList(read.text, path) : await yamlList(read.text, path);
  const parsed = text.kind === 'broken' ? text : readTargetList(text);
  if (parsed.kind === 'broken') return { list: { ...list, trouble: parsed.trouble }, stamp };
  return { list: { ...list, found: parsed.found, goodAt: now, trouble: null, complaints: parsed.complaints }, stamp };
}

/** Null where it cannot be told; reading then says why. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}
