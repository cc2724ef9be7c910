// One side's facts, read: every statement in its place, every group with its rule, and what of it could not be seen.
import type { RegionScope, UnseenPart } from '../../contract/region.ts';
import { regionWords } from '../../formats/region-words.ts';
import { type Compartment, type Facts, isInForce, type Policy } from './facts.ts';
import {
  type Answer,
  anyOf,
  type Candidate,
  type GroupIndex,
  groupIndex,
  type KnownGroup,
  knownGroup,
  memberOf,
  type Named,
  namedGroup,
} from './membership.ts';
import { type CrossTenancy, parseStatement, type Statement, type Subject, type Unread } from './parse-statement.ts';
import { chainOf, located, type Tree, treeOf } from './tree.ts';

/** A statement where it stands. */
export interface Offer {
  readonly policy: Policy;
  readonly attachedTo: string;
  /** From nought. */
  readonly index: number;
  readonly text: string;
  readonly statement: Statement;
  /** The compartment it speaks of; null where its policy reaches none of that name. */
  readonly place: string | null;
  readonly isInForce: boolean;
}

export interface NotRead {
  readonly policy: Policy;
  readonly attachedTo: string;
  readonly index: number;
  readonly text: string;
  readonly read: Unread | CrossTenancy;
}

export interface World {
  readonly facts: Facts;
  readonly scope: RegionScope;
  readonly tree: Tree<Compartment>;
  readonly index: GroupIndex;
  readonly groups: readonly KnownGroup[];
  readonly offers: readonly Offer[];
  readonly notRead: readonly NotRead[];
  /** By the compartment whose policies were not seen. */
  readonly unseen: ReadonlyMap<string, UnseenPart>;
}

const worlds = new WeakMap<Facts, World>();

/** Read once: several rules judge the same facts. */
export function worldOf(facts: Facts, scope: RegionScope): World {
  const before = worlds.get(facts);
  if (before !== undefined && before.scope === scope) return before;
  const world = read(facts, scope);
  worlds.set(facts, world);
  return world;
}

function read(facts: Facts, scope: RegionScope): World {
  const tree = treeOf(facts.tenancy, facts.compartments);
  const groups = facts.groups.map(knownGroup);
  const offers: Offer[] = [];
  const notRead: NotRead[] = [];
  for (const { compartment: attachedTo, seen } of facts.policies) {
    if (!Array.isArray(seen)) continue;
    for (const policy of seen)
      for (const [index, text] of (policy.statements ?? []).entries()) {
        const one = parseStatement(text);
        const where = { policy, attachedTo, index, text };
        if (one.kind !== 'statement') notRead.push({ ...where, read: one });
        else offers.push({ ...where, statement: one, place: located(tree, attachedTo, one.location), isInForce: isInForce(policy.state) });
      }
  }
  offers.sort((a, b) => compareText(a.policy.name, b.policy.name) || a.index - b.index);
  const unseen = new Map(facts.policies.flatMap(({ compartment, seen }) => (Array.isArray(seen) ? [] : [[compartment, seen] as const])));
  return { facts, scope, tree, index: groupIndex(groups), groups, offers, notRead, unseen };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether the statement speaks of the instance. */
export function isSubject({ index }: World, subject: Subject | null, candidate: Candidate): Answer {
  if (subject === null) return 'unknown';
  if (subject.kind === 'service') return 'no';
  if (subject.kind !== 'groups') return 'yes';
  return anyOf(subject.groups.map((name) => isIn(namedGroup(index, name), candidate)));
}

function isIn(named: Named, candidate: Candidate): Answer {
  switch (named.kind) {
    case 'known':
      return memberOf(named.group, candidate);
    case 'out-of-sight':
      return 'unknown';
    case 'not-there':
    case 'of-people':
      return 'no';
  }
}

/** The groups of a statement that the list holds. */
export const groupsOf = ({ index }: World, subject: Subject | null): readonly KnownGroup[] =>
  subject?.kind === 'groups'
    ? subject.groups.flatMap((name) => {
        const named = namedGroup(index, name);
        return named.kind === 'known' ? [named.group] : [];
      })
    : [];

/** A compartment of the pair, in words that both sides have for it. */
export interface Target {
  /** One of the side's own compartments by its shared name; null for one that both sides mean by the same name. */
  readonly own: string | null;
  /** Names below that compartment, or from the root. */
  readonly path: readonly string[];
}

export const targetName = ({ own, path }: Target): string => [...(own === null ? [] : [own]), ...path].join(':') || 'the tenancy';

/** Null for what needs no comparing by itself: what holds an own compartment, and what is the other side's. */
export function targetOf({ tree, scope }: World, other: RegionScope, place: string): Target | null {
  const chain = chainOf(tree, place);
  if (chain === null) return null;
  const own = Object.entries(scope.compartments).sort(([a], [b]) => compareText(a, b));
  const theirs = new Set(Object.values(other.compartments));
  const names: string[] = [];
  for (const id of chain) {
    const shared = own.find(([, ownId]) => ownId === id)?.[0];
    if (shared !== undefined) return { own: shared, path: names };
    if (theirs.has(id)) return null;
    if (id !== tree.root) names.unshift(sharedName(scope, id, tree.byId.get(id)?.name ?? id));
  }
  const isAbove = own.some(([, id]) => chainOf(tree, id)?.includes(place));
  return isAbove ? null : { own: null, path: names };
}

const sharedName = (scope: RegionScope, id: string, name: string): string => regionWords(scope, scope).shared(id, name);

/** Whether what is said of a place holds in the target: what holds for a compartment holds for those below it. */
export function reaches(world: World, place: string, { own, path }: Target): boolean {
  const { tree, scope } = world;
  const anchor = own === null ? tree.root : scope.compartments[own];
  if (anchor === undefined) return false;
  const above = chainOf(tree, anchor) ?? [anchor];
  if (above.includes(place)) return true;
  const chain = chainOf(tree, place);
  const down = chain?.slice(0, Math.max(0, chain.indexOf(anchor))).reverse();
  if (down === undefined || down.length === 0 || !chain!.includes(anchor)) return false;
  const names = down.map((id) => sharedName(scope, id, tree.byId.get(id)?.name ?? id));
  return names.length <= path.length && names.every((name, at) => name === path[at]);
}

/** The compartment of this side that a target is; null where it has none such. */
export function placeOf(world: World, target: Target): string | null {
  const { tree, scope } = world;
  const anchor = target.own === null ? tree.root : (scope.compartments[target.own] ?? null);
  if (anchor === null || target.path.length === 0) return anchor;
  const found = [...tree.byId.keys()].find((id) => {
    const chain = chainOf(tree, id);
    return chain !== null && chain.indexOf(anchor) === target.path.length && reaches(world, id, target);
  });
  return found ?? null;
}

/** Whether a policy that was not seen could speak of the target. */
export function isVeiled(world: World, target: Target): boolean {
  return [...world.unseen.keys()].some((id) => {
    if (!id.startsWith('above ')) return reaches(world, id, target) || id === world.facts.tenancy;
    return target.own === null || world.scope.compartments[target.own] === id.slice('above '.length);
  });
}

export const isWithin = ({ tree }: World, place: string, id: string): boolean => chainOf(tree, place)?.includes(id) ?? place === id;
