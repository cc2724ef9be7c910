// What would mend it, in the standby's own identifiers, and never more than the primary has: a statement more in a policy, a branch more in
// a matching rule.
import { mapped } from '../../formats/region-words.ts';
import type { Comparison, Difference } from './compare.ts';
import { type Candidate, type KnownGroup, matches, memberOf } from './membership.ts';
import { mapCondition, type Value } from './parse-condition.ts';
import { type MatchingRule, printMatchingRule } from './parse-matching-rule.ts';
import { printStatement, type Statement, type Subject } from './parse-statement.ts';
import { instanceNames, resolve } from './resolve.ts';
import { groupsOf, isWithin, type Offer, placeOf, type World } from './world.ts';

export type Mended = { readonly kind: 'statement'; readonly text: string } | { readonly kind: 'none'; readonly why: string };

/** The primary's statement as the standby needs it, where there is one that would grant it. */
export function statementFor({ statement }: Offer, difference: Difference, comparison: Comparison): Mended {
  const { target, pair, unit } = difference;
  const { standby, primary, clock } = comparison;
  const place = placeOf(standby, target);
  if (place === null)
    return { kind: 'none', why: 'The standby has no such compartment yet: it needs one first, and the same statement for it.' };
  const subject = subjectFor(statement, pair.standby, comparison);
  if (subject === null) return { kind: 'none', why: noGroup };
  const where =
    statement.where === null ? null : mapCondition(statement.where, (value, variable) => translated(value, variable, primary, standby));
  // A condition that stays false grants nothing, however often it is written.
  if (resolve(where, { world: standby, candidate: pair.standby, place, resource: unit.resource, clock }).kind === 'never')
    return { kind: 'none', why: sameCondition };
  const location: Statement['location'] = place === standby.facts.tenancy ? { kind: 'tenancy' } : { kind: 'id', id: place };
  return { kind: 'statement', text: printStatement({ ...statement, effect: 'allow', subject, location, where }) };
}

const noGroup =
  'No dynamic group of which policies here speak is known to take these instances in: name one that does, or mend the rule of one first.';

const sameCondition =
  'The condition names what is the primary’s alone, and what stands for it here is not known: write it with the standby’s own thing, or tag.';

/** The same group where it takes the instance in; else one that does and is spoken of already. */
function subjectFor({ subject }: Statement, candidate: Candidate, { standby, primary }: Comparison): Subject | null {
  if (subject.kind !== 'groups') return subject;
  const isOneTenancy = standby.facts.tenancy === primary.facts.tenancy;
  const same = [...groupsOf(standby, subject), ...(isOneTenancy ? groupsOf(primary, subject) : [])];
  const found = [...same, ...standby.groups].find((group) => memberOf(group, candidate) === 'yes');
  if (found === undefined) return null;
  return { kind: 'groups', groups: [{ isDynamic: true, domain: null, id: null, name: found.name }] };
}

function translated(value: Value, variable: string, from: World, to: World): Value {
  if (value.kind !== 'text') return value;
  if (variable.toLowerCase() === 'request.region') {
    const isOwn = value.text.toLowerCase() === from.facts.region.key?.toLowerCase();
    return isOwn ? { ...value, text: to.facts.region.key ?? value.text } : value;
  }
  const shared = Object.entries(from.scope.compartments).find(([, id]) => id === value.text)?.[0];
  const compartment = shared === undefined ? undefined : to.scope.compartments[shared];
  return { ...value, text: compartment ?? twinOf(value.text, from, to) ?? byName(value.text, from, to) ?? value.text };
}

function twinOf(id: string, from: World, to: World): string | undefined {
  const name = instanceNames(from).get(id);
  return name === undefined ? undefined : [...instanceNames(to)].find(([, theirs]) => theirs === name)?.[0];
}

function byName(text: string, from: World, to: World): string | undefined {
  const shared = mapped(from.scope.names, text);
  if (shared === undefined) return undefined;
  const isOcid = text.startsWith('ocid1.');
  return Object.entries(to.scope.names).find(([own, name]) => name === shared && own.startsWith('ocid1.') === isOcid)?.[0];
}

/** The policy to write it into: one that the standby's instances already go by, else the primary's own where it reaches that far. */
export function policyFor(
  offer: Offer | null,
  primaryOffer: Offer,
  { target }: Difference,
  { standby }: Comparison,
): Offer['policy'] | null {
  const place = placeOf(standby, target);
  if (place === null) return null;
  const reaches = (one: Offer): boolean => one.policy.statements !== null && isWithin(standby, place, one.attachedTo);
  if (offer !== null && reaches(offer)) return offer.policy;
  const own = standby.offers.find((one) => one.isInForce && one.place === place && one.statement.effect === 'allow' && reaches(one));
  const same = standby.offers.find((one) => one.policy.id === primaryOffer.policy.id && reaches(one));
  return own?.policy ?? same?.policy ?? null;
}

/**
 * The rule with one branch more: that by which the twin is a member, with the standby's compartment and instances. Null where that would not
 * take the instance in.
 */
export function ruleFor(group: KnownGroup, { pair }: Pick<Difference, 'pair'>, { standby, primary }: Comparison): string | null {
  const rule = group.parsed;
  if (rule === null) return null;
  const theirs = primary.index.get(`id ${group.id.toLowerCase()}`)?.parsed ?? null;
  const branch = theirs === null ? null : branchFor(theirs, pair.primary);
  const candidates = [
    ...(pair.standby.id !== null && group.rule!.includes(pair.standby.id) ? [withoutExclusion(rule, pair.standby.id)] : []),
    ...(branch === null ? [] : [withBranch(rule, inWordsOf(branch, primary, standby))]),
  ];
  const mended = candidates.find((one) => matches(one, pair.standby) === 'yes');
  return mended === undefined ? null : printMatchingRule(mended);
}

/** The least part of a rule by which it takes the candidate in. */
function branchFor(rule: MatchingRule, candidate: Candidate): MatchingRule | null {
  if (matches(rule, candidate) !== 'yes') return null;
  if (rule.kind !== 'any') return rule;
  return rule.of.map((one) => branchFor(one, candidate)).find((one) => one !== null) ?? null;
}

function inWordsOf(rule: MatchingRule, from: World, to: World): MatchingRule {
  if ('of' in rule) return { kind: rule.kind, of: rule.of.map((one) => inWordsOf(one, from, to)) };
  if (rule.kind === 'exists') return rule;
  return { ...rule, value: translated({ kind: 'text', text: rule.value }, rule.variable, from, to).text };
}

const withBranch = (rule: MatchingRule, branch: MatchingRule): MatchingRule => ({
  kind: 'any',
  of: rule.kind === 'any' ? [...rule.of, branch] : [rule, branch],
});

function withoutExclusion(rule: MatchingRule, id: string): MatchingRule {
  if (!('of' in rule)) return rule;
  const excludes = (one: MatchingRule): boolean => one.kind === 'compare' && !one.isEqual && one.value === id;
  return { kind: rule.kind, of: rule.of.filter((one) => !excludes(one)).map((one) => withoutExclusion(one, id)) };
}

/** Tags that the twin has and the instance has not, where they would make it a member of the group. */
export function tagsFor(group: KnownGroup, { pair }: Pick<Difference, 'pair'>): string {
  const own = pair.standby.tags ?? {};
  const theirs = pair.primary.tags ?? {};
  const lacking = Object.entries(theirs).filter(([name, value]) => own[name] !== value);
  const isMended = group.parsed !== null && matches(group.parsed, { ...pair.standby, tags: { ...own, ...theirs } }) === 'yes';
  return isMended
    ? lacking
        .map(([name, value]) => `${name} = ${value}`)
        .sort()
        .join(', ')
    : '';
}
