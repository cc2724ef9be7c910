// Differences, told as an operator would: one finding for what is lost by one cause, with all instances that lose it.
import type { Draft } from '../../contract/rule.ts';
import { type Cause, Causes } from './causes.ts';
import type { Comparison, Difference, Grant } from './compare.ts';
import { membersOf } from './families.ts';
import { namedGroup } from './membership.ts';
import { policyFor, ruleFor, statementFor } from './mend.ts';
import { type GroupName, verbs } from './parse-statement.ts';
import { verbFor } from './permissions.ts';
import { listOf, quotedStatement, statementName } from './wording.ts';
import { type Offer, targetName, type World } from './world.ts';

export type Told = 'missing' | 'weaker' | 'region' | 'condition' | 'denied' | 'inactive' | 'not-a-member' | 'stronger' | 'perhaps';

export type Findings = Readonly<Record<Told, readonly Draft[]>>;

/** What one cause takes from instances in one compartment. */
interface Loss {
  readonly told: Told;
  /** What it is told about, where that is not the resource type. */
  readonly about: string | null;
  readonly difference: Difference;
  readonly cause: Cause | null;
  /** The statement that has it, at the side that has it. */
  readonly source: Offer | null;
  readonly resources: Set<string>;
  readonly permissions: Set<string>;
  readonly names: Set<string>;
  readonly hints: Set<string>;
}

export function findingsOf(comparison: Comparison): Findings {
  const causes = new Causes(comparison);
  const losses = new Map<string, Loss>();
  for (const difference of comparison.differences) for (const one of lossesOf(difference, causes, comparison)) add(losses, one);
  const additions = additionsOf([...losses.values()], comparison);
  const drafts = [...losses.values()].flatMap((loss) => draftsOf(loss, comparison, additions));
  const of = (told: Told): readonly Draft[] => merged(drafts.filter((one) => one.told === told).map(({ draft }) => draft));
  return {
    missing: of('missing'),
    weaker: of('weaker'),
    region: of('region'),
    condition: of('condition'),
    denied: of('denied'),
    inactive: of('inactive'),
    'not-a-member': of('not-a-member'),
    stronger: of('stronger'),
    perhaps: of('perhaps'),
  };
}

type Seed = Pick<Loss, 'told' | 'about' | 'difference' | 'cause' | 'source'> & { readonly hint?: string };

function lossesOf(difference: Difference, causes: Causes, comparison: Comparison): readonly Seed[] {
  switch (difference.kind) {
    case 'lost': {
      const cause = causes.of(difference);
      if (cause.kind === 'not-there') return [];
      return [{ told: cause.kind, about: aboutOf(cause), difference, cause, source: sourceOf(difference.primary.allow) }];
    }
    case 'gained':
      return [{ told: 'stronger', about: null, difference, cause: null, source: sourceOf(difference.standby.allow) }];
    case 'perhaps':
      return doubtsOf(difference, comparison).map(({ about, hint }) => ({
        told: 'perhaps',
        about,
        difference,
        cause: null,
        source: null,
        hint,
      }));
  }
}

function aboutOf(cause: Cause): string | null {
  if (cause.kind === 'not-a-member') return `dynamic group ${cause.group.name}`;
  return cause.kind === 'inactive' ? `policy ${cause.offer.policy.name}` : null;
}

const sourceOf = (grants: readonly Grant[]): Offer | null =>
  (grants.find(({ formula }) => formula.kind !== 'unknown') ?? grants[0])?.offer ?? null;

interface Doubt {
  readonly about: string;
  readonly hint: string;
}

/** Which groups and statements are the reason that it is not known. */
function doubtsOf({ standby: ours, primary: theirs, unit, target }: Difference, { standby, primary }: Comparison): readonly Doubt[] {
  const of = (world: World, grants: readonly Grant[]): readonly Doubt[] =>
    grants.flatMap(({ offer, formula }) => {
      const why = whyUnknown(formula);
      return why === null
        ? []
        : (groupDoubts(world, offer) ?? [{ about: statementName(offer), hint: `${why}: ${quotedStatement(offer)}` }]);
    });
  const doubts = [...of(standby, [...ours.allow, ...ours.deny]), ...of(primary, [...theirs.allow, ...theirs.deny])];
  if (doubts.length > 0) return doubts;
  const offers = [...theirs.allow, ...ours.allow].map(({ offer }) => quotedStatement(offer));
  return [
    { about: `${unit.resource} in ${targetName(target)}`, hint: `the conditions could not be compared: ${listOf([...new Set(offers)])}` },
  ];
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
    return { about: `dynamic group ${name.domain === null ? '' : `${name.domain}/`}${name.name || name.id}`, hint: named.why };
  if (named.kind !== 'known') return null;
  const { group } = named;
  const about = `dynamic group ${group.name}`;
  if (group.rule === null) return { about, hint: 'its matching rule was not shown' };
  if (group.parsed === null) return { about, hint: `its matching rule was not understood: ${group.rule.slice(0, 200)}` };
  return /\btag\.|resource\.type/i.test(group.rule)
    ? { about, hint: `whether its rule takes every instance in cannot be told from what is seen: ${group.rule.slice(0, 200)}` }
    : null;
}

function add(losses: Map<string, Loss>, { told, about, difference, cause, source, hint }: Seed): void {
  const by = cause !== null && 'offer' in cause ? statementName(cause.offer) : '';
  const key = [told, about, targetName(difference.target), source === null ? '' : statementName(source), by].join('|');
  const loss = losses.get(key) ?? {
    ...{ told, about, difference, cause, source },
    resources: new Set(),
    permissions: new Set(),
    names: new Set(),
    hints: new Set(),
  };
  losses.set(key, loss);
  loss.resources.add(difference.unit.resource);
  if (difference.unit.permission !== null) loss.permissions.add(difference.unit.permission);
  for (const name of difference.pair.names) loss.names.add(name);
  if (hint !== undefined) loss.hints.add(hint);
}

/** By policy, every statement that is missing from it: written one by one, each list would take back the one before. */
function additionsOf(losses: readonly Loss[], comparison: Comparison): ReadonlyMap<string, readonly string[]> {
  const additions = new Map<string, string[]>();
  for (const loss of losses) {
    if (!isWritten(loss)) continue;
    const policy = policyFor(offerOf(loss.cause), loss.source!, loss.difference, comparison);
    const statement = statementFor(loss.source!, loss.difference, comparison);
    if (policy === null || statement === null) continue;
    const known = additions.get(policy.id) ?? [];
    if (!known.includes(statement)) additions.set(policy.id, [...known, statement]);
  }
  return additions;
}

const isWritten = ({ told, source }: Loss): boolean => source !== null && ['missing', 'weaker', 'region', 'condition'].includes(told);

const offerOf = (cause: Cause | null): Offer | null => (cause !== null && 'offer' in cause ? cause.offer : null);

type Additions = ReadonlyMap<string, readonly string[]>;

interface ToldDraft {
  readonly told: Told;
  readonly draft: Draft & { readonly names: readonly string[]; readonly lost: readonly string[] };
}

function draftsOf(loss: Loss, comparison: Comparison, additions: Additions): readonly ToldDraft[] {
  const labels = labelsOf(loss, comparison);
  const place = targetName(loss.difference.target);
  const names = [...loss.names].sort();
  const fill = fillFor(loss, comparison, additions);
  if (loss.about !== null) {
    const lost = labels.map((label) => `${whatOf(loss, label)} in ${place}`);
    return [{ told: loss.told, draft: { subject: loss.about, ...wordsOf(loss, lost.join(', '), comparison), with: fill, names, lost } }];
  }
  return labels.map((label) => {
    const what = `${whatOf(loss, label)} in ${place}`;
    return {
      told: loss.told,
      draft: {
        subject: `${label} in ${place}`,
        ...wordsOf(loss, what, comparison),
        with: { ...fill, resource: label },
        names,
        lost: [what],
      },
    };
  });
}

/** The family as it was written, where all of it is gone; else each type. */
function labelsOf({ source, resources }: Loss, { lookup }: Comparison): readonly string[] {
  const family = source?.statement.verb == null ? null : source.statement.resource;
  if (family === null || source === null || membersOf(family)[0] === family) {
    if (family === 'all-resources' && resources.has(family)) return [family];
    return [...resources].sort();
  }
  const all = new Set(lookup.unitsOf(source).map(({ unit }) => unit.resource));
  return [...all].every((one) => resources.has(one)) ? [family] : [...resources].sort();
}

function whatOf({ source, permissions }: Loss, label: string): string {
  const verb = source?.statement.verb ?? null;
  if (verb !== null) return `${verb} ${label}`;
  const own = [...permissions].sort();
  return own.length === 0 ? label : `${own.join(', ')} on ${label}`;
}

function wordsOf(loss: Loss, what: string, comparison: Comparison): Pick<Draft, 'expected' | 'actual'> {
  const { cause, source } = loss;
  const at = source === null ? '' : `, as ${statementName(source)} grants it at the primary: ${quotedStatement(source)}`;
  const by = offerOf(cause);
  switch (loss.told) {
    case 'missing':
      return { expected: `${what}${at}`, actual: 'no statement grants it' };
    case 'weaker':
      return { expected: `${what}${at}`, actual: `${statementName(by!)} grants less: ${quotedStatement(by!)}${withoutText(loss)}` };
    case 'region':
      return {
        expected: `${what} in region ${comparison.standby.facts.region.key}`,
        actual: `${statementName(by!)} is bound to another region: ${quotedStatement(by!)}`,
      };
    case 'condition':
      return { expected: `${what}${at}`, actual: `${statementName(by!)} grants it under a narrower condition: ${quotedStatement(by!)}` };
    case 'denied':
      return { expected: `${what}${at}`, actual: `${statementName(by!)} denies it: ${quotedStatement(by!)}` };
    case 'inactive':
      return { expected: 'ACTIVE', actual: `${by!.policy.state}` };
    case 'not-a-member':
      return {
        expected: 'its rule takes them in, as it does their twins',
        actual: `its rule leaves them out: ${cause?.kind === 'not-a-member' ? (cause.group.rule ?? '').slice(0, 300) : ''}`,
      };
    case 'stronger':
      return { expected: 'no more than at the primary', actual: `${what}, by ${statementName(source!)}: ${quotedStatement(source!)}` };
    case 'perhaps':
      return { expected: 'what it grants can be told', actual: [...loss.hints].sort().slice(0, 3).join('; ') };
  }
}

function withoutText({ permissions, source }: Loss): string {
  const known = [...permissions].sort();
  if (known.length === 0) return '';
  const least = known.map((one) => verbs.indexOf(verbFor(one) ?? 'manage'));
  return source?.statement.verb == null || Math.min(...least) >= 0 ? `, without ${listOf(known)}` : '';
}

function fillFor(loss: Loss, comparison: Comparison, additions: Additions): Readonly<Record<string, string>> {
  const { standby } = comparison;
  const { cause, source, difference } = loss;
  const common = { homeRegion: standby.facts.homeRegion ?? '', compartment: compartmentOf(difference, standby) };
  if (cause?.kind === 'not-a-member') {
    const rule = ruleFor(cause.group, difference, comparison);
    return { ...common, group: cause.group.name, groupId: cause.group.id, rule: rule ?? '', tags: tagsFor(difference) };
  }
  if (cause?.kind === 'inactive') return { ...common, policy: cause.offer.policy.name, policyId: cause.offer.policy.id };
  if (source === null || !isWritten(loss)) {
    const by = offerOf(cause) ?? (loss.told === 'stronger' ? source : null);
    return by === null
      ? common
      : { ...common, policy: by.policy.name, policyId: by.policy.id, statement: by.text, number: String(by.index + 1) };
  }
  const policy = policyFor(offerOf(cause), source, difference, comparison);
  const statement = statementFor(source, difference, comparison) ?? '';
  const statements = policy === null || statement === '' ? [] : [...(policy.statements ?? []), ...(additions.get(policy.id) ?? [])];
  return {
    ...common,
    policy: policy?.name ?? '',
    policyId: policy?.id ?? '',
    statement,
    statements: JSON.stringify(statements.length === 0 && statement !== '' ? [statement] : statements),
  };
}

const compartmentOf = ({ target }: Difference, { scope, facts }: World): string =>
  target.own === null ? facts.tenancy : (scope.compartments[target.own] ?? '');

/** Tags that the twin has and the instance has not. */
function tagsFor({ pair }: Difference): string {
  const own = pair.standby.tags ?? {};
  return Object.entries(pair.primary.tags ?? {})
    .filter(([name, value]) => own[name] !== value)
    .map(([name, value]) => `${name} = ${value}`)
    .sort()
    .join(', ');
}

/** One draft per subject: what several statements or instances lose of the same is one thing to mend. */
function merged(drafts: readonly ToldDraft['draft'][]): readonly Draft[] {
  const bySubject = Map.groupBy(drafts, ({ subject }) => subject);
  return [...bySubject]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subject, all]) => {
      const names = [...new Set(all.flatMap((one) => one.names))].sort();
      const lost = [...new Set(all.flatMap((one) => one.lost))].sort();
      const unique = (texts: readonly string[]): string => listOf([...new Set(texts)].sort(), '; ');
      const isAboutThing =
        all[0]!.lost[0] !== undefined && !all[0]!.expected.includes(all[0]!.lost[0]!) && !all[0]!.actual.includes(all[0]!.lost[0]!);
      return {
        subject,
        expected: `${unique(all.map(({ expected }) => expected))} (${listOf(names)})`,
        actual: `${unique(all.map(({ actual }) => actual))}${isAboutThing ? `; with it goes ${listOf(lost)}` : ''}`,
        ...(all[0]!.with === undefined ? {} : { with: { ...all[0]!.with, names: listOf(names) } }),
      };
    });
}
