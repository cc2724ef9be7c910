// Finds the Oracle homes of a machine: what the central inventory, oratab and the settings list, each home once.
import type { Machine } from '../../contract/machine.ts';
import { readText, unseenFrom } from './ask.ts';
import { type Captures, captureOf } from './captures.ts';
import { partUnseen, type Source } from './facts.ts';
import { type ListedHome, type OratabEntry, parseInventory, parseOraInst, parseOratab, withoutSlash } from './inventory-parse.ts';
import { type DbpatchSettings, isNamed } from './settings.ts';

const oraInst = '/etc/oraInst.loc';
const oratab = '/etc/oratab';
/** More than any machine has; what comes behind is said by the inventory being cut. */
const homesMax = 64;

export interface FoundHome {
  /** As the inventory has it: opatch knows the home by that path only. */
  readonly path: string;
  /** Other paths to the same folder. */
  readonly aliases: readonly string[];
  readonly name: string | null;
  readonly isGrid: boolean;
  readonly isInOratab: boolean;
}

export interface Found {
  readonly sources: readonly Source[];
  readonly homes: readonly FoundHome[];
  /** Entries of oratab that are databases. */
  readonly entries: readonly OratabEntry[];
  /** When the inventory was captured, where it was learnt from a capture. */
  readonly inventoryCapturedMs: number | null;
}

export async function findHomes(port: Machine, settings: DbpatchSettings, captures: Captures): Promise<Found> {
  const [inventory, table] = await Promise.all([lookAtInventory(port, captures), lookAtOratab(port)]);
  const listed: readonly Listing[] = [
    ...inventory.homes.map((home) => ({ ...home, isInOratab: false })),
    ...table.entries.map(({ path, kind }) => ({ path, name: null, isGrid: kind !== 'database', isInOratab: true })),
    ...settings.homes.map((path) => ({ path: withoutSlash(path), name: null, isGrid: false, isInOratab: false })),
  ];
  const homes = (await eachOnce(port, listed)).filter(
    (home) => ![home.path, ...home.aliases].some((path) => isNamed(path, settings.ignoreHomes)),
  );
  return {
    sources: [inventory.source, table.source],
    homes: homes.slice(0, homesMax),
    entries: table.entries.filter(({ kind, name }) => kind === 'database' && !isNamed(name, settings.ignoreDatabases)),
    inventoryCapturedMs: inventory.capturedMs,
  };
}

interface Listing {
  readonly path: string;
  readonly name: string | null;
  readonly isGrid: boolean;
  readonly isInOratab: boolean;
}

interface InventoryLook {
  readonly source: Source;
  readonly homes: readonly ListedHome[];
  readonly capturedMs: number | null;
}

async function lookAtInventory(port: Machine, captures: Captures): Promise<InventoryLook> {
  const pointer = await readText(port, oraInst);
  const nothing = (path: string, state: Source['state']): InventoryLook => ({
    source: { name: 'inventory', path, state },
    homes: [],
    capturedMs: null,
  });
  if (pointer.kind === 'missing') return nothing(oraInst, { kind: 'missing' });
  if (pointer.kind === 'failed') return nothing(oraInst, unseenFrom(pointer));
  const folder = parseOraInst(pointer.text);
  if (folder === null) return nothing(oraInst, partUnseen('unparsable', `${oraInst} names no inventory`));
  const path = `${folder}/ContentsXML/inventory.xml`;
  const file = await readText(port, path);
  if (file.kind === 'text') {
    const homes = parseInventory(file.text);
    if (homes === null) return nothing(path, partUnseen('unparsable', `${path} is no inventory`));
    return { source: { name: 'inventory', path, state: { kind: 'seen', learntFrom: path } }, homes, capturedMs: null };
  }
  return (
    capturedInventory(captures, path) ??
    nothing(path, file.kind === 'missing' ? partUnseen('unreadable', `${path} is not there`) : unseenFrom(file))
  );
}

/** The folder of the inventory is often open to its group only, which the owner of a home is in. */
function capturedInventory(captures: Captures, path: string): InventoryLook | null {
  const capture = captureOf(captures, 'inventory', {}, null);
  const homes = capture === null || capture.code !== 0 ? null : parseInventory(capture.stdout);
  if (capture === null || homes === null) return null;
  return { source: { name: 'inventory', path, state: { kind: 'seen', learntFrom: `capture of ${path}` } }, homes, capturedMs: capture.at };
}

async function lookAtOratab(port: Machine): Promise<{ readonly source: Source; readonly entries: readonly OratabEntry[] }> {
  const file = await readText(port, oratab);
  const as = (state: Source['state'], entries: readonly OratabEntry[] = []) => ({
    source: { name: 'oratab', path: oratab, state } as const,
    entries,
  });
  switch (file.kind) {
    case 'missing':
      return as({ kind: 'missing' });
    case 'failed':
      return as(unseenFrom(file));
    case 'text':
      return as({ kind: 'seen', learntFrom: oratab }, parseOratab(file.text));
  }
}

/** One folder is one home, whatever the links that lead to it. */
async function eachOnce(port: Machine, listed: readonly Listing[]): Promise<readonly FoundHome[]> {
  const paths = [...new Set(listed.map(({ path }) => path))].slice(0, 2 * homesMax);
  const reals = new Map(await Promise.all(paths.map(async (path) => [path, await realPathOf(port, path)] as const)));
  const homes = new Map<string, FoundHome>();
  for (const { path, ...home } of listed) {
    const real = reals.get(path);
    if (real === undefined) continue;
    const before = homes.get(real);
    homes.set(real, before === undefined ? { ...home, path, aliases: real === path ? [] : [real] } : joined(before, { ...home, path }));
  }
  return [...homes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const joined = (home: FoundHome, other: Listing): FoundHome => ({
  ...home,
  aliases: home.path === other.path ? home.aliases : [...new Set([...home.aliases, other.path])].filter((path) => path !== home.path),
  name: home.name ?? other.name,
  isGrid: home.isGrid || other.isGrid,
  isInOratab: home.isInOratab || other.isInOratab,
});

async function realPathOf(port: Machine, path: string): Promise<string> {
  const real = await port.realPath(path);
  return real.kind === 'real-path' ? real.path : path;
}
