// Who stands beside whom now, to be found by pair, by group and by node.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { NodeSight, Nodes } from '../nodes.ts';
import { type Pair, pairUp, placeOf } from './pairs.ts';

export type FleetPair = Pair<NodeSight>;

export interface Pairing {
  /** Makes pairs anew from configuration, roster and what agents say of themselves. The keys of those that are others than before. */
  again(): readonly string[];
  keys(): Iterable<string>;
  get(key: string): FleetPair | null;
  ofGroup(group: string): readonly FleetPair[];
  /** Those that are configured first. */
  groupNames(): readonly string[];
  /** Key of the pair that a target stands in. */
  ofTarget(target: string): string | null;
  /** A node says of itself what puts it elsewhere than when pairs were made. */
  hasMoved(target: string): boolean;
  unassigned(): readonly NodeSight[];
}

export function createPairing(config: () => FleetConfig, nodes: Nodes): Pairing {
  let pairs: ReadonlyMap<string, FleetPair> = new Map();
  let unassigned: readonly NodeSight[] = [];
  let byGroup: ReadonlyMap<string, readonly FleetPair[]> = new Map();
  let byTarget: ReadonlyMap<string, string> = new Map();
  let places: ReadonlyMap<string, string> = new Map();
  let words: ReadonlyMap<string, string> = new Map();
  return {
    again: () => {
      const [pairsBefore, wordsBefore] = [pairs, words];
      const sights = nodes.all();
      // One agent under two addresses is one node: a standby beside itself would be ready for ever.
      const paired = pairUp(
        config(),
        sights.filter(({ aliasOf }) => aliasOf === null),
      );
      pairs = paired.pairs;
      unassigned = paired.unassigned;
      byGroup = Map.groupBy(pairs.values(), ({ group }) => group);
      byTarget = new Map([...pairs.values()].flatMap((pair) => targetsOf(pair).map((target) => [target, pair.key] as const)));
      places = new Map(sights.map((sight) => [sight.target.key, placeText(sight)]));
      words = new Map([...pairs.values()].map((pair) => [pair.key, wordsOf(pair)]));
      const isSame = (pair: FleetPair): boolean =>
        wordsBefore.get(pair.key) === words.get(pair.key) && isSamePair(pairsBefore.get(pair.key), pair);
      return [...pairs.values()].filter((pair) => !isSame(pair)).map(({ key }) => key);
    },
    keys: () => pairs.keys(),
    get: (key) => pairs.get(key) ?? null,
    ofGroup: (group) => byGroup.get(group) ?? [],
    groupNames: () => [...new Set([...config().groups.map(({ name }) => name), ...byGroup.keys()])],
    ofTarget: (target) => byTarget.get(target) ?? null,
    hasMoved: (target) => {
      const sight = nodes.get(target);
      return sight !== null && places.get(target) !== placeText(sight);
    },
    unassigned: () => unassigned,
  };
}

const targetsOf = ({ standby, primary }: FleetPair): readonly string[] =>
  [standby, primary].flatMap((sight) => (sight === null ? [] : [sight.target.key]));

function placeText(sight: NodeSight): string {
  const { group, pair, role } = placeOf(sight);
  return [sight.aliasOf, group, pair, role].join('\n');
}

/** What the fleet says of its members: a sight stays the same one over changes of that. */
const wordsOf = ({ standby, primary }: FleetPair): string => JSON.stringify([standby?.target.told, primary?.target.told]);

/** Terms are others when the configuration was read again. */
function isSamePair(before: FleetPair | undefined, now: FleetPair): boolean {
  return (
    before !== undefined &&
    before.standby === now.standby &&
    before.primary === now.primary &&
    before.terms.thresholds === now.terms.thresholds &&
    isSameList(before.contested, now.contested) &&
    isSameList(before.terms.lawful, now.terms.lawful) &&
    isSameList(before.terms.expectedChecks, now.terms.expectedChecks)
  );
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
