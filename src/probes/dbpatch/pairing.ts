// Finds the home of the standby that stands in for a home of the primary: by role and by the databases that run from it, never by path.
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import type { Database, DbpatchFacts, Home } from './facts.ts';
import { withoutNumber } from './instances.ts';

export interface Pair {
  readonly standby: Home;
  readonly primary: Home;
  /** The databases that made it a pair, as the primary names them. */
  readonly databases: readonly string[];
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Databases of the primary for which no home stands ready here. */
  readonly databasesWithoutHome: readonly string[];
  /** Homes of the primary of which nothing tells which home of the standby stands for them. */
  readonly unmatched: readonly Home[];
  /** Roles for which the standby has no home at all. */
  readonly missing: readonly Home[];
}

interface Sites {
  readonly standby: Site;
  readonly primary: Site;
}

export function pairHomes(standby: DbpatchFacts, primary: DbpatchFacts, sites: Sites): Pairing {
  const twins = pairDatabases(standby, primary, sites);
  const pairs: Pair[] = [...byDatabase(standby, primary, twins)];
  const isPaired = (home: Home): boolean => pairs.some((pair) => pair.standby === home || pair.primary === home);
  const missing: Home[] = [];
  for (const role of ['grid', 'database'] as const) {
    if (pairs.some((pair) => pair.primary.role === role)) continue;
    const [own, theirs] = [inUse(standby, role), inUse(primary, role)];
    if (theirs.length > 0 && own.length === 0) missing.push(theirs[0]!);
    else if (theirs.length === 1 && own.length === 1)
      pairs.push({ standby: own[0]!, primary: theirs[0]!, databases: theirs[0]!.databases });
    else pairs.push(...byName(own, theirs, sites));
  }
  const others = (facts: DbpatchFacts): readonly Home[] => facts.homes.filter((home) => home.role === 'other' && !isPaired(home));
  pairs.push(...byName(others(standby), others(primary), sites));
  const served = new Set(pairs.flatMap(({ databases }) => databases));
  const hasDatabaseHome = standby.homes.some(({ role }) => role === 'database');
  const databasesWithoutHome = primary.databases
    .map(({ name }) => name)
    .filter((name) => !served.has(name) && !twins.has(name) && hasDatabaseHome);
  const unmatched = (['grid', 'database'] as const)
    .filter((role) => missing.every((home) => home.role !== role))
    .flatMap((role) => inUse(primary, role).filter((home) => !isPaired(home) && home.databases.length === 0));
  return { pairs, databasesWithoutHome, unmatched, missing };
}

/** A home that serves nothing is kept for a way back or made ready for a way forward: it stands for its role only where no other does. */
function inUse({ homes }: DbpatchFacts, role: Home['role']): readonly Home[] {
  const ofRole = homes.filter((home) => home.role === role && home.presence.kind !== 'gone');
  const serving = ofRole.filter(({ databases }) => databases.length > 0);
  return serving.length > 0 ? serving : ofRole;
}

function byDatabase(standby: DbpatchFacts, primary: DbpatchFacts, twins: ReadonlyMap<string, string>): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [theirName, ownName] of twins) {
    const own = homeOf(standby, ownName);
    const theirs = homeOf(primary, theirName);
    if (own === undefined || theirs === undefined || own.presence.kind === 'gone') continue;
    const key = `${own.path}\n${theirs.path}`;
    pairs.set(key, { standby: own, primary: theirs, databases: [...(pairs.get(key)?.databases ?? []), theirName] });
  }
  return [...pairs.values()];
}

function homeOf({ homes, databases }: DbpatchFacts, name: string): Home | undefined {
  const path = databases.find((database) => database.name === name)?.home;
  return homes.find((home) => home.path === path);
}

function byName(own: readonly Home[], theirs: readonly Home[], sites: Sites): readonly Pair[] {
  const key = (home: Home, site: Site): string => withoutSite(home.name ?? home.path, site);
  return theirs.flatMap((home) => {
    const twin = own.find((one) => key(one, sites.standby) === key(home, sites.primary));
    return twin === undefined ? [] : [{ standby: twin, primary: home, databases: home.databases }];
  });
}

/** The primary’s names to the standby’s. What is known surely is matched first, and what is matched is out of the way of guesses. */
function pairDatabases(standby: DbpatchFacts, primary: DbpatchFacts, sites: Sites): ReadonlyMap<string, string> {
  const twins = new Map<string, string>();
  let [own, theirs] = [standby.databases, primary.databases];
  for (const key of keys) {
    const unique = (databases: readonly Database[], site: Site): ReadonlyMap<string, Database> =>
      onlyOnes(databases, (one) => key(one, site));
    const here = unique(own, sites.standby);
    for (const [name, database] of unique(theirs, sites.primary)) {
      const twin = here.get(name);
      if (twin !== undefined && !contradicts(twin, database)) twins.set(database.name, twin.name);
    }
    const matched = new Set(twins.values());
    [own, theirs] = [own.filter(({ name }) => !matched.has(name)), theirs.filter(({ name }) => !twins.has(name))];
  }
  return twins;
}

type Key = (database: Database, site: Site) => string;

const plain: Key = ({ name, databaseName }, site) => withoutPlaceholders(withoutSite(databaseName ?? name, site));
const withoutPlaceholders = (text: string): string => text.replaceAll(/_?\{[^}]*\}/g, '').toLowerCase();

/** DB_NAME where the database was asked; else the unique name or SID: without the site’s words, an instance’s number, what is put behind it for the other side. */
const keys: readonly Key[] = [
  ({ databaseName }) => databaseName?.toLowerCase() ?? '',
  plain,
  (database, site) => withoutNumber(plain(database, site)),
  (database, site) => withoutNumber(plain(database, site)).replace(/_.*$/, ''),
  (database, site) => withoutNumber(plain(database, site)).replace(/(?<=.{2})_?(?:stby|standby|stb|sby|sb|dr|dg|pri|primary)$/, ''),
];

const contradicts = (a: Database, b: Database): boolean =>
  a.databaseName !== null && b.databaseName !== null && a.databaseName.toLowerCase() !== b.databaseName.toLowerCase();

/** Two databases that a key cannot tell apart are not matched by it. */
function onlyOnes(databases: readonly Database[], key: (database: Database) => string): ReadonlyMap<string, Database> {
  const found = new Map<string, Database | null>();
  for (const database of databases) {
    const name = key(database);
    if (name !== '') found.set(name, found.has(name) ? null : database);
  }
  return new Map([...found].flatMap(([name, database]) => (database === null ? [] : [[name, database] as const])));
}
