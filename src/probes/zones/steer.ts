// Works out which answers a steering policy gives: its rules in their order, each over what the one before left.
// https://docs.oracle.com/en-us/iaas/api/#/en/dns/latest/SteeringPolicy/ says of each rule what it does, and when its cases apply.
import { isMet } from './condition.ts';
import type { Answer, SeenPolicy, SteeringRule } from './facts.ts';

export interface Steered {
  /** One list for each way in which the cases of the rules may fall; null where a rule is not understood. */
  readonly branches: readonly (readonly Answer[])[] | null;
  /** The answer depends on who asks. */
  readonly hasCases: boolean;
}

type Configuration = SteeringRule['otherwise'];
/** Null: in this branch the rule does nothing. */
type Branch = readonly (Configuration | null)[];

const branchesMax = 64;

/** `isWell`: what the monitor says of an answer. Where chance decides between answers, all of them are given. */
export function steer({ answers, rules }: SeenPolicy['content'], isWell: (answer: Answer) => boolean): Steered {
  const hasCases = rules.some(({ cases }) => cases !== null && cases.length > 0);
  const branches = branchesOf(rules);
  if (branches === null) return { branches: null, hasCases };
  const results = branches.map((branch) => follow(answers, rules, branch, isWell));
  return { branches: results.includes(null) ? null : results.filter((one) => one !== null), hasCases };
}

function branchesOf(rules: readonly SteeringRule[]): readonly Branch[] | null {
  let branches: Branch[] = [[]];
  for (const rule of rules) {
    const choices = choicesOf(rule);
    branches = branches.flatMap((branch) => choices.map((choice) => [...branch, choice]));
    if (branches.length > branchesMax) return null;
  }
  return branches;
}

/** Without cases always the same; an empty sequence of cases switches a rule off; without a case that fits it is passed over. */
function choicesOf({ cases, otherwise }: SteeringRule): readonly (Configuration | null)[] {
  if (cases === null) return [otherwise];
  const always = cases.findIndex(({ condition }) => condition === null);
  const reachable = always === -1 ? cases : cases.slice(0, always + 1);
  const given = reachable.map(({ configuration }) => ({
    answers: [...configuration.answers, ...otherwise.answers],
    count: configuration.count ?? otherwise.count,
  }));
  return always === -1 ? [...given, null] : given;
}

/** Answers of one rank stand in one group: what LIMIT cuts off within a group is a matter of chance. */
type Groups = readonly (readonly Answer[])[];

function follow(
  answers: readonly Answer[],
  rules: readonly SteeringRule[],
  branch: Branch,
  isWell: (answer: Answer) => boolean,
): readonly Answer[] | null {
  let groups: Groups = [answers];
  for (const [at, { type }] of rules.entries()) {
    const configuration = branch[at] ?? null;
    const next = configuration === null ? groups : apply(type, configuration, groups, isWell);
    if (next === null) return null;
    groups = next;
  }
  return groups.flat();
}

function apply(type: string, configuration: Configuration, groups: Groups, isWell: (answer: Answer) => boolean): Groups | null {
  switch (type) {
    case 'FILTER':
      return kept(groups, configuration, (value) => value === true || value === 1);
    case 'WEIGHTED':
      return kept(groups, configuration, (value) => value !== 0);
    case 'PRIORITY':
      return ranked(groups, configuration);
    case 'HEALTH':
      return groups.map((group) => group.filter(isWell));
    case 'LIMIT':
      return limited(groups, configuration.count);
    default:
      return null;
  }
}

type Value = boolean | number | null;

/** Undefined: no condition is met; null: one is not understood. */
function valueFor(answer: Answer, { answers }: Configuration): { readonly value: Value } | undefined | null {
  for (const { condition, value } of answers) {
    const met = isMet(condition, answer);
    if (met === null) return null;
    if (met) return { value };
  }
  return undefined;
}

/** An answer that a rule has no word for is not given. */
function kept(groups: Groups, configuration: Configuration, isKept: (value: Value) => boolean): Groups | null {
  const values = groups.map((group) => group.map((answer) => ({ answer, found: valueFor(answer, configuration) })));
  if (values.flat().some(({ found }) => found === null)) return null;
  return values.map((group) => group.flatMap(({ answer, found }) => (found != null && isKept(found.value) ? [answer] : [])));
}

function ranked(groups: Groups, configuration: Configuration): Groups | null {
  const found = groups.flatMap((group, at) => group.map((answer) => ({ answer, at, found: valueFor(answer, configuration) })));
  if (found.some((one) => one.found === null)) return null;
  const withRank = found.flatMap(({ answer, at, found: value }) =>
    value != null && typeof value.value === 'number' ? [{ answer, at, rank: value.value }] : [],
  );
  const byRank = Map.groupBy(withRank, ({ rank, at }) => `${rank} ${at}`);
  return [...byRank.values()].sort(([a], [b]) => a!.rank - b!.rank || a!.at - b!.at).map((group) => group.map(({ answer }) => answer));
}

function limited(groups: Groups, count: number | null): Groups {
  const kept: (readonly Answer[])[] = [];
  let left = count ?? Number.POSITIVE_INFINITY;
  for (const group of groups) {
    if (left <= 0) break;
    kept.push(group);
    left -= group.length;
  }
  return kept;
}

/** The rank that the policy gives to an answer where its rules have no cases; null for none. */
export function rankOf({ rules }: SeenPolicy['content'], answer: Answer): number | null {
  const priority = rules.findLast(({ type }) => type === 'PRIORITY');
  const found = priority === undefined ? undefined : valueFor(answer, priority.otherwise);
  return typeof found?.value === 'number' ? found.value : null;
}
