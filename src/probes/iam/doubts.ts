// Why something is not known: the groups and statements that decide it and could not be settled.
import type { Comparison, Difference, Grant } from './compare.ts';
import { isStrangeState } from './facts.ts';
import { type KnownGroup, namedGroup } from './membership.ts';
import type { GroupName } from './parse-statement.ts';
import { listOf, quotedStatement, shortened, statementName } from './wording.ts';
import { type Offer, targetName, type World } from './world.ts';

export interface Doubt {
  readonly about: string;
  readonly hint: string;
  /** Whose members are not known, rather than what a condition lets through. */
  readonly isGroup: boolean;
}

/** Which groups and statements are the reason that it is not known. */
export function doubtsOf({ standby: ours, primary: theirs, unit, target }: Difference, { standby, primary }: Comparison): readonly Doubt[] {
  const of = (world: World, grants: readonly Grant[]): readonly Doubt[] =>
    grants.flatMap(({ offer, formula }) => {
      const why = whyUnknown(formula);
      return why === null
        ? []
        : (groupDoubts(world, offer) ?? [{ about: statementName(offer), hint: `${why}: ${quotedStatement(offer)}`, isGroup: false }]);
    });
  const doubts = [...of(standby, [...ours.allow, ...ours.deny]), ...of(primary, [...theirs.allow, ...theirs.deny])];
  if (doubts.length > 0) return doubts;
  const offers = [...theirs.allow, ...ours.allow].map(({ offer }) => quotedStatement(offer));
  const hint = `the conditions could not be compared: ${listOf([...new Set(offers)])}`;
  return [{ about: `${unit.resource} in ${targetName(target)}`, hint, isGroup: false }];
}

function whyUnknown(formula: Grant['formula']): string | null {
  if (formula.kind === 'unknown') return formula.why;
  if (formula.kind !== 'and' && formula.kind !== 'or') return null;
  return formula.of.map(whyUnknown).find((one) => one !== null) ?? null;
}

/** Null where the groups are not what is unclear. */
function groupDoubts(world: World, { statement: { subject } }: Offer): readonly Doubt[] | null {
  if (subject.kind !== 'groups') return null;
  const doubts = subject.groups.flatMap((name) => groupDoubt(world, name) ?? []);
  return doubts.length === 0 ? null : doubts;
}

function groupDoubt(world: World, name: GroupName): Doubt | null {
  const named = namedGroup(world.index, name);
  if (named.kind === 'out-of-sight')
    return {
      about: `dynamic group ${name.domain === null ? '' : `${name.domain}/`}${name.name || name.id}`,
      hint: named.why,
      isGroup: true,
    };
  const hint = named.kind === 'known' ? groupHint(named.group) : null;
  return named.kind !== 'known' || hint === null ? null : { about: `dynamic group ${named.group.name}`, hint, isGroup: true };
}

function groupHint({ state, rule, parsed }: KnownGroup): string | null {
  if (isStrangeState(state)) return `whether a group in the state ${state} has members is not known`;
  if (rule === null) return 'its matching rule was not shown';
  if (parsed === null) return `its matching rule was not understood: ${shortened(rule)}`;
  return /\btag\.|resource\.type/i.test(rule)
    ? `whether its rule takes every instance in cannot be told from what is seen: ${shortened(rule)}`
    : null;
}
