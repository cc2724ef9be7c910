// What is wrong with one side's own groups and policies, or could not be seen of them.
import type { AloneContext, AloneRule, Draft } from '../../contract/rule.ts';
import { candidatesOf } from './candidates.ts';
import { type Facts, isInForce } from './facts.ts';
import { type Candidate, type KnownGroup, matches } from './membership.ts';
import { groupRemedy, listRemedy, policyRemedy } from './remedy.ts';
import type { Settings } from './settings.ts';
import { chainOf } from './tree.ts';
import { inPrint, listOf, quotedStatement, statementName } from './wording.ts';
import { groupsOf, isSubject, type NotRead, type Offer, type World, worldOf } from './world.ts';

type Context = AloneContext<Settings>;
type Rule = AloneRule<Facts, Settings>;

const world = (facts: Facts, { settings }: Context): World => worldOf(facts, settings.scope);

/** Groups of the statements that reach one of the side's own compartments. */
export function used(side: World): readonly (readonly [KnownGroup, readonly Offer[]])[] {
  const own = Object.values(side.scope.compartments).flatMap((id) => chainOf(side.tree, id) ?? [id]);
  const found = new Map<KnownGroup, Offer[]>();
  for (const offer of side.offers) {
    if (!offer.isInForce || offer.statement.effect === 'deny' || offer.place === null || !own.includes(offer.place)) continue;
    for (const group of groupsOf(side, offer.statement.subject)) found.set(group, [...(found.get(group) ?? []), offer]);
  }
  return [...found].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
}

const groupNotInForce: Rule = {
  code: 'iam/group-not-in-force',
  kind: 'alone',
  severity: 'blocker',
  title: 'The dynamic group that takes these instances in is not in force',
  why: 'A group that is inactive or being deleted has no members, on both sides alike: its statements grant nothing, whatever its rule says.',
  judge: (facts, context) => {
    const side = world(facts, context);
    const holds = (group: KnownGroup): boolean =>
      candidatesOf(side).some((one) => group.parsed !== null && matches(group.parsed, one) === 'yes');
    return used(side)
      .filter(([group]) => !isInForce(group.state) && holds(group))
      .map(
        ([group, offers]): Draft => ({
          subject: `dynamic group ${group.name}`,
          expected: 'ACTIVE',
          actual: `${group.state}; for nothing: ${listOf([...new Set(offers.map(quotedStatement))], ', ', 4)}`,
          with: { group: group.name, groupId: group.id, homeRegion: facts.homeRegion ?? '' },
        }),
      );
  },
  remedy: groupRemedy,
};

const policiesUnseen: Rule = {
  code: 'iam/policies-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Policies, instances or compartments could not be listed that decide what instances may do',
  why: 'A grant that seems to be missing may stand in a policy that was not shown, and one that seems to be there may be denied in it.',
  judge: (facts, context) => unseenDrafts(world(facts, context)),
  remedy: listRemedy,
};

export function unseenDrafts({ facts, tree }: World): readonly Draft[] {
  const nameOf = (id: string): string => (id === tree.root ? 'the root compartment' : (tree.byId.get(id)?.name ?? id));
  const told = (subject: string, { detail }: { readonly detail: string }, compartment: string): Draft => ({
    subject,
    expected: 'to be listed',
    actual: detail,
    with: { compartment },
  });
  return [
    ...facts.policies.flatMap(({ compartment, seen }) => {
      if (Array.isArray(seen)) return [];
      if (!compartment.startsWith('above ')) return [told(`policies of ${nameOf(compartment)}`, seen, compartment)];
      return [told(`compartments above ${nameOf(compartment.slice('above '.length))}`, seen, facts.tenancy)];
    }),
    ...facts.instances.flatMap(({ compartment, seen }) =>
      Array.isArray(seen) ? [] : [told(`instances of ${nameOf(compartment)}`, seen, compartment)],
    ),
  ];
}

const statementUnread: Rule = {
  code: 'iam/statement-unread',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A policy statement that may speak of these instances was not understood',
  why: 'What it grants or takes is not known, and neither is whether the standby may do what its primary may.',
  judge: (facts, context) => {
    const side = world(facts, context);
    return unreadDrafts(side, candidatesOf(side));
  },
  remedy: (draft) => policyRemedy(draft, 'Read by a person, or written in the documented form, it can be waived or compared:'),
};

export function unreadDrafts(side: World, candidates: readonly Candidate[]): readonly Draft[] {
  const unread = side.notRead.filter(
    ({ policy, read }) => read.kind === 'unread' && isInForce(policy.state) && concerns(side, read.subject, candidates),
  );
  const hidden = side.facts.policies.flatMap(({ seen }) =>
    Array.isArray(seen) ? seen.filter(({ statements }) => statements === null) : [],
  );
  return [
    ...unread.map((one): Draft => ({ ...unreadDraft(one), with: withOf(side, one) })),
    ...hidden.map(
      (policy): Draft => ({
        subject: `policy ${policy.name}`,
        expected: 'its statements',
        actual: 'they were not shown',
        with: { policy: policy.name, policyId: policy.id, statement: '', number: '', homeRegion: side.facts.homeRegion ?? '' },
      }),
    ),
  ];
}

function unreadDraft({ read, ...offer }: NotRead): Omit<Draft, 'with'> {
  const wanted = read.kind === 'unread' ? `${read.wanted} was expected at character ${read.at + 1}` : '';
  return { subject: statementName(offer), expected: 'a statement that is understood', actual: `${wanted}: ${quotedStatement(offer)}` };
}

export const withOf = ({ facts }: World, { policy, text, index }: NotRead): Record<string, string> => ({
  policy: policy.name,
  policyId: policy.id,
  statement: text,
  number: String(index + 1),
  homeRegion: facts.homeRegion ?? '',
});

export const concerns = (side: World, subject: NotRead['read']['subject'], candidates: readonly Candidate[]): boolean =>
  subject === null || candidates.some((one) => isSubject(side, subject, one) !== 'no');

export const aloneRules: readonly Rule[] = [groupNotInForce, policiesUnseen, statementUnread].map((one) => ({
  ...one,
  judge: (facts, context) => one.judge(facts, context).map(inPrint),
}));
