// Tells which databases a machine has: those that oratab starts, and those of which an instance runs.
import type { Machine } from '../../contract/machine.ts';
import type { OratabEntry } from './inventory-parse.ts';

/** A database server of forty instances has about 6,000 processes. */
const processesMax = 32_768;

export interface Instances {
  /** SIDs of the databases that run. */
  readonly sids: readonly string[];
  /** Whether every process was seen: else a database that was not found may run all the same. */
  readonly isWhole: boolean;
}

/** Every instance has a process monitor that bears its name: `ora_pmon_ORCL1`. Those of ASM and of the management repository are named otherwise. */
export async function lookAtInstances(port: Machine): Promise<Instances> {
  const answer = await port.processes({ entriesMax: processesMax });
  if (answer.kind === 'failed') return { sids: [], isWhole: false };
  const sids = answer.processes.flatMap(({ argv, command }) => {
    const sid = /^(?:ora|xe|db)_pmon_([A-Za-z0-9_$]{1,30})$/.exec((argv[0] ?? command).trim())?.[1];
    return sid === undefined ? [] : [sid];
  });
  return { sids: [...new Set(sids)].sort(), isWhole: !answer.isCut };
}

export interface DatabaseHere {
  readonly name: string;
  /** Of the instance that runs; null where none was seen. */
  readonly sid: string | null;
  readonly home: string | null;
}

/** What captures tell of an instance: the database that it opened, and from where. */
export interface KnownInstance {
  readonly sid: string;
  readonly uniqueName: string | null;
  readonly home: string;
}

/**
 * Databases by the name that oratab has them under: the SID, in a cluster the SID without its number, or the unique name, which often is
 * the SID with something behind it. Two entries that are one database are one; `home` is null where they name two.
 */
export function databasesHere(
  entries: readonly OratabEntry[],
  { sids }: Instances,
  known: readonly KnownInstance[],
  homes: readonly string[],
): readonly DatabaseHere[] {
  const databases = new Map<string, DatabaseHere>(entries.map(({ name }) => [name, { name, sid: null, home: onlyHome(name, entries) }]));
  for (const sid of sids) {
    const told = known.find((one) => one.sid === sid);
    const [entry, ...doubles] = entriesOf(sid, told, entries);
    for (const { name } of doubles) databases.delete(name);
    const listed = entry === undefined ? homes : [onlyHome(entry.name, entries)];
    const home = told?.home ?? (listed.length === 1 ? listed[0]! : null);
    const name = entry?.name ?? sid;
    databases.set(name, { name, sid, home });
  }
  return [...databases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null where one name stands there with two homes: which of them counts depends on who reads it. */
function onlyHome(name: string, entries: readonly OratabEntry[]): string | null {
  const [path, ...others] = new Set(entries.filter((entry) => entry.name === name).map((entry) => entry.path));
  return others.length === 0 ? (path ?? null) : null;
}

function entriesOf(sid: string, told: KnownInstance | undefined, entries: readonly OratabEntry[]): readonly OratabEntry[] {
  const named = (name: string | null | undefined) => entries.filter((entry) => entry.name.toLowerCase() === name?.toLowerCase());
  const sure = [...new Set([...named(sid), ...named(withoutNumber(sid)), ...named(told?.uniqueName)])];
  if (told?.uniqueName !== undefined && told.uniqueName !== null && sure.length > 0) return sure;
  const likely = entries.filter(({ name }) =>
    [sid, withoutNumber(sid)].some((start) => name.toLowerCase().startsWith(`${start.toLowerCase()}_`)),
  );
  const alsoLikely = likely.filter(({ path }) => sure.length === 0 || path === sure[0]!.path);
  return [...sure, ...(alsoLikely.length === 1 ? alsoLikely : [])];
}

export const withoutNumber = (sid: string): string => sid.replace(/(?<=[A-Za-z_$])_?[1-9][0-9]?$/, '');
