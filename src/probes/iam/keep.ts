// Leaves out of what was read what concerns no instance of this side: a tenancy holds the groups and policies of everybody else too.
import type { Compartment, Facts, Group, Policy } from './facts.ts';
import {
  type Candidate,
  compartmentsIn,
  type GroupIndex,
  groupIndex,
  type KnownGroup,
  knownGroup,
  memberOf,
  type Named,
  namedGroup,
  tagName,
  variablesOf,
} from './membership.ts';
import { type CrossTenancy, parseStatement, type Statement, type Subject, type Unread } from './parse-statement.ts';
import { chainOf, knownChainOf, located, type Tree } from './tree.ts';

export interface Seen {
  /** The side's own compartments. */
  readonly own: readonly string[];
  readonly tree: Tree<Compartment>;
  readonly groups: readonly Group[];
  readonly instances: Facts['instances'];
  readonly policies: Facts['policies'];
}

type Read = Statement | CrossTenancy | Unread;

function* statementsOf({ policies }: Seen): Generator<{ readonly attachedTo: string; readonly policy: Policy; readonly read: Read }> {
  for (const { compartment, seen } of policies) {
    if (!Array.isArray(seen)) continue;
    for (const policy of seen)
      for (const text of policy.statements ?? []) yield { attachedTo: compartment, policy, read: parseStatement(text) };
  }
}

const subjectGroups = (subject: Subject | null) => (subject?.kind === 'groups' ? subject.groups : []);

/** Ids of the groups that a policy speaks of. */
export function groupsNamed(seen: Seen): ReadonlySet<string> {
  const index = groupIndex(seen.groups.map(knownGroup));
  const ids = new Set<string>();
  for (const { read } of statementsOf(seen))
    for (const name of subjectGroups(read.subject)) {
      const named = namedGroup(index, name);
      if (named.kind === 'known') ids.add(named.group.id);
    }
  return ids;
}

export function withoutOthers(seen: Seen): Pick<Facts, 'compartments' | 'instances' | 'groups' | 'policies'> {
  const known = seen.groups.map(knownGroup);
  const relevance = new Relevance(seen, known);
  const kept = new Set<Policy>();
  const groups = new Set<KnownGroup>(known.filter(({ name }) => name === ''));
  const places = new Set(seen.own.flatMap((id) => knownChainOf(seen.tree, id)));
  for (const { attachedTo, policy, read } of statementsOf(seen)) {
    if (!relevance.concerns(read, attachedTo)) continue;
    kept.add(policy);
    if (read.kind === 'statement') places.add(located(seen.tree, attachedTo, read.location) ?? attachedTo);
    for (const name of subjectGroups(read.subject)) {
      const named = namedGroup(relevance.index, name);
      if (named.kind === 'known') groups.add(named.group);
    }
  }
  const policies = seen.policies
    .map(({ compartment, seen: part }) => ({
      compartment,
      seen: Array.isArray(part) ? part.filter((one) => one.statements === null || kept.has(one)) : part,
    }))
    .sort((a, b) => (a.compartment < b.compartment ? -1 : 1));
  return { ...said(seen, [...groups], policies, places), policies };
}

/** Whether a statement could grant something to an instance here, or was meant to. */
class Relevance {
  readonly index: GroupIndex;
  readonly #seen: Seen;
  readonly #candidates: readonly Candidate[];
  readonly #above: ReadonlySet<string>;
  readonly #members = new Map<KnownGroup, boolean>();

  constructor(seen: Seen, known: readonly KnownGroup[]) {
    this.index = groupIndex(known);
    this.#seen = seen;
    this.#above = new Set(seen.own.flatMap((id) => knownChainOf(seen.tree, id)));
    this.#candidates = seen.instances.flatMap(({ compartment, seen: part }) => [
      // Where there is none yet, one that is launched there.
      ...(Array.isArray(part) && part.length > 0
        ? part.map(({ id, tags }) => ({ id, compartment, tags }))
        : [{ id: null, compartment, tags: null }]),
    ]);
  }

  concerns(read: Read, attachedTo: string): boolean {
    const { subject } = read;
    if (subject === null) return read.kind === 'unread';
    if (subject.kind !== 'groups') return subject.kind !== 'service';
    const isHere = read.kind === 'statement' && this.#isOurs(located(this.#seen.tree, attachedTo, read.location));
    return subject.groups.some((name) => this.#isMeant(namedGroup(this.index, name), isHere));
  }

  #isMeant(named: Named, isHere: boolean): boolean {
    switch (named.kind) {
      case 'of-people':
        return false;
      case 'not-there':
        return isHere;
      case 'out-of-sight':
        return true;
      case 'known':
        return isHere || this.#mayHold(named.group);
    }
  }

  /** One of the side's own compartments, or below one. */
  #isOurs(place: string | null): boolean {
    return place !== null && (chainOf(this.#seen.tree, place) ?? [place]).some((id) => this.#seen.own.includes(id));
  }

  /** It holds one, or it is not known whether, or its rule names what they lie in, as one who thinks that rules reach down would write. */
  #mayHold(group: KnownGroup): boolean {
    const before = this.#members.get(group);
    if (before !== undefined) return before;
    const may =
      this.#candidates.some((candidate) => memberOf({ ...group, state: null }, candidate) !== 'no') ||
      (group.parsed !== null && compartmentsIn(group.parsed).some((id) => this.#above.has(id)));
    this.#members.set(group, may);
    return may;
  }
}

/** Groups, and of compartments and tags those that the kept texts speak of. */
function said(
  { tree, instances }: Seen,
  kept: readonly KnownGroup[],
  policies: Facts['policies'],
  places: ReadonlySet<string>,
): Pick<Facts, 'compartments' | 'instances' | 'groups'> {
  const statements = policies.flatMap(({ seen }) => (Array.isArray(seen) ? seen.flatMap((one) => one.statements ?? []) : []));
  const tags = new Set(
    kept
      .flatMap(({ parsed }) => (parsed === null ? [] : variablesOf(parsed)))
      .filter((one) => one.startsWith('tag.'))
      .map(tagName),
  );
  const named = [...statements, ...kept.map(({ rule }) => rule ?? '')].flatMap(
    (text) => text.match(/ocid1\.(?:compartment|tenancy)\.[\w.-]+/gi) ?? [],
  );
  const ids = new Set([...places, ...named].filter((id) => tree.byId.has(id)).flatMap((id) => knownChainOf(tree, id)));
  const compartmentTags = new Set(
    statements.flatMap((text) => [...text.matchAll(/\.compartment\.tag\.([\w.-]+)/gi)].map(([, name]) => name!.toLowerCase())),
  );
  return {
    compartments: [...tree.byId.values()].filter(({ id }) => ids.has(id)).map((one) => ({ ...one, tags: only(one.tags, compartmentTags) })),
    instances: instances.map(({ compartment, seen }) => ({
      compartment,
      seen: Array.isArray(seen) ? seen.map((one) => ({ ...one, tags: only(one.tags, tags) })) : seen,
    })),
    groups: kept.map(({ id, name, state, rule }) => ({ id, name, state, rule })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

const only = (tags: Readonly<Record<string, string>> | null, names: ReadonlySet<string>): Record<string, string> | null =>
  tags === null
    ? null
    : Object.fromEntries(
        Object.entries(tags)
          .filter(([name]) => names.has(name))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
