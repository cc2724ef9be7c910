// What is wrong with the readiness gate of a plan: the step that asks whether the standby is ready, and stops the plan where it is not.
import { isInRegion } from '../../formats/oci.ts';
import { type Facts, type Group, type Instance, membersOf, type Plan, type Step } from './facts.ts';
import { gateTimeoutMinSeconds, type Settings } from './settings.ts';

export type GateFaultKind =
  | 'disabled'
  | 'unsaid'
  | 'ignored'
  | 'late'
  | 'short'
  | 'hidden'
  | 'wrong-side'
  | 'instance-missing'
  | 'instance-unseen'
  | 'instance-stopped'
  | 'agent-stopped'
  | 'agent-unseen';

export interface GateFault {
  readonly kind: GateFaultKind;
  readonly step: Step;
  readonly expected: string;
  readonly actual: string;
}

export type Gate =
  | { readonly kind: 'absent'; readonly others: readonly Step[] }
  /** The best of those that there are; no faults: it does its work. */
  | { readonly kind: 'there'; readonly step: Step; readonly faults: readonly GateFault[] };

/** Null where the plan's steps were not seen. */
export function gateOf(plan: Plan, group: Group, facts: Facts, settings: Settings): Gate | null {
  if (plan.groups.kind === 'unseen') return null;
  const groups = plan.groups.list;
  const placed = groups.flatMap((own, at) =>
    own.steps.map((step) => ({ step, before: groups.slice(0, at).find(({ isChanging }) => isChanging)?.name ?? null })),
  );
  const gates = placed
    .filter(({ step }) => step.isGate)
    .map(({ step, before }) => ({ step, faults: faultsOf(step, before, { plan, group, facts, settings }) }));
  const [best] = gates.sort((a, b) => a.faults.length - b.faults.length);
  return best === undefined ? { kind: 'absent', others: placed.map(({ step }) => step) } : { kind: 'there', ...best };
}

interface Around {
  readonly plan: Plan;
  readonly group: Group;
  readonly facts: Facts;
  readonly settings: Settings;
}

/** `changedBefore`: the first group before the step's that changes something. */
function faultsOf(step: Step, changedBefore: string | null, around: Around): readonly GateFault[] {
  const fault = (kind: GateFaultKind, expected: string, actual: string): GateFault => ({ kind, step, expected, actual });
  // What does not run has no other fault that counts.
  if (step.isEnabled === false) return [fault('disabled', 'enabled', `step ${step.name}: isEnabled false`)];
  const leastSeconds = gateTimeoutMinSeconds(around.settings);
  return [
    ...(step.isEnabled === null ? [fault('unsaid', 'enabled', `step ${step.name}: isEnabled is not told`)] : []),
    ...(step.errorMode === null ? [fault('unsaid', 'STOP_ON_ERROR', `step ${step.name}: errorMode is not told`)] : []),
    ...(step.errorMode !== null && step.errorMode !== 'STOP_ON_ERROR'
      ? [fault('ignored', 'STOP_ON_ERROR', `step ${step.name}: ${step.errorMode}`)]
      : []),
    ...(changedBefore !== null
      ? [fault('late', 'before the first group that changes anything', `step ${step.name}: behind ${changedBefore}`)]
      : []),
    ...(step.timeoutSeconds !== null && step.timeoutSeconds < leastSeconds
      ? [fault('short', `at least ${leastSeconds} s`, `step ${step.name}: timeout ${step.timeoutSeconds} s`)]
      : []),
    ...(step.hides !== null ? [fault('hidden', 'the gate’s own exit status', `step ${step.name}: ${step.hides}`)] : []),
    ...placeFaults(step, around, fault),
  ];
}

function placeFaults(
  step: Step,
  { plan, group, facts, settings }: Around,
  fault: (kind: GateFaultKind, expected: string, actual: string) => GateFault,
): readonly GateFault[] {
  const { instanceId, functionId, name } = step;
  const id = instanceId ?? functionId;
  if (id === null) return [];
  if (!isOnThisSide(id, step, facts)) {
    // While the primary lives, a switchover may ask at either side.
    if (plan.type === 'SWITCHOVER') return [];
    const what = instanceId === null ? 'a function' : 'on an instance';
    const where = step.runsInRegion === facts.region.name ? 'the other region' : (step.runsInRegion ?? 'the other region');
    return [fault('wrong-side', `${what} in ${facts.region.name}`, `step ${name}: ${what} in ${where}`)];
  }
  if (instanceId === null) return [];
  const instance = facts.instances.find(({ id }) => id === instanceId);
  // A member that lies in another compartment is there; where lists were refused, nobody saw whether it runs.
  const isElsewhere = isToldOf(instanceId, group, settings) && facts.instanceLists.kind === 'seen';
  if (instance === undefined) return isElsewhere ? [] : [notFound(facts, step, fault)];
  return [...stateFaults(instance, name, fault), ...agentFaults(instance, name, fault)];
}

/** What is said of the region counts, and so does the OCID: a step may have been copied from the other side's plan. */
function isOnThisSide(id: string, { runsInRegion }: Step, { region }: Facts): boolean {
  if (runsInRegion !== null && runsInRegion !== region.name && runsInRegion !== region.key) return false;
  return isInRegion(id, region) !== false;
}

/** By Full Stack DR itself, or by the fleet file. */
const isToldOf = (id: string, group: Group, { scope }: Settings): boolean =>
  membersOf(group).some((member) => member.id === id) || Object.values(scope.hosts).some((host) => host.id === id);

function notFound(
  facts: Facts,
  { name, instanceId }: Step,
  fault: (kind: GateFaultKind, expected: string, actual: string) => GateFault,
): GateFault {
  const expected = 'on an instance that is there';
  return facts.instanceLists.kind === 'seen'
    ? fault('instance-missing', expected, `step ${name}: ${instanceId} is in none of the compartments looked at`)
    : fault('instance-unseen', expected, `step ${name}: ${facts.instanceLists.detail}`);
}

function stateFaults(
  { name, id, state }: Instance,
  step: string,
  fault: (kind: GateFaultKind, expected: string, actual: string) => GateFault,
): readonly GateFault[] {
  const said = `step ${step}: instance ${name ?? id} is ${state}`;
  if (state === 'TERMINATED' || state === 'TERMINATING') return [fault('instance-missing', 'on an instance that is there', said)];
  return state === 'STOPPED' || state === 'STOPPING' ? [fault('instance-stopped', 'on an instance that runs', said)] : [];
}

function agentFaults(
  { name, id, state, runCommand }: Instance,
  step: string,
  fault: (kind: GateFaultKind, expected: string, actual: string) => GateFault,
): readonly GateFault[] {
  if (state !== 'RUNNING') return [];
  const expected = 'Compute Instance Run Command RUNNING';
  if (runCommand.kind === 'not-listed')
    return [fault('agent-unseen', expected, `step ${step}: the agent on ${name ?? id} tells of no such plugin`)];
  return runCommand.kind === 'seen' && ['STOPPED', 'NOT_SUPPORTED', 'INVALID'].includes(runCommand.status)
    ? [fault('agent-stopped', expected, `step ${step}: on ${name ?? id} it is ${runCommand.status}`)]
    : [];
}
