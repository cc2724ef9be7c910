// Worlds for tests of protection groups, made of the bodies in test/fixtures/oci.
import type { Role } from '../../src/contract/node.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { callsOf } from './oci-cases.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies as OCI writes them, changed at will.
export type Body = any;

const bodyOf = (caseId: string, operation: RecordedCall['operation'], side: Role = 'standby'): Body =>
  structuredClone(callsOf(caseId, side).find((call) => call.operation === operation)!.body);

export const failoverPlan = (): Body => bodyOf('fsdr-plan-gate-ok', 'getDrPlan');
export const planList = (): Body => bodyOf('fsdr-plan-gate-ok', 'listDrPlans');
export const passedRun = (): Body => bodyOf('fsdr-precheck-passed', 'getDrPlanExecution');
export const groupBody = (side: Role): Body => bodyOf('fsdr-groups-ok', 'getDrProtectionGroup', side);

/** What a list says of a run. */
export function asRun({ groupExecutions: _, stepStatusCounts: __, executionOptions: ___, ...entry }: Body): Body {
  return entry;
}

export const planCall = (body: Body): RecordedCall => ({ operation: 'getDrPlan', with: { drPlanId: body.id }, body });

/** The list names a switchover plan: here with the steps, and so the gate, of the failover plan. */
export function switchoverPlan(): RecordedCall {
  const entry = planList().items.find(({ type }: Body) => type === 'SWITCHOVER');
  return planCall({ ...failoverPlan(), ...entry });
}

/** These runs and no others, newest or not. */
export const runCalls = (runs: readonly Body[]): readonly RecordedCall[] => [
  { operation: 'listDrPlanExecutions', with: { drProtectionGroupId: groupBody('standby').id }, body: { items: runs.map(asRun) } },
  ...runs.map((body): RecordedCall => ({ operation: 'getDrPlanExecution', with: { drPlanExecutionId: body.id }, body })),
];

export const groupCalls = (body: Body): readonly RecordedCall[] => [
  { operation: 'listDrProtectionGroups', with: { compartmentId: body.compartmentId }, body: { items: [body] } },
  { operation: 'getDrProtectionGroup', with: { drProtectionGroupId: body.id }, body },
];
