// Which instance of the standby stands for which of the primary. Those that the rules cannot tell apart are taken together.
import type { Instance } from './facts.ts';
import { type Candidate, memberOf, profiling } from './membership.ts';
import { instanceNames } from './resolve.ts';
import type { World } from './world.ts';

export interface Pair {
  /** As operators call them, on the standby; sorted. */
  readonly names: readonly string[];
  readonly primary: Candidate;
  readonly standby: Candidate;
}

interface Named {
  readonly name: string;
  readonly candidate: Candidate;
}

export function pairsOf(standby: World, primary: World): readonly Pair[] {
  const shared = Object.keys(standby.scope.compartments)
    .filter((name) => primary.scope.compartments[name] !== undefined)
    .sort();
  const ours = shared.map((name) => listed(standby, name));
  const theirs = shared.map((name) => listed(primary, name));
  const twins = new Map(
    theirs
      .flat()
      .reverse()
      .map((one) => [one.name, one]),
  );
  const matched = ours.flat().flatMap((one) => {
    const twin = twins.get(one.name);
    return twin === undefined ? [] : [{ name: one.name, standby: one.candidate, primary: twin.candidate }];
  });
  const stood = shared.flatMap((name, at) => {
    const isMet = matched.some(({ primary: { compartment } }) => compartment === primary.scope.compartments[name]);
    return isMet ? [] : standIns({ name, standby, primary, ours: ours[at]!, theirs: theirs[at]! });
  });
  return together(standby, primary, [...matched, ...stood]);
}

interface Single {
  readonly name: string;
  readonly standby: Candidate;
  readonly primary: Candidate;
}

function listed(world: World, shared: string): readonly Named[] {
  const compartment = world.scope.compartments[shared]!;
  const seen = world.facts.instances.find((one) => one.compartment === compartment)?.seen;
  const list: readonly Instance[] = Array.isArray(seen) ? seen : [];
  const names = instanceNames(world);
  return list.map(({ id, name, tags }) => ({ name: names.get(id) ?? name, candidate: { id, compartment, tags } }));
}

interface Unmatched {
  readonly name: string;
  readonly standby: World;
  readonly primary: World;
  readonly ours: readonly Named[];
  readonly theirs: readonly Named[];
}

/**
 * A compartment in which no two are twins. What is launched in a failover is a member by the same rules: where one side has none yet, each
 * of the other's has a twin that is launched as it was; else one that is launched there stands for all.
 */
function standIns({ name, standby, primary, ours, theirs }: Unmatched): readonly Single[] {
  const at = (world: World, tags: Candidate['tags']): Candidate => ({ id: null, compartment: world.scope.compartments[name]!, tags });
  if (ours.length === 0 && theirs.length > 0)
    return theirs.map((one) => ({ name: one.name, primary: one.candidate, standby: at(standby, one.candidate.tags) }));
  if (theirs.length === 0 && ours.length > 0)
    return ours.map((one) => ({ name: one.name, standby: one.candidate, primary: at(primary, one.candidate.tags) }));
  const isOfOneKind = (world: World, all: readonly Named[]): boolean => {
    const kindOf = kindsIn(world);
    return new Set(all.map(({ candidate }) => kindOf(candidate))).size === 1;
  };
  if (isOfOneKind(standby, ours) && isOfOneKind(primary, theirs))
    return ours.map((one) => ({ name: one.name, standby: one.candidate, primary: theirs[0]!.candidate }));
  return [{ name: `an instance launched in ${name}`, standby: at(standby, null), primary: at(primary, null) }];
}

function together(standby: World, primary: World, singles: readonly Single[]): readonly Pair[] {
  const kinds = new Map<string, { names: string[]; single: Single }>();
  const [ours, theirs] = [kindsIn(standby), kindsIn(primary)];
  for (const single of singles) {
    const key = `${ours(single.standby)} ${theirs(single.primary)}`;
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, { names: [single.name], single });
    else known.names.push(single.name);
  }
  return [...kinds.values()].map(({ names, single }) => ({
    names: [...new Set(names)].sort(),
    standby: single.standby,
    primary: single.primary,
  }));
}

const named = new WeakMap<World, ReadonlySet<string>>();

/** All that a statement or a group can ask of an instance: asked of one instance for all that look alike to every rule. */
function kindsIn(world: World): (candidate: Candidate) => string {
  const profileOf = profiling(world.groups);
  const known = new Map<string, string>();
  return (candidate) => {
    const profile = profileOf(candidate);
    const groups = known.get(profile) ?? world.groups.map((group) => memberOf(group, candidate)[0]).join('');
    known.set(profile, groups);
    const id = candidate.id !== null && instancesInConditions(world).has(candidate.id) ? candidate.id : '';
    return `${candidate.compartment} ${groups} ${id}`;
  };
}

/** OCIDs of instances in the conditions of statements. */
function instancesInConditions(world: World): ReadonlySet<string> {
  const before = named.get(world);
  if (before !== undefined) return before;
  const found = new Set(
    world.offers.filter(({ statement }) => statement.where !== null).flatMap(({ text }) => text.match(/ocid1\.instance\.[\w.-]+/gi) ?? []),
  );
  named.set(world, found);
  return found;
}
