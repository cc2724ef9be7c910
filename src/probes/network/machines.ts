// Which VNIC of a machine stands for which of its twin's.
import type { InstanceFact, SeenVnic } from './facts.ts';
import { pairUp } from './pair-up.ts';
import type { Side, Sides } from './side.ts';

export interface MachinePair {
  readonly name: string;
  readonly standby: InstanceFact;
  readonly primary: InstanceFact;
}

export interface VnicPair {
  readonly machine: string;
  readonly standby: SeenVnic;
  readonly primary: SeenVnic;
}

export interface Machines {
  readonly pairs: readonly MachinePair[];
  /** Names that more than one machine of a side has, and the other side has as well. */
  readonly ambiguous: readonly string[];
  readonly vnics: readonly VnicPair[];
  /** VNICs of the primary's machines that have no counterpart, though all of the standby's were seen. */
  readonly missing: readonly { readonly machine: string; readonly vnic: SeenVnic }[];
}

export function machinesOf({ standby, primary }: Sides): Machines {
  const names = { standby: hostNames(standby), primary: hostNames(primary) };
  const { pairs, untold } = pairUp(standby.facts.instances, primary.facts.instances, names);
  const named = pairs.map((pair) => ({ ...pair, name: names.standby(pair.standby) }));
  const matched = named.map((pair) => vnicsOf(pair, standby, primary));
  return {
    pairs: named,
    ambiguous: untold.filter((name) => standby.facts.instances.some((one) => names.standby(one) === name)),
    vnics: matched.flatMap(({ vnics }) => vnics),
    missing: matched.flatMap(({ missing }) => missing),
  };
}

/** The fleet file's word for the instance goes before its display name. */
function hostNames({ scope, nameOf }: Side): (instance: InstanceFact) => string {
  // Of two names for one instance the first.
  const told = new Map(
    Object.entries(scope.hosts)
      .flatMap(([host, { id }]) => (id === undefined ? [] : [[id, host] as const]))
      .reverse(),
  );
  return ({ id, name }) => told.get(id) ?? nameOf({ id, name });
}

const seen = ({ vnics }: InstanceFact): readonly SeenVnic[] => ('kind' in vnics ? [] : vnics.filter((vnic) => vnic.kind === 'seen'));

const isWhole = ({ vnics }: InstanceFact): boolean => !('kind' in vnics) && vnics.every((vnic) => vnic.kind === 'seen');

/** The first VNIC is the twin's first; others go by name, then by subnet, then by being the only one that is left. */
function vnicsOf(pair: MachinePair, standby: Side, primary: Side): Pick<Machines, 'vnics' | 'missing'> {
  const { name } = pair;
  const mine = new Set(seen(pair.standby));
  const theirs = new Set(seen(pair.primary));
  const vnics: VnicPair[] = [];
  const take = (one: SeenVnic | undefined, other: SeenVnic): void => {
    if (one === undefined) return;
    vnics.push({ machine: nameOf(name, other), standby: one, primary: other });
    mine.delete(one);
    theirs.delete(other);
  };
  for (const isTwin of [
    (a: SeenVnic, b: SeenVnic) => a.isPrimary && b.isPrimary,
    (a: SeenVnic, b: SeenVnic) => a.isPrimary === b.isPrimary && standby.nameOf(a) === primary.nameOf(b),
    (a: SeenVnic, b: SeenVnic) =>
      a.isPrimary === b.isPrimary && subnetKey(standby, a) !== null && subnetKey(standby, a) === subnetKey(primary, b),
  ])
    for (const other of theirs) {
      const same = [...mine].filter((one) => isTwin(one, other));
      if (same.length === 1) take(same[0], other);
    }
  if (mine.size === 1 && theirs.size === 1) take([...mine][0], [...theirs][0]!);
  return { vnics, missing: isWhole(pair.standby) ? [...theirs].map((vnic) => ({ machine: name, vnic })) : [] };
}

const nameOf = (machine: string, vnic: SeenVnic): string => (vnic.isPrimary || vnic.name === machine ? machine : `${machine} ${vnic.name}`);

function subnetKey(side: Side, { subnetId }: SeenVnic): string | null {
  const subnet = side.facts.subnets.find(({ id }) => id === subnetId);
  return subnet === undefined ? null : side.keyOf(subnet);
}
