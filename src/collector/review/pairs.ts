// Who stands beside whom: nodes into pairs, by what the fleet says over what the agents say. Pure.
import type { FleetConfig, GroupConfig, PairConfig, Thresholds } from '../../config/fleet-config.ts';
import type { LawfulDifference } from '../../contract/lawful.ts';
import type { NodeIdentity, Role } from '../../contract/node.ts';
import { regionPair } from '../../contract/region.ts';
import type { Target } from '../inventory/roster.ts';

/** What pairing needs of a node. */
export interface Member {
  readonly target: Target;
  /** With the fleet's word over its own; null until it was heard. */
  readonly identity: NodeIdentity | null;
}

export interface Pair<M extends Member> {
  readonly key: string;
  readonly group: string;
  readonly pair: string;
  readonly standby: M | null;
  readonly primary: M | null;
  /** Several nodes that claim one place; one sentence each. Nobody stands there then. */
  readonly contested: readonly string[];
  readonly terms: PairTerms;
}

/** What the fleet agreed on for a pair. */
export interface PairTerms {
  readonly thresholds: Thresholds;
  readonly lawful: readonly LawfulDifference[];
  readonly expectedChecks: readonly string[];
}

export interface Paired<M extends Member> {
  readonly pairs: ReadonlyMap<string, Pair<M>>;
  /** Heard, but in no group, in no pair or without a role. */
  readonly unassigned: readonly M[];
}

/** Names may hold anything but control characters, so that a line break keeps them apart. */
export const pairKey = (group: string, pair: string): string => `${group}\n${pair}`;

/** Pairs that the file names are there even when nobody ever answered. */
export function pairUp<M extends Member>(config: FleetConfig, members: readonly M[]): Paired<M> {
  const placed = members.map((member) => ({ member, ...placeOf(member) }));
  const isInPair = (one: Place): boolean => one.group !== null && one.pair !== null && one.role !== null;
  const inPairs = placed.filter(isInPair);
  const byKey = Map.groupBy(inPairs, ({ group, pair }) => pairKey(group!, pair!));
  const groups = new Map(config.groups.map((group) => [group.name, group]));
  const named = config.groups.flatMap((group) => pairNames(group).map((pair) => ({ group: group.name, pair })));
  const found = inPairs.map(({ group, pair }) => ({ group: group!, pair: pair! }));
  const pairs = new Map<string, Pair<M>>();
  for (const { group, pair } of [...named, ...found]) {
    const key = pairKey(group, pair);
    if (!pairs.has(key)) pairs.set(key, pairOf(termsOf(config, groups.get(group), pair), group, pair, byKey.get(key) ?? []));
  }
  return { pairs, unassigned: placed.filter((one) => !isInPair(one)).map(({ member }) => member) };
}

export interface Place {
  readonly group: string | null;
  readonly pair: string | null;
  readonly role: Role | null;
}

/** By the fleet's word over its own. */
export const placeOf = ({ target: { told }, identity }: Member): Place => ({
  group: told.group ?? identity?.group ?? null,
  pair: told.pair ?? identity?.twin ?? null,
  role: told.role ?? identity?.role ?? null,
});

function pairOf<M extends Member>(
  terms: PairTerms,
  group: string,
  pair: string,
  placed: readonly (Place & { readonly member: M })[],
): Pair<M> {
  const claims = (role: Role): readonly M[] => placed.filter((one) => one.role === role).map(({ member }) => member);
  const [standbys, primaries] = [claims('standby'), claims('primary')];
  return {
    key: pairKey(group, pair),
    group,
    pair,
    standby: only(standbys),
    primary: only(primaries),
    contested: [...contest('standby', standbys), ...contest('primary', primaries)],
    terms,
  };
}

const only = <M>(members: readonly M[]): M | null => (members.length === 1 ? members[0]! : null);

const contest = (role: Role, members: readonly Member[]): readonly string[] =>
  members.length < 2 ? [] : [`${members.length} nodes claim to be the ${role}: ${members.map(({ target }) => target.key).join(', ')}`];

function termsOf(config: FleetConfig, ofGroup: GroupConfig | undefined, pair: string): PairTerms {
  const ofPair: PairConfig | undefined = ofGroup?.pairs.find(({ name }) => name === pair);
  return {
    thresholds: ofPair?.thresholds ?? ofGroup?.thresholds ?? config.thresholds,
    lawful: (ofGroup?.lawful ?? []).filter(({ pairs }) => pairs.length === 0 || pairs.includes(pair)),
    expectedChecks: expectedOf(ofGroup, pair),
  };
}

const pairNames = ({ pairs, regions }: GroupConfig): readonly string[] => [
  ...pairs.map(({ name }) => name),
  ...(regions.length === 0 ? [] : [regionPair]),
];

/** What a group expects of its machines says nothing of its regions, of which each check that is required is expected. */
function expectedOf(group: GroupConfig | undefined, pair: string): readonly string[] {
  if (group === undefined) return [];
  const [region] = group.regions;
  if (pair !== regionPair || region === undefined) return group.expectedChecks;
  return region.checks.filter(({ isRequired }) => isRequired).map(({ id }) => id);
}
