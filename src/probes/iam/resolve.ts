// Settles of a condition what is known: who asks, from which region, for what in which compartment, and when. A variable that does not
// apply to a request makes its test false, `!=` as well as `=`; values are compared without regard to case.
// https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/conditions.htm

import { isInRegion, readOcid } from '../../formats/oci.ts';
import { mapped } from '../../formats/region-words.ts';
import { availabilityDomainTest } from './availability-domains.ts';
import { both, either, type Formula, fits, never, truth } from './formula.ts';
import type { Candidate } from './membership.ts';
import type { Condition, Value } from './parse-condition.ts';
import { permissionsOf } from './permissions.ts';
import { chainOf, knownChainOf, pathOf } from './tree.ts';
import type { World } from './world.ts';

/** Looked at only where a condition asks for the time: what does not ask does not depend on it. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Circumstances {
  readonly world: World;
  readonly candidate: Candidate;
  /** The compartment that is asked in; null where this side has none such. */
  readonly place: string | null;
  readonly resource: string;
  readonly clock: Clock;
  /** As if every test of the region held: tells whether the region alone stands in the way. */
  readonly isRegionFree?: boolean;
}

export function resolve(condition: Condition | null, given: Circumstances): Formula {
  if (condition === null) return { kind: 'always' };
  switch (condition.kind) {
    case 'all':
      return both(condition.of.map((one) => resolve(one, given)));
    case 'any':
      return either(condition.of.map((one) => resolve(one, given)));
    case 'compare':
      return tested(condition.variable, condition.isEqual, condition.value, given);
    case 'in': {
      const tests = condition.values.map((value) => tested(condition.variable, condition.isEqual, value, given));
      return condition.isEqual ? either(tests) : both(tests);
    }
    case 'time':
      return timed(condition, given);
  }
}

function tested(variable: string, isEqual: boolean, value: Value, given: Circumstances): Formula {
  const name = variable.toLowerCase();
  if (name === 'request.region' && given.isRegionFree === true) return { kind: 'always' };
  if (name === 'request.ad' && value.kind !== 'variable') {
    const domain = availabilityDomainTest(value, isEqual, given.world.facts.region, ownMark);
    if (domain !== null) return domain.kind === 'never' && given.isRegionFree === true ? { kind: 'always' } : domain;
  }
  const known = knownValue(name, given);
  if (value.kind === 'variable') return related(name, known, isEqual, value.text.toLowerCase(), given);
  const text = value.text.toLowerCase();
  if (known.kind === 'unknown') return known;
  if (known.kind === 'values') {
    if (known.values.length === 0) return never;
    return truth(known.values.some((one) => (value.kind === 'pattern' ? fits(text, one) : text === one)) === isEqual);
  }
  if (!applies(name, given.resource)) return never;
  const canonical = value.kind === 'pattern' ? text : canonicalValue(value.text, given.world);
  // How things are tagged is not seen: each side may have its own word for the same.
  if (/^target\.[\w-]+\.tag\./.test(name))
    return { kind: 'test', variable: name, isEqual, isPattern: value.kind === 'pattern', value: `${ownMark}tag ${text}` };
  // What belongs to another region is never what is asked for in this one.
  if (canonical === null) return isEqual ? never : { kind: 'test', variable: name, isEqual: true, isPattern: true, value: '*' };
  return { kind: 'test', variable: name, isEqual, isPattern: value.kind === 'pattern', value: canonical };
}

type Known =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'free' }
  | Extract<Formula, { kind: 'unknown' }>;

const values = (...texts: readonly (string | null)[]): Known => ({
  kind: 'values',
  values: texts.filter((text) => text !== null).map((text) => text.toLowerCase()),
});

/** No OCID: an instance that is not there yet is none of those that a policy names. */
const notYet = 'not launched yet';

function knownValue(name: string, { world, candidate, place }: Circumstances): Known {
  switch (name) {
    case 'request.region':
      return world.facts.region.key === null
        ? { kind: 'unknown', why: 'the key of the region is not known' }
        : values(world.facts.region.key);
    case 'request.principal.type':
      return values('instance');
    case 'request.principal.id':
    case 'request.instance.id':
      return values(candidate.id ?? notYet);
    case 'request.principal.compartment.id':
    case 'request.instance.compartment.id':
      return values(candidate.compartment);
    case 'target.compartment.id':
    case 'target.resource.compartment.id':
      return values(place);
    case 'target.compartment.name':
      return values(place === null ? null : (world.tree.byId.get(place)?.name ?? null));
  }
  // Users and their groups: no instance is a user, and tags of dynamic groups are not read.
  if (/^request\.(?:user|groups)\./.test(name)) return values();
  if (/^request\.principal\.group\./.test(name)) return { kind: 'unknown', why: 'tags of dynamic groups are not read' };
  const tag = /^(request\.principal|target\.resource)\.compartment\.tag\.(.+)$/.exec(name);
  if (tag === null) return { kind: 'free' };
  return tagOf(world, tag[1] === 'request.principal' ? candidate.compartment : place, tag[2]!);
}

function tagOf({ tree }: World, place: string | null, name: string): Known {
  if (place === null) return values();
  const [own, ...above] = knownChainOf(tree, place).map((id) => tree.byId.get(id)?.tags ?? null);
  if (own != null && Object.hasOwn(own, name)) return values(own[name]!);
  const isUnclear = own == null || above.some((tags) => tags !== null && Object.hasOwn(tags, name));
  return isUnclear ? { kind: 'unknown', why: `whether the tag ${name} counts for this compartment is not known` } : values();
}

/** One variable beside another. */
function related(name: string, known: Known, isEqual: boolean, otherName: string, given: Circumstances): Formula {
  const theirs = knownValue(otherName, given);
  if (known.kind === 'values' && theirs.kind === 'values') {
    if (known.values.length === 0 || theirs.values.length === 0) return never;
    return truth(known.values.some((one) => theirs.values.includes(one)) === isEqual);
  }
  if (known.kind === 'unknown') return known;
  if (theirs.kind === 'unknown') return theirs;
  return { kind: 'test', variable: `${name} = ${otherName}`, isEqual, isPattern: false, value: 'true' };
}

/** Which resource types a variable is of. Others are let stand. */
const variableOwners: readonly (readonly [string, readonly string[]])[] = [
  ['target.bucket.', ['buckets', 'objects']],
  ['target.object.', ['objects']],
  ['target.secret.', ['secrets', 'secret-versions', 'secret-bundles']],
  ['target.key.', ['keys', 'key-delegate']],
  ['target.repo.', ['repos']],
  ['target.metrics.', ['metrics']],
];

function applies(name: string, resource: string): boolean {
  const owners = variableOwners.find(([prefix]) => name.startsWith(prefix))?.[1];
  return owners === undefined || owners.includes(resource) || permissionsOf(resource, 'manage') === null;
}

function timed({ variable, operator, values: times }: Extract<Condition, { kind: 'time' }>, { clock }: Circumstances): Formula {
  const at = times.map(({ kind, text }) => (kind === 'text' && /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN));
  if (variable.toLowerCase() !== 'request.utc-timestamp' || at.some(Number.isNaN)) {
    const said = `${variable} ${operator} ${times.map(({ text }) => text).join(' and ')}`.toLowerCase();
    return { kind: 'test', variable: said, isEqual: true, isPattern: false, value: 'true' };
  }
  switch (operator) {
    case 'before':
      return truth(clock.now < at[0]!);
    case 'after':
      return truth(clock.now > at[0]!);
    case 'between':
      return truth(clock.now >= at[0]! && clock.now <= at[1]!);
  }
}

/** In words that both sides share; null for what lies in another region than this side's. */
export function canonicalValue(text: string, world: World): string | null {
  const { scope, facts, tree } = world;
  const told = mapped(scope.names, text);
  if (told !== undefined) return told.toLowerCase();
  if (!/^ocid1\./i.test(text)) return text.toLowerCase();
  const shared = Object.entries(scope.compartments).find(([, id]) => id === text)?.[0];
  if (shared !== undefined) return `compartment ${shared}`.toLowerCase();
  if (tree.byId.has(text) && chainOf(tree, text) !== null) return `compartment ${pathOf(tree, text)!.join(':')}`.toLowerCase();
  const host = instanceNames(world).get(text);
  if (host !== undefined) return `instance ${host}`.toLowerCase();
  const isOwn = isInRegion(text, facts.region);
  if (isOwn === false) return null;
  return isOwn === true ? `${ownMark}${readOcid(text)?.type} ${text}`.toLowerCase() : text.toLowerCase();
}

/** Before an OCID of the side's own region of which nobody said what it is called on the other side. */
export const ownMark = 'own ';

const names = new WeakMap<World, ReadonlyMap<string, string>>();

/** OCIDs of the side's instances to the names that both sides share. */
export function instanceNames(world: World): ReadonlyMap<string, string> {
  const before = names.get(world);
  if (before !== undefined) return before;
  const { scope, facts } = world;
  const hosts = Object.entries(scope.hosts).flatMap(([name, { id }]) => (id === undefined ? [] : [[id, name] as const]));
  const listed = facts.instances.flatMap(({ seen }) =>
    Array.isArray(seen) ? seen.map(({ id, name }) => [id, mapped(scope.names, id) ?? mapped(scope.names, name) ?? name] as const) : [],
  );
  const found = new Map([...listed, ...hosts]);
  names.set(world, found);
  return found;
}
