// Where rules have effect: on the VNIC of a machine (its groups and the lists of its subnet together), in a subnet without machines (its
// lists), or wherever else a group or a list is used, which does not show here.
import type { Container, Containers } from './containers.ts';
import type { Subnet } from './facts.ts';
import type { Machines, VnicPair } from './machines.ts';
import { type Paired, pairUp } from './pair-up.ts';
import type { Sides } from './side.ts';

export interface Unit {
  /** Those that have exactly these groups and lists; empty for what no machine is seen behind. */
  readonly machines: readonly string[];
  readonly primary: readonly Container[];
  readonly standby: readonly Container[];
  /** Nothing else has a say on that side. */
  readonly isPrimaryWhole: boolean;
  readonly isStandbyWhole: boolean;
}

export interface Network {
  readonly sides: Sides;
  readonly machines: Machines;
  readonly subnets: Paired<Subnet>;
  readonly groups: { readonly standby: Containers; readonly primary: Containers; readonly paired: Paired<Container> };
  readonly lists: { readonly standby: Containers; readonly primary: Containers; readonly paired: Paired<Container> };
}

export function unitsOf(network: Network): readonly Unit[] {
  const vnics = network.machines.vnics.map((pair) => vnicUnit(network, pair));
  const used = new Set(network.machines.vnics.map(({ primary }) => primary.subnetId));
  const subnets = network.subnets.pairs
    .filter(({ primary }) => !used.has(primary.id))
    .map(({ standby, primary }) =>
      unitOf([], held(network, 'standby', standby.securityListIds, []), held(network, 'primary', primary.securityListIds, [])),
    );
  const covered = new Set([...vnics, ...subnets].flatMap(({ primary, standby }) => [...primary, ...standby]));
  const alone = [...network.groups.paired.pairs, ...network.lists.paired.pairs]
    .filter(({ standby, primary }) => !covered.has(standby) || !covered.has(primary))
    .map(({ standby, primary }) => unitOf([], { containers: [standby], isWhole: true }, { containers: [primary], isWhole: true }));
  return alike([...vnics, ...subnets, ...alone]);
}

/** Machines of one kind mostly have the same groups: they are compared once. */
function alike(units: readonly Unit[]): readonly Unit[] {
  const ids = (containers: readonly Container[]): string =>
    containers
      .map(({ id }) => id)
      .sort()
      .join();
  const kinds = Map.groupBy(
    units,
    (unit) => `${ids(unit.standby)} ${ids(unit.primary)} ${unit.isStandbyWhole} ${unit.isPrimaryWhole} ${unit.machines.length > 0}`,
  );
  return [...kinds.values()].map((same) => ({ ...same[0]!, machines: same.flatMap(({ machines }) => machines).sort() }));
}

function vnicUnit(network: Network, { machine, standby, primary }: VnicPair): Unit {
  const of = (side: 'standby' | 'primary', vnic: VnicPair['standby']): Held => {
    const subnet = network.sides[side].facts.subnets.find(({ id }) => id === vnic.subnetId);
    const nsgIds = 'kind' in vnic.nsgIds ? [] : vnic.nsgIds;
    const found = held(network, side, subnet?.securityListIds ?? [], nsgIds);
    return { ...found, isWhole: found.isWhole && subnet !== undefined && !('kind' in vnic.nsgIds) };
  };
  return unitOf([machine], of('standby', standby), of('primary', primary));
}

interface Held {
  readonly containers: readonly Container[];
  readonly isWhole: boolean;
}

function held({ groups, lists }: Network, side: 'standby' | 'primary', listIds: readonly string[], nsgIds: readonly string[]): Held {
  const found = [...nsgIds.map((id) => groups[side].byId.get(id)), ...listIds.map((id) => lists[side].byId.get(id))];
  const containers = found.filter((one) => one !== undefined);
  return { containers, isWhole: containers.length === found.length };
}

const unitOf = (machines: readonly string[], standby: Held, primary: Held): Unit => ({
  machines,
  primary: primary.containers,
  standby: standby.containers,
  isPrimaryWhole: primary.isWhole && primary.containers.every(({ gaps }) => gaps.length === 0),
  isStandbyWhole: standby.isWhole && standby.containers.every(({ gaps }) => gaps.length === 0),
});

export const pairSubnets = ({ standby, primary }: Sides): Paired<Subnet> =>
  pairUp(standby.facts.subnets, primary.facts.subnets, { standby: standby.keyOf, primary: primary.keyOf });
