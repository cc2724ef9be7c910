// Finds the paths that a pattern names, in a walk that ends: each real directory is visited once for each part of the
// pattern, what is found and what is looked at are bounded, and an abort stops it between two directories.
import type { Dirent, Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Failed, Globbed } from '../contract/machine.ts';
import { readEntries } from './directory.ts';
import { failed, failureOf } from './failure.ts';
import { compileGlob, type GlobPart } from './glob-pattern.ts';
import type { Tree } from './tree.ts';

/** Entries looked at in one walk. `/etc` of a full server holds some 3,000; a pattern that meets more names the wrong place. */
const looksMax = 200_000;

/** Directories that could not be entered are named up to this many; one is enough to know that sight is partial. */
const deniedMax = 100;

interface Walk {
  readonly tree: Tree;
  readonly entriesMax: number;
  readonly signal: AbortSignal;
  readonly found: Set<string>;
  readonly denied: Set<string>;
  /** `device:inode:part` of every directory visited, with the parts of the pattern that were still to match there. */
  readonly visited: Set<string>;
  /** Directories reached through a link come last, so that a file is reported under its real path where it has one. */
  readonly linked: Visit[];
  looks: number;
  isCut: boolean;
}

interface Visit {
  readonly directory: string;
  readonly parts: readonly GlobPart[];
}

export async function globIn(tree: Tree, pattern: string, entriesMax: number, signal: AbortSignal): Promise<Globbed | Failed> {
  const alternatives = compileGlob(pattern);
  if (typeof alternatives === 'string') return failed('unreadable', `the pattern ${pattern} ${alternatives}`);
  const walk: Walk = {
    tree,
    entriesMax,
    signal,
    found: new Set(),
    denied: new Set(),
    visited: new Set(),
    linked: [],
    looks: 0,
    isCut: false,
  };
  // Inside one alternative; another one may have to pass through the same directories again.
  for (const parts of alternatives) {
    walk.visited.clear();
    const waiting: Visit[] = [{ directory: '/', parts }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop() ?? walk.linked.pop()) {
      if (signal.aborted) return failed('timeout', `the search for ${pattern} was ended by the time limit`);
      await visit(walk, next, waiting);
      if (isFull(walk)) break;
    }
    walk.linked.length = 0;
  }
  const isCut = walk.isCut || tree.said?.(pattern).isCut === true;
  return { kind: 'globbed', paths: [...walk.found].sort().slice(0, entriesMax), isCut, denied: [...walk.denied].sort() };
}

function isFull(walk: Walk): boolean {
  walk.isCut ||= walk.found.size > walk.entriesMax || walk.looks > looksMax;
  return walk.isCut;
}

async function visit(walk: Walk, { directory, parts }: Visit, waiting: Visit[]): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  if (part.kind === 'name') return visitNamed(walk, posix.join(directory, part.name), rest, waiting);
  const place = await walk.tree.locate(directory, 'open');
  if (place.kind === 'missing') return;
  if (place.kind === 'failed') return deny(walk, directory, place);
  try {
    const { dev, ino, size } = await stat(place.hostPath);
    const key = `${dev}:${ino}:${parts.length}`;
    if (walk.visited.has(key)) return;
    walk.visited.add(key);
    if (part.kind === 'any-depth') waiting.push({ directory, parts: rest });
    await visitEntries(walk, directory, await readEntries(place.hostPath, size), parts, waiting);
  } catch (error) {
    const answer = failureOf(error, `listing ${directory}`);
    if (answer.kind === 'failed') deny(walk, directory, answer);
  }
}

async function visitNamed(walk: Walk, path: string, rest: readonly GlobPart[], waiting: Visit[]): Promise<void> {
  walk.looks += 1;
  if (rest.length > 0) {
    waiting.push({ directory: path, parts: rest });
    return;
  }
  const stats = await entryAt(walk, path);
  if (stats !== null) walk.found.add(path);
}

/** The entry itself, be it a link that leads nowhere; null where there is none or its directory could not be entered. */
async function entryAt(walk: Walk, path: string): Promise<Stats | null> {
  const parent = posix.dirname(path);
  const place = await walk.tree.locate(parent, 'inode');
  if (place.kind === 'failed') deny(walk, parent, place);
  if (place.kind !== 'located') return null;
  try {
    return await lstat(posix.join(place.hostPath, posix.basename(path)));
  } catch (error) {
    const answer = failureOf(error, `looking at ${path}`);
    if (answer.kind === 'failed') deny(walk, parent, answer);
    return null;
  }
}

function deny(walk: Walk, directory: string, failure: Failed): void {
  // A circle of links leads to no file, so nothing is hidden by it.
  if (failure.reason === 'denied' && walk.denied.size < deniedMax) walk.denied.add(directory);
}

async function visitEntries(
  walk: Walk,
  directory: string,
  entries: AsyncIterable<Dirent> | Iterable<Dirent>,
  parts: readonly GlobPart[],
  waiting: Visit[],
): Promise<void> {
  const [part, ...rest] = parts;
  const deeper = part?.kind === 'any-depth' ? parts : rest;
  const directories: Visit[] = [];
  for await (const entry of entries) {
    walk.looks += 1;
    if (isFull(walk) || walk.signal.aborted) break;
    if (part === undefined || !accepts(part, entry.name)) continue;
    const path = posix.join(directory, entry.name);
    if (deeper.length === 0) walk.found.add(path);
    else if (entry.isDirectory()) directories.push({ directory: path, parts: deeper });
    else if (!entry.isFile() && (await leadsToDirectory(walk, path))) walk.linked.push({ directory: path, parts: deeper });
  }
  waiting.push(...directories.sort((a, b) => (a.directory < b.directory ? 1 : -1)));
  walk.linked.sort((a, b) => (a.directory < b.directory ? 1 : -1));
}

/** As a shell does, a wildcard passes over names that begin with a dot unless the pattern does too. */
function accepts(part: GlobPart, name: string): boolean {
  switch (part.kind) {
    case 'name':
      return part.name === name;
    case 'any-depth':
      return !name.startsWith('.');
    case 'match':
      return part.expression.test(name);
  }
}

async function leadsToDirectory(walk: Walk, path: string): Promise<boolean> {
  const place = await walk.tree.locate(path, 'inode');
  if (place.kind === 'failed') deny(walk, path, place);
  if (place.kind !== 'located') return false;
  try {
    return (await stat(place.hostPath)).isDirectory();
  } catch (error) {
    const answer = failureOf(error, `looking at ${path}`);
    if (answer.kind === 'failed') deny(walk, path, answer);
    return false;
  }
}
