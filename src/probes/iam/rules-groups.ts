// Dynamic groups that take in nobody, beside what the instances of both sides are members of.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { candidatesOf } from './candidates.ts';
import { missingGroups } from './causes.ts';
import { type Facts, isInForce } from './facts.ts';
import { compartmentsIn, type KnownGroup, memberOf } from './membership.ts';
import { findings } from './once.ts';
import { printMatchingRule } from './parse-matching-rule.ts';
import { matchingRemedy, policyRemedy } from './remedy.ts';
import { used } from './rules-alone.ts';
import type { Settings } from './settings.ts';
import { chainOf } from './tree.ts';
import { listOf, quotedStatement, shortened, statementName } from './wording.ts';
import { groupsOf, isWithin, type Offer, type World, worldOf } from './world.ts';

type Context = PairedContext<Settings>;
type Rule = PairedRule<Facts, Settings>;

interface Sides {
  readonly standby: World;
  readonly primary: World;
}

const sidesOf = (standby: Facts, primary: Facts, context: Context): Sides => ({
  standby: worldOf(standby, context.standby.settings.scope),
  primary: worldOf(primary, context.primary.settings.scope),
});

interface Parent {
  readonly group: KnownGroup;
  readonly offers: readonly Offer[];
  /** The compartment in its rule. */
  readonly above: string;
}

/** Groups whose rule names what the standby's compartments lie in, and that take none of its instances in. */
function parentsIn({ standby, primary }: Sides): readonly Parent[] {
  const peopled = new Set([...standby.facts.above, ...primary.facts.above].flatMap((one) => (one.seen === true ? [one.compartment] : [])));
  const above = new Set(Object.values(standby.scope.compartments).flatMap((id) => (chainOf(standby.tree, id) ?? []).slice(1)));
  return used(standby).flatMap(([group, offers]) => {
    if (group.parsed === null || !isInForce(group.state)) return [];
    if (candidatesOf(standby).some((one) => memberOf(group, one) !== 'no')) return [];
    const named = compartmentsIn(group.parsed).find((id) => above.has(id) && !peopled.has(id));
    return named === undefined ? [] : [{ group, offers, above: named }];
  });
}

/** An instance that no group of these statements is known to take in, or may: nothing else can have been meant for it. */
function isLeftOut({ standby }: Sides): boolean {
  const groups = used(standby).map(([group]) => group);
  return candidatesOf(standby).some((one) => groups.every((group) => memberOf(group, one) === 'no'));
}

const matchesNothing: Rule = {
  code: 'iam/group-matches-nothing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A dynamic group names a compartment above the instances, and so matches none of them',
  why: 'Policies are inherited by compartments below, rules of dynamic groups are not: a rule that names the parent takes in nobody of them, and they are in no other group either: every statement for the group passes them by, on both sides alike.',
  judge: (standby, primary, context) => {
    const sides = sidesOf(standby, primary, context);
    return isLeftOut(sides) ? parentsIn(sides).map((one) => parentDraft(sides, one)) : [];
  },
  remedy: matchingRemedy,
};

const namesParent: Rule = {
  code: 'iam/group-names-parent',
  kind: 'paired',
  severity: 'note',
  title: 'A dynamic group for these compartments names one above them',
  why: 'It may be meant for machines that lie there, in any region. Where it was meant for the instances below, it takes none of them in: rules of dynamic groups are not inherited.',
  judge: (standby, primary, context) => {
    const sides = sidesOf(standby, primary, context);
    if (isLeftOut(sides)) return [];
    // No rule to type: it may be right as it is.
    return parentsIn(sides)
      .map((one) => parentDraft(sides, one))
      .map((draft) => ({ ...draft, with: { ...draft.with, rule: '' } }));
  },
  remedy: matchingRemedy,
};

function parentDraft(sides: Sides, { group, offers, above }: Parent): Draft {
  const { facts, tree, scope } = sides.standby;
  const nameOf = (id: string): string => (id === tree.root ? 'the root' : (tree.byId.get(id)?.name ?? id));
  const below = Object.values(scope.compartments)
    .filter((id) => chainOf(tree, id)?.includes(above))
    .sort();
  const others = othersOf(sides, group);
  return {
    subject: `dynamic group ${group.name}`,
    expected: `its rule names ${listOf(below.map(nameOf))}, where the instances lie, if it is meant for them`,
    actual: `its rule names ${nameOf(above)}, and none of them is a member; for nothing: ${listOf([...new Set(offers.map(quotedStatement))], ', ', 4)}`,
    with: {
      ...{ group: group.name, groupId: group.id, homeRegion: facts.homeRegion ?? '' },
      ...{ rule: others === '' ? widened(sides, group) : '', others },
    },
  };
}

/** What the group is granted beyond the compartments of the pair. */
function othersOf({ standby, primary }: Sides, group: KnownGroup): string {
  const own = [...Object.values(standby.scope.compartments), ...Object.values(primary.scope.compartments)];
  const isOther = (offer: Offer): boolean =>
    offer.isInForce &&
    offer.statement.effect === 'allow' &&
    groupsOf(standby, offer.statement.subject).includes(group) &&
    !own.some((id) => offer.place !== null && isWithin(standby, offer.place, id));
  return listOf(standby.offers.filter(isOther).map(statementName), ', ', 4);
}

/** The old rule, and the compartments of both sides. */
function widened({ standby, primary }: Sides, { parsed }: KnownGroup): string {
  const isOneTenancy = standby.facts.tenancy === primary.facts.tenancy;
  const own = [...Object.values(standby.scope.compartments), ...(isOneTenancy ? Object.values(primary.scope.compartments) : [])];
  const branches = [...new Set(own)]
    .sort()
    .map((value) => ({ kind: 'compare', variable: 'instance.compartment.id', isEqual: true, value }) as const);
  return parsed === null ? '' : printMatchingRule({ kind: 'any', of: [...(parsed.kind === 'any' ? parsed.of : [parsed]), ...branches] });
}

const leftOver: Rule = {
  code: 'iam/group-left-over',
  kind: 'paired',
  severity: 'note',
  isClockDriven: true,
  title: 'A policy for these compartments names a dynamic group that is not there, and nothing is lost by it',
  why: 'A group that was deleted leaves its statements behind. The standby’s instances have by others what their twins have; whoever makes a group of this name anew gets what the statements grant.',
  judge: (standby, primary, context) => {
    const side = worldOf(standby, context.standby.settings.scope);
    const stale = side.offers
      .filter(({ isInForce: is, statement }) => is && statement.effect === 'allow')
      .flatMap((offer) => missingGroups(side, offer).map((name) => ({ name, offer })));
    const lost = new Set(findings(standby, primary, context)['not-there'].map(({ subject }) => subject));
    return [...Map.groupBy(stale, ({ name }) => name.toLowerCase())]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, all]) =>
        leftOverDraft(
          side,
          all[0]!.name,
          all.map(({ offer }) => offer),
        ),
      )
      .filter(({ subject }) => !lost.has(subject));
  },
  remedy: (draft) => policyRemedy(draft, 'Take the name out, or name the dynamic group that was meant:'),
};

function leftOverDraft({ facts }: World, name: string, offers: readonly Offer[]): Draft {
  const [{ policy, text, index }] = offers as readonly [Offer];
  const told = offers.map((one) => `${statementName(one)} ${quotedStatement(one)}`);
  return {
    subject: `dynamic group ${name}`,
    expected: 'a dynamic group of this name, or a statement that names one that is there',
    actual: `there is none; for nothing: ${listOf(told, ', ', 4)}`,
    with: {
      policy: policy.name,
      policyId: policy.id,
      statement: shortened(text),
      number: String(index + 1),
      homeRegion: facts.homeRegion ?? '',
    },
  };
}

export const groupRules: readonly Rule[] = [matchesNothing, namesParent, leftOver];
