// What Data Guard ties a database to, in its own words.
import type { Database, Facts, Member } from './facts.ts';

/** OCIDs of the databases that it is tied to. */
export const peersOf = ({ ocid, associations, members }: Database): readonly string[] => {
  const peers = associations.kind === 'seen' ? associations.list.flatMap(({ peer }) => peer ?? []) : [];
  return [...new Set([...peers, ...members.map(({ database }) => database)])].filter((peer) => peer !== ocid);
};

/** The same, and of a peer that is not named the home or the system that it lies on: they say where. */
export const peerPlacesOf = (database: Database): readonly string[] => {
  const { associations } = database;
  const unnamed = associations.kind === 'seen' ? associations.list.filter(({ peer }) => peer === null) : [];
  return [...peersOf(database), ...unnamed.flatMap(({ peerHome, peerSystem }) => peerHome ?? peerSystem ?? [])];
};

/** Whether it said anything of Data Guard, if only that there is none. */
export const isGuardSeen = ({ associations, members }: Database): boolean => associations.kind === 'seen' || members.length > 0;

/** Its associations with the other; one that does not name its peer may be with it. */
export const associationsWith = ({ associations }: Database, other: Database) =>
  associations.kind === 'seen' ? associations.list.filter(({ peer }) => peer === null || peer === other.ocid) : [];

/** What both tell of the one as a member of their group. */
export const toldOfMember = (one: Database, other: Database): readonly Member[] =>
  [...one.members, ...other.members].filter(({ database }) => database === one.ocid);

/** Both sides' databases, with each peer that is not named found by its home, or else its system, where just one database is on it. */
export function withPeers(standby: Facts, primary: Facts): readonly [standby: Facts, primary: Facts] {
  const all = [...standby.databases.entries, ...primary.databases.entries];
  const onHome = Map.groupBy(all, ({ home }) => home);
  const onSystem = Map.groupBy(all, ({ system }) => system);
  const named = (database: Database): Database => {
    const { associations } = database;
    if (associations.kind !== 'seen' || associations.list.every(({ peer }) => peer !== null)) return database;
    const list = associations.list.map((one) => {
      const found =
        (one.peerHome === null ? null : onHome.get(one.peerHome)) ?? (one.peerSystem === null ? null : onSystem.get(one.peerSystem));
      return one.peer === null && found?.length === 1 ? { ...one, peer: found[0]!.ocid } : one;
    });
    return { ...database, associations: { kind: 'seen', list } };
  };
  const filled = (facts: Facts): Facts => ({ ...facts, databases: { ...facts.databases, entries: facts.databases.entries.map(named) } });
  return [filled(standby), filled(primary)];
}
