// The published cases of Full Stack DR, each judged as a collector would: what is right, what is wrong, and nothing else accused.
import { describe, expect, it } from 'vitest';
import { type CaseWorld, callsOf, caseOf, casesOf, faultsOf, judgeCase } from '../../../test/support/oci-cases.ts';
import { asRun, switchoverPlan } from '../../../test/support/protection-groups.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

/** A pair of groups, plans with the gate in their prechecks, and a precheck that passed: the case itself answers before them. */
const sound = ['fsdr-groups-ok', 'fsdr-plan-gate-ok', 'fsdr-precheck-passed'];

/** A run that the case tells of stands in the list too, and the switchover plan has the same gate as the failover plan. */
function worldOf(caseId: string): CaseWorld {
  const runs = callsOf(caseId, 'standby').filter(({ operation }) => operation === 'getDrPlanExecution');
  const others = callsOf('fsdr-precheck-passed', 'standby').find(({ operation }) => operation === 'listDrPlanExecutions')!;
  const items = (others.body as { readonly items: readonly unknown[] }).items;
  const list: readonly RecordedCall[] =
    runs.length === 0
      ? []
      : [{ operation: 'listDrPlanExecutions', with: others.with, body: { items: [...runs.map(({ body }) => asRun(body)), ...items] } }];
  return { under: sound, over: [switchoverPlan(), ...list] };
}

describe('every case of Full Stack DR', () => {
  it.each(casesOf('fsdr').map(({ id, verdict }) => [id, verdict] as const))('%s is %s', async (id) => {
    expect(faultsOf(caseOf(id), await judgeCase(probe, id, worldOf(id)))).toEqual([]);
  });
});
