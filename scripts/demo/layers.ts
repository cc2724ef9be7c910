// Lays the folders that a machine of the demonstration is made of over each other.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Filling, fill } from './template.ts';

export interface Layered {
  /** Content of machine.yaml; without what only certificates and packages tell. */
  readonly machine: Tree;
  /** Of agent.yaml. */
  readonly agent: Tree;
  /** What `rpm -qa` prints, one package a line. */
  readonly packages: string;
  /** Path on the machine to content. */
  readonly files: ReadonlyMap<string, string>;
}

export type Tree = { readonly [key: string]: unknown };

/** Of two layers that say the same, the later one counts. */
export function layer(folders: readonly string[], filling: Filling): Layered {
  return {
    machine: treeFrom(folders, 'machine.yaml', filling),
    agent: treeFrom(folders, 'agent.yaml', filling),
    packages: rpmList(
      folders.flatMap((folder) => readIf(join(folder, 'packages.txt'))?.split('\n') ?? []),
      filling.now,
    ),
    files: new Map(folders.flatMap((folder) => filesBelow(join(folder, 'files'), '', filling))),
  };
}

function treeFrom(folders: readonly string[], name: string, filling: Filling): Tree {
  const texts = folders.map((folder) => readIf(join(folder, name))).filter((text) => text !== null);
  return texts.reduce<Tree>((tree, text) => merged(tree, parse(fill(text, filling)) as Tree), {});
}

/** Maps are joined; of a list the later layer's come first, since the first that fits a question answers it. */
function merged(under: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    if (isTree(value) && isTree(below)) result[key] = merged(below, value);
    else result[key] = Array.isArray(value) && Array.isArray(below) ? [...value, ...below] : value;
  }
  return result;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const readIf = (file: string): string | null =>
  statSync(file, { throwIfNoEntry: false }) === undefined ? null : readFileSync(file, 'utf8');

function filesBelow(folder: string, path: string, filling: Filling): [string, string][] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(join(folder, entry.name), inside, filling);
    return [[inside, fill(readFileSync(join(folder, entry.name), 'utf8'), filling)] as [string, string]];
  });
}

/** Before the boot, so that none of them asks for another. */
const installedAgoMs = 80 * 24 * 3_600_000;

/** Kernels stand side by side; of any other package a layer's version takes the place of those below it. */
function rpmList(lines: readonly string[], now: number): string {
  const installedAt = Math.floor((now - installedAgoMs) / 1_000);
  const found = new Map<string, string>();
  for (const line of lines.filter((each) => each !== '' && !each.startsWith('#'))) {
    const [name = '', epoch, version, release, architecture] = line.split(' ');
    const key = name.startsWith('kernel') ? line : `${name}.${architecture}`;
    found.set(key, [name, epoch, version, release, architecture, installedAt].join('\t'));
  }
  return `${[...found.values()].sort().join('\n')}\n`;
}
