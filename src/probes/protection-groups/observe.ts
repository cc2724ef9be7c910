// One look at the protection groups of a region: themselves, their plans and what came of running them, and the instances they need.
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { type Facts, type Group, isThere, type Plan, plansOf, runsOf, stepsOf } from './facts.ts';
import { lookAtInstances } from './instances.ts';
import { nameMembers } from './names.ts';
import { type GroupEntry, parseGroup, parseGroupEntry } from './parse-groups.ts';
import { memberNames, parsePlan, parsePlanEntry } from './parse-plans.ts';
import { isPrecheck, newestFirst, parseRun, parseRunEntry, tellingRuns } from './parse-runs.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, settings: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const compartments = Object.entries(settings.scope.compartments);
  const lists = await Promise.all(
    compartments.map(async ([name, compartmentId]) => ({ name, answer: await tenancy.list('listDrProtectionGroups', { compartmentId }) })),
  );
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  const entries = entriesOf(lists, settings);
  const failed = lists.flatMap(({ name, answer }) => (answer.kind === 'failed' ? [{ name, ...unseenPart(answer) }] : []));
  if (entries.length === 0) {
    return failed.length > 0 ? unseen(failed[0]!.reason, failed[0]!.detail) : absent('there is no protection group in the compartments');
  }
  const looked = await Promise.all(entries.map((entry) => lookAtGroup(tenancy, settings, entry)));
  const groups = looked.map(({ group }) => group);
  const [instances, names] = await Promise.all([
    lookAtInstances(tenancy, settings, wantedInstances(groups)),
    nameMembers(tenancy, settings, groups),
  ]);
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  const known = new Map([
    ...looked.flatMap((one) => one.names),
    ...names,
    ...instances.list.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])),
  ]);
  const facts: Facts = {
    region: tenancy.region,
    unseenCompartments: failed.sort((a, b) => (a.name < b.name ? -1 : 1)),
    groups: groups.map((group) => withNames(group, known)).sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1)),
    instances: [...instances.list],
    instanceLists: instances.lists,
  };
  return observed(facts, readingsOf(facts, tenancy.now()));
}

function entriesOf(
  lists: readonly { readonly name: string; readonly answer: TenancyListed | TenancyFailed }[],
  { groups }: Settings,
): readonly GroupEntry[] {
  const entries = lists.flatMap(({ name, answer }) =>
    answer.kind === 'list' ? answer.items.flatMap((item) => parseGroupEntry(item, name) ?? []) : [],
  );
  const wanted = entries.filter((one) => isThere(one) && (groups.length === 0 || groups.includes(one.name) || groups.includes(one.id)));
  // Two names may stand for one compartment.
  return [...new Map(wanted.map((one) => [one.id, one])).values()];
}

interface Looked {
  readonly group: Group;
  readonly names: readonly (readonly [string, string])[];
}

async function lookAtGroup(tenancy: Tenancy, settings: Settings, listed: GroupEntry): Promise<Looked> {
  const answer = await tenancy.get('getDrProtectionGroup', { drProtectionGroupId: listed.id });
  const parsed = answer.kind === 'failed' ? null : parseGroup(listed, answer.body);
  const entry = parsed?.entry ?? listed;
  const detail =
    answer.kind === 'failed'
      ? unseenPart(answer)
      : (parsed?.detail ?? withoutPart('getDrProtectionGroup: the group came without its members'));
  const [{ plans, names }, runEntries] = await Promise.all([
    entry.role === 'PRIMARY' ? notAsked : lookAtPlans(tenancy, settings, entry),
    tenancy.list('listDrPlanExecutions', { drProtectionGroupId: entry.id }),
  ]);
  const group = { ...entry, detail, plans };
  return { group: { ...group, runs: await lookAtRuns(tenancy, settings, group, runEntries) }, names };
}

const withoutPart = (detail: string): UnseenPart => ({ kind: 'unseen', reason: 'unparsable', detail });

const notAsked = { plans: { kind: 'not-asked' as const }, names: [] };

async function lookAtPlans(
  tenancy: Tenancy,
  settings: Settings,
  { id }: GroupEntry,
): Promise<{ readonly plans: Group['plans']; readonly names: Looked['names'] }> {
  const listed = await tenancy.list('listDrPlans', { drProtectionGroupId: id });
  if (listed.kind === 'failed') return { plans: unseenPart(listed), names: [] };
  const entries = listed.items.flatMap((item) => parsePlanEntry(item) ?? []).filter(isThere);
  const looked = await Promise.all(
    entries.map(async (entry): Promise<{ readonly plan: Plan; readonly names: Looked['names'] }> => {
      const answer = await tenancy.get('getDrPlan', { drPlanId: entry.id });
      return answer.kind === 'failed'
        ? { plan: { ...entry, groups: unseenPart(answer) }, names: [] }
        : { plan: parsePlan(entry, answer.body, settings.gate), names: memberNames(answer.body) };
    }),
  );
  const list = looked.map(({ plan }) => plan).sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1));
  return { plans: { kind: 'seen', list }, names: looked.flatMap(({ names }) => names) };
}

async function lookAtRuns(
  tenancy: Tenancy,
  { gate }: Settings,
  { plans }: Pick<Group, 'plans'>,
  listed: TenancyListed | TenancyFailed,
): Promise<Group['runs']> {
  if (listed.kind === 'failed') return unseenPart(listed);
  const gateSteps = new Set(plans.kind === 'seen' ? plans.list.flatMap(stepsOf).flatMap(({ id, isGate }) => (isGate ? [id] : [])) : []);
  const entries = tellingRuns(listed.items.flatMap((item) => parseRunEntry(item) ?? []));
  const runs = await Promise.all(
    entries.map(async (entry) => {
      const answer = await tenancy.get('getDrPlanExecution', { drPlanExecutionId: entry.id });
      return answer.kind === 'failed' ? { ...entry, detail: unseenPart(answer) } : parseRun(entry, answer.body, gate, gateSteps);
    }),
  );
  return { kind: 'seen', list: runs.sort(newestFirst) };
}

/** Compute members, and where steps run; `isForSteps` where the second is so. */
function wantedInstances(groups: readonly Group[]): ReadonlyMap<string, { readonly isForSteps: boolean }> {
  const members = groups
    .flatMap(({ detail }) => (detail.kind === 'seen' ? detail.members : []))
    .filter(({ type }) => type.startsWith('COMPUTE_INSTANCE'))
    .map(({ id }) => [id, { isForSteps: false }] as const);
  const hosts = groups
    .flatMap(plansOf)
    .flatMap(stepsOf)
    .flatMap(({ instanceId }) => (instanceId === null ? [] : [[instanceId, { isForSteps: true }] as const]));
  return new Map<string, { readonly isForSteps: boolean }>([...members, ...hosts]);
}

const withNames = (group: Group, known: ReadonlyMap<string, string>): Group =>
  group.detail.kind === 'unseen'
    ? group
    : {
        ...group,
        detail: { ...group.detail, members: group.detail.members.map((one) => ({ ...one, name: known.get(one.id) ?? one.name })) },
      };

function readingsOf({ groups }: Facts, now: number): readonly Reading[] {
  const age = (name: string, subject: string, at: number | null | undefined): readonly Reading[] =>
    at == null ? [] : [{ name, subject: subject.slice(0, 256), value: Math.floor((now - at) / 86_400_000) }];
  return groups.flatMap((group) => [
    ...age('precheckAgeDays', group.name, runsOf(group).find((run) => isPrecheck(run) && run.state === 'SUCCEEDED')?.at),
    ...age('drillAgeDays', group.name, runsOf(group).find(({ type, state }) => type === 'START_DRILL' && state === 'SUCCEEDED')?.at),
  ]);
}
