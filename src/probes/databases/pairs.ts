// Which database of the standby region belongs to which of the primary's, and which of the two guards the other: Data Guard's roles say
// so, not the region that the fleet calls standby.
import type { PairedContext, Side } from '../../contract/rule.ts';
import { isInRegion } from '../../formats/oci.ts';
import { regionWords } from '../../formats/region-words.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Database, Facts, Home, System } from './facts.ts';
import type { Settings } from './settings.ts';

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

/** A database of the primary region without one in the standby's. */
export interface Unpaired {
  readonly subject: string;
  readonly twin: Twin;
  /** OCIDs of its peers in the standby region, which are not among what was seen there. */
  readonly unseenPeers: readonly string[];
  readonly peers: readonly string[];
}

export interface DatabasePairs {
  readonly pairs: readonly DatabasePair[];
  readonly unpaired: readonly Unpaired[];
}

export function databasePairs(standby: Facts, primary: Facts, context: Context): DatabasePairs {
  const given = rolesGiven([...standby.databases.entries, ...primary.databases.entries]);
  const own = twinsOf({ at: 'standby', facts: standby, side: context.standby }, given);
  const theirs = twinsOf({ at: 'primary', facts: primary, side: context.primary }, given);
  const groupOf = groupsOf([...own, ...theirs]);
  const label = labels(theirs, context);
  const [ownGroups, theirGroups] = [Map.groupBy(own, groupOf), Map.groupBy(theirs, groupOf)];
  const guarded = [...ownGroups].flatMap(([group, members]) =>
    members.flatMap((one) => partnersOf(one, members, theirGroups.get(group) ?? []).map((other) => oriented(label(other), one, other))),
  );
  const heads = headsOf(
    theirs.filter((one) => !ownGroups.has(groupOf(one))),
    groupOf,
  );
  const loose = own.filter((one) => peersOf(one.database).length === 0);
  const words = regionWords(context.standby.settings.scope, context.primary.settings.scope);
  const others = regionWords(context.primary.settings.scope, context.standby.settings.scope);
  const byName = (head: Twin): Twin | undefined =>
    loose.find(({ database }) => words.shared(database.ocid, database.name) === others.shared(head.database.ocid, head.database.name));
  const named = heads.flatMap((head): readonly DatabasePair[] => {
    const other = peersOf(head.database).length > 0 ? undefined : byName(head);
    return other === undefined ? [] : [{ subject: label(head), guarding: other, leading: head, isGuarded: false, isTurned: false }];
  });
  const taken = new Set(named.map(({ leading }) => leading));
  const ignored = (subject: string): boolean =>
    isLikeAny(subject, [...context.standby.settings.ignore, ...context.primary.settings.ignore]);
  return {
    pairs: [...guarded, ...named].filter(({ subject }) => !ignored(subject)),
    unpaired: heads
      .filter((head) => !taken.has(head) && !ignored(label(head)))
      .map((twin) => {
        const peers = peersOf(twin.database);
        const unseenPeers = peers.filter((peer) => isInRegion(peer, standby.region) === true);
        return { subject: label(twin), twin, peers, unseenPeers };
      }),
  };
}

/** Databases of one name are told apart by what is unique. */
function labels(twins: readonly Twin[], { primary, standby }: Context): (twin: Twin) => string {
  const words = regionWords(primary.settings.scope, standby.settings.scope);
  const nameOf = ({ database }: Twin): string => words.shared(database.ocid, database.name);
  const counts = Map.groupBy(twins, nameOf);
  return (twin) =>
    counts.get(nameOf(twin))!.length > 1 ? `${nameOf(twin)} (${twin.database.unique ?? twin.database.ocid})` : nameOf(twin);
}

const peersOf = ({ ocid, associations, members }: Database): readonly string[] => {
  const peers = associations.kind === 'seen' ? associations.list.flatMap(({ peer }) => peer ?? []) : [];
  return [...new Set([...peers, ...members.map(({ database }) => database)])].filter((peer) => peer !== ocid);
};

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
