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
  /** `role`: there is no other home of that role, or none of that name, and no database says that these two belong together. */
  readonly by: 'database' | 'role';
}

/** A database of the primary for which no home of the standby was found. */
export interface Unmatched {
  readonly database: string;
  /** `absent`: the standby’s databases are known and this is none of them. `unknown`: it may be there under another name. */
  readonly kind: 'absent' | 'unknown';
  readonly why: string;
  readonly primary: Home | undefined;
  /** One of these would open it, if any does. */
  readonly candidates: readonly Home[];
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly databases: readonly Unmatched[];
  /** Homes of the primary that no database is named for, and of which nothing tells which home of the standby stands for them. */
  readonly homes: readonly Home[];
  /** Roles for which the standby has no home at all. */
  readonly missing: readonly Home[];
}

interface Sites {
  readonly standby: Site;
  readonly primary: Site;
}

const roles = ['grid', 'database'] as const;

export function pairHomes(standby: DbpatchFacts, primary: DbpatchFacts, sites: Sites): Pairing {
  const twins = pairDatabases(standby, primary, sites);
  const pairs: Pair[] = [...byDatabase(standby, primary, twins)];
  const missing: Home[] = [];
  for (const role of roles) {
    if (pairs.some((pair) => pair.primary.role === role)) continue;
    const [own, theirs] = [inUse(standby, role), inUse(primary, role)];
    if (theirs.length > 0 && own.length === 0) missing.push(theirs[0]!);
    else if (role === 'grid' || mayBeTwins(standby, primary)) pairs.push(...byRole(own, theirs, sites));
  }
  const isPaired = (home: Home): boolean => pairs.some((pair) => pair.primary === home);
  const homes = roles
    .filter((role) => missing.every((home) => home.role !== role))
    .flatMap((role) => inUse(primary, role).filter((home) => !isPaired(home) && home.databases.length === 0));
  return { pairs, databases: unmatchedDatabases(standby, primary, twins, pairs), homes, missing };
}

/** Databases whose own names are known on both sides, and differ, are not one under two names. */
const mayBeTwins = (standby: DbpatchFacts, primary: DbpatchFacts): boolean =>
  standby.databases.length === 0 ||
  primary.databases.length === 0 ||
  standby.databases.some((own) => primary.databases.some((theirs) => !contradicts(own, theirs)));

/** Homes that serve databases are told apart by these, never by a name that the installer gave them. */
function byRole(own: readonly Home[], theirs: readonly Home[], sites: Sites): readonly Pair[] {
  if (own.length === 1 && theirs.length === 1)
    return [{ standby: own[0]!, primary: theirs[0]!, databases: theirs[0]!.databases, by: 'role' }];
  return byName(
    own,
    theirs.filter(({ databases }) => databases.length === 0),
    sites,
  );
}

function unmatchedDatabases(
  standby: DbpatchFacts,
  primary: DbpatchFacts,
  twins: ReadonlyMap<string, string>,
  pairs: readonly Pair[],
): readonly Unmatched[] {
  if (inUse(standby, 'database').length === 0) return [];
  const matched = new Set(twins.values());
  const left = standby.databases.filter(({ name }) => !matched.has(name));
  return primary.databases.flatMap((database) => {
    const home = homeOf(primary, database.name);
    const as = (kind: Unmatched['kind'], why: string, candidates: readonly Home[] = []): readonly Unmatched[] => [
      { database: database.name, kind, why, primary: home, candidates },
    ];
    const twin = twins.get(database.name);
    if (twin !== undefined) {
      const own = homeOf(standby, twin);
      if (own?.presence.kind === 'gone') return as('absent', `its home ${own.path} is not there`);
      if (own === undefined) return as('unknown', `${twin} is named here, and nothing tells which home it opens from`);
      return home === undefined ? as('unknown', 'nothing tells which home it opens from on the primary', [own]) : [];
    }
    if (pairs.some((pair) => pair.by === 'role' && pair.primary === home)) return [];
    const possible = left.filter((own) => !contradicts(own, database));
    if (possible.length > 0) return as('unknown', `no database of that name; here: ${namesOf(possible)}`, homesOf(standby, possible));
    if (standby.databases.length === 0) return as('unknown', 'no database is named here', inUse(standby, 'database'));
    const isListed = standby.sources.every(({ name, state }) => name !== 'oratab' || state.kind === 'seen');
    return isListed ? as('absent', 'no database of that name') : as('unknown', 'no database of that name was seen');
  });
}

const namesOf = (databases: readonly Database[]): string => databases.map(({ name }) => name).join(', ');

const homesOf = (facts: DbpatchFacts, databases: readonly Database[]): readonly Home[] => [
  ...new Set(databases.map(({ name }) => homeOf(facts, name)).filter((home) => home !== undefined)),
];

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
    pairs.set(key, { standby: own, primary: theirs, databases: [...(pairs.get(key)?.databases ?? []), theirName], by: 'database' });
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
    return twin === undefined ? [] : [{ standby: twin, primary: home, databases: home.databases, by: 'role' }];
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
      if (twin !== undefined && !contradicts(twin, database) && !isOfOtherNumber(twin, database)) twins.set(database.name, twin.name);
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

/** `ERP1` is not `ERP2`, whereas `ERP` may be the database of either. */
const isOfOtherNumber = (a: Database, b: Database): boolean =>
  [a, b].every(({ name }) => numberOf(name) !== '') &&
  numberOf(a.name) !== numberOf(b.name) &&
  (a.databaseName === null || b.databaseName === null);

const baseOf = (name: string): string => name.replace(/_.*$/, '').toLowerCase();
const numberOf = (name: string): string => baseOf(name).slice(withoutNumber(baseOf(name)).length);

/** Two databases that a key cannot tell apart are not matched by it. */
function onlyOnes(databases: readonly Database[], key: (database: Database) => string): ReadonlyMap<string, Database> {
  const found = new Map<string, Database | null>();
  for (const database of databases) {
    const name = key(database);
    if (name !== '') found.set(name, found.has(name) ? null : database);
  }
  return new Map([...found].flatMap(([name, database]) => (database === null ? [] : [[name, database] as const])));
}
