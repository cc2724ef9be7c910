// What is wrong with one side's own groups and policies, or could not be seen of them.
import type { AloneContext, AloneRule, Draft } from '../../contract/rule.ts';
import { missingGroups } from './causes.ts';
import { type Facts, isInForce } from './facts.ts';
import { type Candidate, compartmentsIn, type KnownGroup, matches, memberOf } from './membership.ts';
import { matchingRemedy, policyRemedy } from './remedy.ts';
import type { Settings } from './settings.ts';
import { chainOf } from './tree.ts';
import { listOf, quotedStatement, shortened, statementName } from './wording.ts';
import { groupsOf, isSubject, type NotRead, type Offer, type World, worldOf } from './world.ts';

type Context = AloneContext<Settings>;
type Rule = AloneRule<Facts, Settings>;

const world = (facts: Facts, { settings }: Context): World => worldOf(facts, settings.scope);

const launched = new WeakMap<World, readonly Candidate[]>();

/** Instances of the side; where a compartment has none, one that is launched there. */
export function candidatesOf(side: World): readonly Candidate[] {
  const before = launched.get(side);
  if (before !== undefined) return before;
  const found = side.facts.instances.flatMap(({ compartment, seen }): readonly Candidate[] => {
    if (!Array.isArray(seen) || seen.length === 0) return [{ id: null, compartment, tags: null }];
    return seen.map(({ id, tags }) => ({ id, compartment, tags }));
  });
  launched.set(side, found);
  return found;
}

const matchesNothing: Rule = {
  code: 'iam/group-matches-nothing',
  kind: 'alone',
  severity: 'blocker',
  title: 'A dynamic group names a compartment above the instances, and so matches none of them',
  why: 'Policies are inherited by compartments below, rules of dynamic groups are not: a rule that names the parent takes in nobody, and every statement for the group grants nothing, on both sides alike.',
  judge: (facts, context) => {
    const side = world(facts, context);
    return used(side)
      .filter(([group]) => isInForce(group.state) && candidatesOf(side).every((one) => memberOf(group, one) === 'no'))
      .flatMap(([group, offers]) => aboveIn(side, group).map((above) => matchesNothingDraft(side, group, offers, above)))
      .filter((draft, at, all) => all.findIndex(({ subject }) => subject === draft.subject) === at);
  },
  remedy: matchingRemedy,
};

/** Groups of the statements that reach one of the side's own compartments. */
function used(side: World): readonly (readonly [KnownGroup, readonly Offer[]])[] {
  const own = Object.values(side.scope.compartments).flatMap((id) => chainOf(side.tree, id) ?? [id]);
  const found = new Map<KnownGroup, Offer[]>();
  for (const offer of side.offers) {
    if (!offer.isInForce || offer.statement.effect === 'deny' || offer.place === null || !own.includes(offer.place)) continue;
    for (const group of groupsOf(side, offer.statement.subject)) found.set(group, [...(found.get(group) ?? []), offer]);
  }
  return [...found].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
}

/** Compartments in its rule that the side's own lie in, and in which no instance is known to lie itself. */
function aboveIn({ facts, tree, scope }: World, { parsed }: KnownGroup): readonly string[] {
  if (parsed === null) return [];
  const above = new Set(Object.values(scope.compartments).flatMap((id) => (chainOf(tree, id) ?? []).slice(1)));
  const peopled = new Set(facts.above.flatMap(({ compartment, seen }) => (seen === true ? [compartment] : [])));
  return compartmentsIn(parsed).filter((id) => above.has(id) && !peopled.has(id));
}

function matchesNothingDraft(side: World, group: KnownGroup, offers: readonly Offer[], above: string): Draft {
  const { facts, tree, scope } = side;
  const name = above === tree.root ? 'the root' : (tree.byId.get(above)?.name ?? above);
  const below = Object.values(scope.compartments)
    .filter((id) => chainOf(tree, id)?.includes(above))
    .sort();
  const rule = `Any {${below.map((id) => `instance.compartment.id = '${id}'`).join(', ')}}`;
  return {
    subject: `dynamic group ${group.name}`,
    expected: `its rule names ${listOf(below.map((id) => tree.byId.get(id)?.name ?? id))}, where the instances lie`,
    actual: `its rule names ${name}, and no instance here is a member; for nothing: ${listOf([...new Set(offers.map(({ text }) => `“${shortened(text)}”`))], ', ', 4)}`,
    with: { group: group.name, groupId: group.id, rule, homeRegion: facts.homeRegion ?? '' },
  };
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
  remedy: (draft) =>
    [
      `# Dynamic group ${draft.with?.group}: see why it is not active, and make it anew if need be.`,
      `$ oci iam dynamic-group get --dynamic-group-id ${draft.with?.groupId}`,
    ].join('\n'),
};

const groupNotThere: Rule = {
  code: 'iam/group-not-there',
  kind: 'alone',
  severity: 'blocker',
  title: 'A policy for these compartments names a dynamic group that is not there',
  why: 'A group that was renamed or made anew leaves its statements behind: they are accepted, look right, and grant nothing.',
  judge: (facts, context) => {
    const side = world(facts, context);
    const stale = side.offers
      .filter(({ isInForce: is, statement }) => is && statement.effect === 'allow')
      .flatMap((offer) => missingGroups(side, offer).map((name) => ({ name, offer })));
    return [...Map.groupBy(stale, ({ name }) => name.toLowerCase())]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, all]): Draft => {
        const { name, offer } = all[0]!;
        return {
          subject: `dynamic group ${name}`,
          expected: 'a dynamic group of this name, or a statement that names one that is there',
          actual: `there is none; for nothing: ${listOf(
            all.map((one) => `${statementName(one.offer)} ${quotedStatement(one.offer)}`),
            ', ',
            4,
          )}`,
          with: {
            policy: offer.policy.name,
            policyId: offer.policy.id,
            statement: offer.text,
            number: String(offer.index + 1),
            homeRegion: facts.homeRegion ?? '',
          },
        };
      });
  },
  remedy: (draft) => policyRemedy(draft, 'Name the dynamic group that takes these instances in:'),
};

const policiesUnseen: Rule = {
  code: 'iam/policies-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Policies, instances or compartments could not be listed that decide what instances may do',
  why: 'A grant that seems to be missing may stand in a policy that was not shown, and one that seems to be there may be denied in it.',
  judge: (facts, context) => unseenDrafts(world(facts, context)),
  remedy: (draft) =>
    [
      '# The reader needs, in the tenancy or at least in the compartments that these lie in:',
      '#   Allow dynamic-group <group of the reader> to inspect policies in tenancy',
      '#   Allow dynamic-group <group of the reader> to inspect compartments in tenancy',
      '#   Allow dynamic-group <group of the reader> to read instances in compartment id <compartment>',
      `$ oci iam policy list --all --compartment-id ${draft.with?.compartment}`,
    ].join('\n'),
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

const withOf = ({ facts }: World, { policy, text, index }: NotRead): Record<string, string> => ({
  policy: policy.name,
  policyId: policy.id,
  statement: text,
  number: String(index + 1),
  homeRegion: facts.homeRegion ?? '',
});

const concerns = (side: World, subject: NotRead['read']['subject'], candidates: readonly Candidate[]): boolean =>
  subject === null || candidates.some((one) => isSubject(side, subject, one) !== 'no');

const notEvaluated: Rule = {
  code: 'iam/not-evaluated',
  kind: 'alone',
  severity: 'note',
  title: 'A statement across tenancies is not evaluated',
  why: 'What another tenancy admits is written there, and is not read from here: whether both sides have it, somebody has to know.',
  judge: (facts, context) => {
    const side = world(facts, context);
    return side.notRead
      .filter(
        ({ policy, read }) =>
          read.kind === 'cross-tenancy' &&
          read.word === 'endorse' &&
          isInForce(policy.state) &&
          concerns(side, read.subject, candidatesOf(side)),
      )
      .map(
        (one): Draft => ({
          subject: statementName(one),
          expected: 'a grant within the tenancy',
          actual: quotedStatement(one),
          with: withOf(side, one),
        }),
      );
  },
  remedy: (draft) => policyRemedy(draft, 'See that the other tenancy admits both sides:'),
};

export const aloneRules: readonly Rule[] = [matchesNothing, groupNotInForce, groupNotThere, policiesUnseen, statementUnread, notEvaluated];
