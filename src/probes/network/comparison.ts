// Sets one region beside the other once for all rules that judge the two.
import type { RegionScope } from '../../contract/region.ts';
import type { PairedContext } from '../../contract/rule.ts';
import { groupsOf, listsOf } from './containers.ts';
import type { Facts } from './facts.ts';
import { type FlowChanges, flowChanges } from './flow-changes.ts';
import { machinesOf } from './machines.ts';
import { pairUp } from './pair-up.ts';
import type { Settings } from './settings.ts';
import { type Side, type Sides, sidesOf } from './side.ts';
import { type Network, pairSubnets } from './units.ts';

export interface Comparison {
  readonly network: Network;
  readonly changes: FlowChanges;
}

interface Kept {
  readonly primary: Facts;
  readonly scopes: readonly unknown[];
  readonly comparison: Comparison;
}

/** Of the facts that were judged last: gone with them. */
const kept = new WeakMap<Facts, Kept>();

export function comparisonOf(standby: Facts, primary: Facts, context: PairedContext<Settings>): Comparison {
  const scopes = [context.standby.settings.scope, context.primary.settings.scope] as const;
  const known = kept.get(standby);
  if (known !== undefined && known.primary === primary && known.scopes.every((scope, at) => scope === scopes[at])) return known.comparison;
  const network = networkOf(sidesWithTwins({ facts: standby, scope: scopes[0] }, { facts: primary, scope: scopes[1] }));
  const comparison = { network, changes: flowChanges(network) };
  kept.set(standby, { primary, scopes, comparison });
  return comparison;
}

interface Told {
  readonly facts: Facts;
  readonly scope: RegionScope;
}

/** The addresses of machines that go together stand for each other, whether or not the fleet file says so. */
function sidesWithTwins(standby: Told, primary: Told): Sides {
  const sides = sidesOf(standby, primary);
  const twins = machinesOf(sides).vnics.flatMap((pair) => {
    const [mine, theirs] = [pair.standby.address, pair.primary.address];
    return mine === null || theirs === null ? [] : [{ machine: pair.machine, mine, theirs }];
  });
  if (twins.length === 0) return sides;
  const withTwins = ({ facts, scope }: Told, key: 'mine' | 'theirs'): Told => {
    const known = Object.fromEntries(twins.map((twin) => [`VNIC of ${twin.machine}`, { addresses: [twin[key]] }]));
    return { facts, scope: { ...scope, hosts: { ...known, ...scope.hosts } } };
  };
  return sidesOf(withTwins(standby, 'mine'), withTwins(primary, 'theirs'));
}

export function networkOf(sides: Sides): Network {
  const { standby, primary } = sides;
  const keys = { standby: standby.keyOf, primary: primary.keyOf };
  const groupKeys = pairUp(standby.facts.nsgs, primary.facts.nsgs, keys).ambiguous;
  const listKeys = pairUp(standby.facts.securityLists, primary.facts.securityLists, keys).ambiguous;
  const groups = (side: Side) => groupsOf(side, groupKeys);
  const lists = (side: Side) => listsOf(side, listKeys, groupKeys);
  return { sides, machines: machinesOf(sides), subnets: pairSubnets(sides), groups: both(groups, sides), lists: both(lists, sides) };
}

function both(read: (side: Side) => Network['groups']['standby'], { standby, primary }: Sides): Network['groups'] {
  const mine = read(standby);
  const theirs = read(primary);
  const keyOf = ({ key }: { readonly key: string }): string => key;
  const paired = pairUp([...mine.byId.values()], [...theirs.byId.values()], { standby: keyOf, primary: keyOf });
  return { standby: mine, primary: theirs, paired };
}
