// Which database of the standby region belongs to which of the primary's, and which of the two guards the other: Data Guard's roles say
// so, not the region that the fleet calls standby.
import type { PairedContext, Side } from '../../contract/rule.ts';
import { isInRegion } from '../../formats/oci.ts';
import { onceAJudging } from '../../formats/once-a-judging.ts';
import { type RegionWords, regionWords } from '../../formats/region-words.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Database, Facts, Home, System } from './facts.ts';
import type { Settings } from './settings.ts';
import { isGuardSeen, peerPlacesOf, peersOf, withPeers } from './ties.ts';

type Context = PairedContext<Settings>;

/** One database of a pair, with what it runs on. */
export interface Twin {
  readonly at: 'standby' | 'primary';
  readonly facts: Facts;
  readonly side: Side<Settings>;
  readonly database: Database;
  /** Null where it was not seen. */
  readonly home: Home | null;
  readonly system: System | null;
  /** As it says itself, or else its peer of it; empty where nobody says. */
  readonly role: string;
  /** Every role that anyone gives it. */
  readonly claims: readonly string[];
}

export interface DatabasePair {
  readonly subject: string;
  /** The one that has to be able to take over, and so at least as high as the other. */
  readonly guarding: Twin;
  readonly leading: Twin;
  /** Whether Data Guard ties them; else they only have one name. */
  readonly isGuarded: boolean;
  /** The region that the fleet calls standby has the database's primary. */
  readonly isTurned: boolean;
}

/** A database without one in the other region. */
export interface Unpaired {
  readonly subject: string;
  readonly twin: Twin;
  /** The region that lacks it. */
  readonly other: Facts;
  /** OCIDs of its peers in that region, which are not among what was seen there. */
  readonly unseenPeers: readonly string[];
  /** Those that are listed there as terminated. */
  readonly gonePeers: readonly string[];
  readonly peers: readonly string[];
}

export interface DatabasePairs {
  readonly pairs: readonly DatabasePair[];
  readonly unpaired: readonly Unpaired[];
  /** Databases of the standby region whose peer is in the other region, and not among what was seen there. */
  readonly orphans: readonly Unpaired[];
  /** Databases of the standby region that nothing ties, and that have no namesake in the other region. */
  readonly loners: readonly Unpaired[];
}

/** The same for each of some thirty rules: to pair 500 databases anew for every one took a second and more. */
export const databasePairs = onceAJudging(pair);

function pair(standby: Facts, primary: Facts, context: Context): DatabasePairs {
  const sides = sidesOf(standby, primary, context);
  const { own, theirs, groupOf } = sides;
  const heads = headsOf(
    theirs.all.filter((one) => !own.groups.has(groupOf(one))),
    groupOf,
  );
  const named = namedPairs(heads, sides);
  const taken = new Set(named.map(({ leading }) => leading));
  const orphans = [...own.groups]
    .filter(([group]) => !theirs.groups.has(group))
    .flatMap(([, members]) => (members.some(isPrimary) ? members.filter(isPrimary) : members));
  const beside = new Set(named.map(({ guarding }) => guarding));
  const ignore = [...context.standby.settings.ignore, ...context.primary.settings.ignore];
  const isWanted = ({ subject }: { readonly subject: string }): boolean => !isLikeAny(subject, ignore);
  return {
    pairs: toldApart([...guardedPairs(sides), ...named].filter(isWanted)),
    unpaired: heads
      .filter((head) => !taken.has(head))
      .map((twin) => unpairedOf(theirs.label(twin), twin, standby))
      .filter(isWanted),
    orphans: orphans
      .map((twin) => unpairedOf(own.label(twin), twin, primary))
      .filter((one) => one.unseenPeers.length + one.gonePeers.length > 0 && isWanted(one)),
    loners: own.all
      .filter((twin) => peerPlacesOf(twin.database).length === 0 && isGuardSeen(twin.database) && !beside.has(twin))
      .map((twin) => unpairedOf(own.label(twin), twin, primary))
      .filter(isWanted),
  };
}

interface Databases {
  readonly all: readonly Twin[];
  readonly groups: ReadonlyMap<string, readonly Twin[]>;
  /** The name that both sides share. */
  readonly nameOf: (twin: Twin) => string;
  /** The same, with what is unique where several have one name. */
  readonly label: (twin: Twin) => string;
}

interface Sides {
  readonly own: Databases;
  readonly theirs: Databases;
  readonly groupOf: (twin: Twin) => string;
}

function sidesOf(standbySeen: Facts, primarySeen: Facts, context: Context): Sides {
  const [standby, primary] = withPeers(standbySeen, primarySeen);
  const given = rolesGiven([...standby.databases.entries, ...primary.databases.entries]);
  const own = twinsOf({ at: 'standby', facts: standby, side: context.standby }, given);
  const theirs = twinsOf({ at: 'primary', facts: primary, side: context.primary }, given);
  const groupOf = groupsOf([...own, ...theirs]);
  const [mine, other] = [context.standby.settings.scope, context.primary.settings.scope];
  return {
    own: databasesOf(own, regionWords(mine, other), groupOf),
    theirs: databasesOf(theirs, regionWords(other, mine), groupOf),
    groupOf,
  };
}

function databasesOf(all: readonly Twin[], words: RegionWords, groupOf: (twin: Twin) => string): Databases {
  const nameOf = ({ database }: Twin): string => words.shared(database.ocid, database.name);
  const named = Map.groupBy(all, nameOf);
  const label = (twin: Twin): string => (named.get(nameOf(twin))!.length > 1 ? withUnique(nameOf(twin), twin) : nameOf(twin));
  return { all, groups: Map.groupBy(all, groupOf), nameOf, label };
}

const withUnique = (name: string, { database }: Twin): string => `${name} (${database.unique ?? database.ocid})`;

const guardedPairs = ({ own, theirs }: Sides): readonly DatabasePair[] =>
  [...own.groups].flatMap(([group, members]) =>
    members.flatMap((one) =>
      partnersOf(one, members, theirs.groups.get(group) ?? []).map((other) => oriented(theirs.label(other), one, other)),
    ),
  );

/** Of those that Data Guard ties to nothing. */
function namedPairs(heads: readonly Twin[], { own, theirs }: Sides): readonly DatabasePair[] {
  const isLoose = ({ database }: Twin): boolean => peersOf(database).length === 0;
  const loose = Map.groupBy(own.all.filter(isLoose), own.nameOf);
  return heads.filter(isLoose).flatMap((leading): readonly DatabasePair[] => {
    const guarding = loose.get(theirs.nameOf(leading))?.[0];
    return guarding === undefined ? [] : [{ subject: theirs.label(leading), guarding, leading, isGuarded: false, isTurned: false }];
  });
}

/** A database with several standbys is the subject of each. */
function toldApart(pairs: readonly DatabasePair[]): readonly DatabasePair[] {
  const named = Map.groupBy(pairs, ({ subject }) => subject);
  return pairs.map((pair) => (named.get(pair.subject)!.length > 1 ? { ...pair, subject: withUnique(pair.subject, pair.guarding) } : pair));
}

function unpairedOf(subject: string, twin: Twin, other: Facts): Unpaired {
  const peers = peerPlacesOf(twin.database);
  const there = peers.filter((peer) => isInRegion(peer, other.region) === true);
  const gone = new Set(other.terminated);
  return {
    subject,
    twin,
    other,
    peers,
    unseenPeers: there.filter((peer) => !gone.has(peer)),
    gonePeers: there.filter((peer) => gone.has(peer)),
  };
}

type Given = ReadonlyMap<string, readonly string[]>;

function twinsOf(of: Pick<Twin, 'at' | 'facts' | 'side'>, given: Given): readonly Twin[] {
  const homes = new Map(of.facts.homes.entries.map((one) => [one.ocid, one]));
  const systems = new Map(of.facts.systems.entries.map((one) => [one.ocid, one]));
  return of.facts.databases.entries.map((database) => {
    const own = database.associations.kind === 'seen' ? database.associations.list.map(({ role }) => role) : [];
    const itself = database.members.filter((one) => one.database === database.ocid).map(({ role }) => role);
    const claims = [...own, ...itself, ...(given.get(database.ocid) ?? [])].filter((role) => role !== '');
    return {
      ...of,
      database,
      home: homes.get(database.home ?? '') ?? null,
      system: systems.get(database.system ?? '') ?? null,
      role: claims[0] ?? '',
      claims: [...new Set(claims)],
    };
  });
}

/** The roles that databases give to each other. */
function rolesGiven(databases: readonly Database[]): Given {
  const given = new Map<string, string[]>();
  const add = (to: string | null, role: string): void => {
    if (to !== null) given.set(to, [...(given.get(to) ?? []), role]);
  };
  for (const { ocid, associations, members } of databases) {
    if (associations.kind === 'seen') for (const { peer, peerRole } of associations.list) add(peer, peerRole);
    for (const { database, role } of members) if (database !== ocid) add(database, role);
  }
  return given;
}

/** Databases that Data Guard ties to each other, however far round, are of one group. */
function groupsOf(twins: readonly Twin[]): (twin: Twin) => string {
  const parents = new Map<string, string>();
  const root = (ocid: string): string => {
    let at = ocid;
    for (let parent = parents.get(at); parent !== undefined; parent = parents.get(at)) at = parent;
    return at;
  };
  for (const { database } of twins) {
    for (const peer of peersOf(database)) {
      const [a, b] = [root(database.ocid), root(peer)];
      if (a !== b) parents.set(a, b);
    }
  }
  return ({ database }) => root(database.ocid);
}

const isPrimary = ({ role }: Twin): boolean => role === 'PRIMARY';

/** Those of the primary region that a database of the standby region guards, or is guarded by. */
function partnersOf(one: Twin, beside: readonly Twin[], others: readonly Twin[]): readonly Twin[] {
  const primaries = others.filter(isPrimary);
  if (isPrimary(one)) return primaries.length > 0 ? primaries : others;
  if (primaries.length > 0) return primaries;
  // Its primary is its neighbour: it is no concern of the other region.
  return beside.some(isPrimary) ? [] : others.slice(0, 1);
}

function oriented(subject: string, own: Twin, theirs: Twin): DatabasePair {
  const isTurned = isPrimary(own) && !isPrimary(theirs) && theirs.role !== '';
  return { subject, guarding: isTurned ? theirs : own, leading: isTurned ? own : theirs, isGuarded: true, isTurned };
}

/** Of a group without any in the standby region, the one that the others guard. */
const headsOf = (twins: readonly Twin[], groupOf: (twin: Twin) => string): readonly Twin[] =>
  [...Map.groupBy(twins, groupOf).values()].map((group) => group.find(isPrimary) ?? group[0]!);
