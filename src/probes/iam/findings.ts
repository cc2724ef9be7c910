// Differences, told as an operator would: one finding for what is lost by one cause, with all instances that lose it.
import type { Draft } from '../../contract/rule.ts';
import { type Cause, Causes, missingGroups } from './causes.ts';
import type { Comparison, Difference, Grant } from './compare.ts';
import { doubtsOf } from './doubts.ts';
import { membersOf } from './families.ts';
import { policyFor, ruleFor, statementFor, tagsFor } from './mend.ts';
import { verbs } from './parse-statement.ts';
import { ownerOf, verbFor } from './permissions.ts';
import { listOf, quotedStatement, shortened, statementName } from './wording.ts';
import { type Offer, targetName, type World } from './world.ts';

export type Told =
  | 'missing'
  | 'weaker'
  | 'region'
  | 'condition'
  | 'denied'
  | 'inactive'
  | 'not-a-member'
  | 'not-there'
  | 'stronger'
  | 'perhaps';

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
  readonly isGroup: boolean;
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
    'not-there': of('not-there'),
    stronger: of('stronger'),
    perhaps: of('perhaps'),
  };
}

type Seed = Pick<Loss, 'told' | 'about' | 'difference' | 'cause' | 'source'> & { readonly hint?: string; readonly isGroup?: boolean };

function lossesOf(difference: Difference, causes: Causes, comparison: Comparison): readonly Seed[] {
  switch (difference.kind) {
    case 'lost': {
      const cause = causes.of(difference);
      if (cause.kind === 'not-in-force') return [];
      return [{ told: cause.kind, about: aboutOf(cause, comparison), difference, cause, source: sourceOf(difference.primary.allow) }];
    }
    case 'gained':
      return [{ told: 'stronger', about: null, difference, cause: null, source: sourceOf(difference.standby.allow) }];
    case 'perhaps':
      return doubtsOf(difference, comparison).map(({ about, hint, isGroup }) => ({
        ...{ told: 'perhaps', about, difference, cause: null, source: null, hint, isGroup },
      }));
  }
}

function aboutOf(cause: Cause, { standby }: Comparison): string | null {
  if (cause.kind === 'not-there') return `dynamic group ${missingGroups(standby, cause.offer)[0]}`;
  if (cause.kind === 'not-a-member') return `dynamic group ${cause.group.name}`;
  return cause.kind === 'inactive' ? `policy ${cause.offer.policy.name}` : null;
}

const sourceOf = (grants: readonly Grant[]): Offer | null =>
  (grants.find(({ formula }) => formula.kind !== 'unknown') ?? grants[0])?.offer ?? null;

function add(losses: Map<string, Loss>, { told, about, difference, cause, source, hint, isGroup = false }: Seed): void {
  const by = cause !== null && 'offer' in cause ? statementName(cause.offer) : '';
  const key = [told, about, targetName(difference.target), source === null ? '' : statementName(source), by].join('|');
  const loss = losses.get(key) ?? {
    ...{ told, about, difference, cause, source, isGroup },
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
function additionsOf(losses: readonly Loss[], comparison: Comparison): Additions {
  const additions = new Map<string, string[]>();
  for (const loss of losses) {
    if (!isWritten(loss)) continue;
    const policy = policyFor(offerOf(loss.cause), loss.source!, loss.difference, comparison);
    const mended = statementFor(loss.source!, loss.difference, comparison);
    if (policy === null || mended.kind !== 'statement') continue;
    const known = additions.get(policy.id) ?? [];
    if (!known.includes(mended.text)) additions.set(policy.id, [...known, mended.text]);
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
  const types = membersOf(label);
  const own = [...permissions].filter((one) => types.includes(ownerOf(one) ?? label)).sort();
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
      return {
        expected: `${what}${at}`,
        actual: `${statementName(by!)} denies ${isDeniedInPart(by!) ? 'a part of it' : 'it'}: ${quotedStatement(by!)}`,
      };
    case 'inactive':
      return { expected: 'ACTIVE', actual: `${by!.policy.state}` };
    case 'not-a-member':
      return {
        expected: 'its rule takes them in, as it does their twins',
        actual: `its rule leaves them out: ${cause?.kind === 'not-a-member' ? shortened(cause.group.rule ?? '') : ''}`,
      };
    case 'not-there':
      return {
        expected: 'a dynamic group of this name, or a statement that names one that is there',
        actual: `there is none; for nothing: ${statementName(by!)} ${quotedStatement(by!)}`,
      };
    case 'stronger':
      return { expected: 'no more than at the primary', actual: `${what}, by ${statementName(source!)}: ${quotedStatement(source!)}` };
    case 'perhaps':
      return { expected: 'what it grants can be told', actual: [...loss.hints].sort().slice(0, 3).join('; ') };
  }
}

/** One bucket, one permission. */
const isDeniedInPart = ({ statement: { where, permissions } }: Offer): boolean => where !== null || permissions.length > 0;

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
    return { ...common, group: cause.group.name, groupId: cause.group.id, rule: rule ?? '', tags: tagsFor(cause.group, difference) };
  }
  if (loss.told === 'perhaps') return { ...common, isGroup: loss.isGroup ? 'yes' : 'no' };
  if (cause?.kind === 'inactive') return { ...common, policy: cause.offer.policy.name, policyId: cause.offer.policy.id };
  if (source === null || !isWritten(loss)) {
    const by = offerOf(cause) ?? (loss.told === 'stronger' ? source : null);
    return by === null
      ? common
      : { ...common, policy: by.policy.name, policyId: by.policy.id, statement: by.text, number: String(by.index + 1) };
  }
  return { ...common, ...writtenFor(loss, source, comparison, additions) };
}

/** https://docs.oracle.com/en-us/iaas/Content/General/Concepts/servicelimits.htm: a tenancy may have more, by request. */
const statementsMax = 50;

function writtenFor(
  { cause, difference }: Loss,
  source: Offer,
  comparison: Comparison,
  additions: Additions,
): Readonly<Record<string, string>> {
  const policy = policyFor(offerOf(cause), source, difference, comparison);
  const mended = statementFor(source, difference, comparison);
  if (mended.kind === 'none') return { withoutStatement: mended.why };
  const added = policy === null ? [mended.text] : (additions.get(policy.id) ?? [mended.text]);
  const old = policy?.statements ?? [];
  const isFull = old.length + added.length > statementsMax;
  return {
    policy: policy?.name ?? '',
    policyId: policy?.id ?? '',
    versionDate: policy?.versionDate?.replace(/^(\d{4}-\d\d-\d\d)T.*/, '$1') ?? '',
    isFull: isFull ? 'yes' : 'no',
    statement: mended.text,
    statements: JSON.stringify(isFull ? added : [...old, ...added]),
  };
}

const compartmentOf = ({ target }: Difference, { scope, facts }: World): string =>
  target.own === null ? facts.tenancy : (scope.compartments[target.own] ?? '');

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
