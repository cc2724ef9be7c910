// Whether an instance is a member of a dynamic group. A compartment in a rule is that compartment alone: what lies below it is not in it.
// https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/Writing_Matching_Rules_to_Define_Dynamic_Groups.htm
import { type Group, isInForce, isStrangeState } from './facts.ts';
import { type MatchingRule, parseMatchingRule } from './parse-matching-rule.ts';
import type { GroupName } from './parse-statement.ts';

/** Three answers: what could not be decided is neither. */
export type Answer = 'yes' | 'no' | 'unknown';

export interface Candidate {
  /** Null for an instance that is not there yet. */
  readonly id: string | null;
  readonly compartment: string;
  /** Defined tags, `namespace.key` in small letters; null where they are not known. */
  readonly tags: Readonly<Record<string, string>> | null;
}

/** What is known of one dynamic group; its rule is parsed once. */
export interface KnownGroup extends Group {
  readonly parsed: MatchingRule | null;
}

export function knownGroup(group: Group): KnownGroup {
  const parsed = group.rule === null ? null : parseMatchingRule(group.rule);
  return { ...group, parsed: parsed?.kind === 'parsed' ? parsed.value : null };
}

const members = new WeakMap<KnownGroup, WeakMap<Candidate, Answer>>();

export function memberOf(group: KnownGroup, candidate: Candidate): Answer {
  if (!isInForce(group.state)) return 'no';
  if (group.parsed === null) return 'unknown';
  const known = members.get(group) ?? new WeakMap<Candidate, Answer>();
  members.set(group, known);
  const before = known.get(candidate);
  if (before !== undefined) return before;
  const is = matches(group.parsed, candidate);
  const answer = is === 'yes' && isStrangeState(group.state) ? 'unknown' : is;
  known.set(candidate, answer);
  return answer;
}

/** All of an instance that the rules of groups ask for: two that are equal in it are members of the same groups. */
export function profiling(groups: readonly KnownGroup[]): (candidate: Candidate) => string {
  const rules = groups.flatMap(({ parsed }) => (parsed === null ? [] : leavesOf(parsed)));
  const tags = [...new Set(rules.map(({ variable }) => variable.toLowerCase()).filter((one) => one.startsWith('tag.')))].map(tagName);
  const values = new Set(rules.flatMap((one) => (one.kind === 'compare' ? [one.value.toLowerCase()] : [])));
  return ({ id, compartment, tags: own }) => {
    // To rules one instance that they do not name is like another, and like one that is not there yet.
    const named = id !== null && values.has(id.toLowerCase()) ? id : null;
    return JSON.stringify([named, compartment, own === null ? null : tags.map((tag) => (Object.hasOwn(own, tag) ? [own[tag]] : null))]);
  };
}

type Leaf = Exclude<MatchingRule, { readonly of: unknown }>;

const leavesOf = (rule: MatchingRule): readonly Leaf[] => ('of' in rule ? rule.of.flatMap(leavesOf) : [rule]);

/**
 * Variables of resources speak of other things than instances. Rules with `resource.type = 'instance'` have been seen to take instances in
 * and not to: where that decides, nothing is known.
 */
export function matches(rule: MatchingRule, candidate: Candidate): Answer {
  const without = tried(rule, candidate, false);
  if (!speaksOfInstancesAsResources(rule)) return without;
  return tried(rule, candidate, true) === without ? without : 'unknown';
}

const asResources = new WeakMap<MatchingRule, boolean>();

function speaksOfInstancesAsResources(rule: MatchingRule): boolean {
  if (!('of' in rule))
    return rule.kind === 'compare' && rule.variable.toLowerCase() === 'resource.type' && rule.value.toLowerCase() === 'instance';
  const before = asResources.get(rule);
  if (before !== undefined) return before;
  const is = rule.of.some(speaksOfInstancesAsResources);
  asResources.set(rule, is);
  return is;
}

function tried(rule: MatchingRule, candidate: Candidate, isResource: boolean): Answer {
  switch (rule.kind) {
    case 'any':
      return triedAny(rule, candidate, isResource);
    case 'all':
      return allOf(rule.of.map((one) => tried(one, candidate, isResource)));
    case 'exists':
      return candidate.tags === null ? 'unknown' : answer(Object.hasOwn(candidate.tags, tagName(rule.variable)));
    case 'compare':
      return compared(rule, candidate, isResource);
  }
}

interface Branches {
  /** Instances that are named, in small letters: there may be hundreds. */
  readonly ids: ReadonlySet<string>;
  readonly others: readonly MatchingRule[];
}

const branches = new WeakMap<MatchingRule, Branches>();

function triedAny(rule: MatchingRule & { readonly of: readonly MatchingRule[] }, candidate: Candidate, isResource: boolean): Answer {
  const known = branches.get(rule) ?? branchesOf(rule.of);
  branches.set(rule, known);
  if (candidate.id !== null && known.ids.has(candidate.id.toLowerCase())) return 'yes';
  return anyOf(known.others.map((one) => tried(one, candidate, isResource)));
}

function branchesOf(of: readonly MatchingRule[]): Branches {
  const isNamed = (one: MatchingRule): boolean => one.kind === 'compare' && one.isEqual && one.variable.toLowerCase() === 'instance.id';
  return {
    ids: new Set(of.flatMap((one) => (isNamed(one) && one.kind === 'compare' ? [one.value.toLowerCase()] : []))),
    others: of.filter((one) => !isNamed(one)),
  };
}

export const anyOf = (answers: readonly Answer[]): Answer =>
  answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';

export const allOf = (answers: readonly Answer[]): Answer =>
  answers.includes('no') ? 'no' : answers.includes('unknown') ? 'unknown' : 'yes';

const answer = (is: boolean): Answer => (is ? 'yes' : 'no');

function compared(
  { variable, isEqual, value }: Extract<MatchingRule, { kind: 'compare' }>,
  candidate: Candidate,
  isResource: boolean,
): Answer {
  const name = variable.toLowerCase();
  const is = (own: string | null): Answer => answer((own?.toLowerCase() === value.toLowerCase()) === isEqual);
  switch (name) {
    case 'instance.id':
      return is(candidate.id);
    case 'instance.compartment.id':
      return is(candidate.compartment);
    case 'resource.id':
      return isResource ? is(candidate.id) : 'no';
    case 'resource.compartment.id':
      return isResource ? is(candidate.compartment) : 'no';
    case 'resource.type':
      return isResource ? is('instance') : 'no';
  }
  if (!name.startsWith('tag.')) return 'unknown';
  if (candidate.tags === null) return 'unknown';
  const tag = candidate.tags[tagName(name)];
  // Whether "is not" holds for what has no such tag at all is not documented.
  return tag === undefined ? (isEqual ? 'no' : 'unknown') : is(tag);
}

/** `tag.namespace.key.value` as `namespace.key`. */
export const tagName = (variable: string): string =>
  variable
    .toLowerCase()
    .replace(/^tag\./, '')
    .replace(/\.value$/, '');

export function variablesOf(rule: MatchingRule): readonly string[] {
  return 'of' in rule ? rule.of.flatMap(variablesOf) : [rule.variable.toLowerCase()];
}

/** Compartments whose instances the rule takes in by name. */
export function compartmentsIn(rule: MatchingRule): readonly string[] {
  if ('of' in rule) return rule.of.flatMap(compartmentsIn);
  return rule.kind === 'compare' && rule.isEqual && /^instance\.compartment\.id$/i.test(rule.variable) ? [rule.value] : [];
}

export type Named =
  | { readonly kind: 'known'; readonly group: KnownGroup }
  /** The list was read and does not hold it. */
  | { readonly kind: 'not-there' }
  /** Of another identity domain, or the list holds groups of which no name was shown. */
  | { readonly kind: 'out-of-sight'; readonly why: string }
  | { readonly kind: 'of-people' };

export type GroupIndex = ReadonlyMap<string, KnownGroup>;

/** One that was deleted stays in the list for a while, and its name may be another’s by then. */
export const groupIndex = (groups: readonly KnownGroup[]): GroupIndex =>
  new Map(
    groups
      .toSorted((one, two) => Number(isInForce(one.state)) - Number(isInForce(two.state)))
      .flatMap((group) => [[`id ${group.id.toLowerCase()}`, group] as const, [`name ${group.name.toLowerCase()}`, group] as const]),
  );

export function namedGroup(index: GroupIndex, { isDynamic, domain, id, name }: GroupName): Named {
  if (!isDynamic) return { kind: 'of-people' };
  if (domain !== null && domain.toLowerCase() !== 'default')
    return { kind: 'out-of-sight', why: `the groups of the identity domain ${domain} are not in the list of dynamic groups` };
  const group = index.get(id === null ? `name ${name.toLowerCase()}` : `id ${id.toLowerCase()}`);
  if (group !== undefined) return { kind: 'known', group };
  if (id !== null)
    return { kind: 'out-of-sight', why: 'no dynamic group of this OCID is in the list, which holds those of the default identity domain' };
  return index.has('name ') ? { kind: 'out-of-sight', why: 'the list holds a dynamic group without a name' } : { kind: 'not-there' };
}
