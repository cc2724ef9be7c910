// As large as a tenancy gets: what is kept and how long it takes.
import { expect, it } from 'vitest';
import { judgeCase, topology } from '../../../test/support/oci-cases.ts';
import {
  failoverPlan,
  groupBody,
  groupCalls,
  passedRun,
  planCall,
  runCalls,
  switchoverPlan,
} from '../../../test/support/protection-groups.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const count = 500;
const membersAt = (key: string) =>
  Array.from({ length: count }, (_, at) => ({ memberType: 'COMPUTE_INSTANCE_NON_MOVABLE', memberId: `ocid1.instance.oc1.${key}.n${at}` }));

it('five hundred members, as many steps and runs are looked at and judged in seconds, in facts of less than a megabyte', async () => {
  const groups = (['primary', 'standby'] as const).flatMap((side) => {
    const body = groupBody(side);
    return groupCalls({ ...body, members: [...body.members, ...membersAt(topology[side].regionKey)] });
  });
  const instances: readonly RecordedCall[] = [
    {
      operation: 'listInstances',
      with: { compartmentId: topology.standby.compartmentId },
      body: membersAt('phx').map(({ memberId }, at) => ({ id: memberId, displayName: `n${at}`, lifecycleState: 'RUNNING' })),
    },
    {
      operation: 'listInstances',
      with: { compartmentId: topology.primary.compartmentId },
      body: membersAt('iad').map(({ memberId }, at) => ({ id: memberId, displayName: `n${at}`, lifecycleState: 'RUNNING' })),
    },
  ];
  const plan = failoverPlan();
  plan.planGroups[2].steps = membersAt('phx').map(({ memberId }, at) => ({
    type: 'COMPUTE_INSTANCE_START',
    memberId,
    displayName: `n${at}`,
  }));
  const run = passedRun();
  run.groupExecutions[0].stepExecutions.push(
    ...membersAt('phx').map(({ memberId }) => ({ type: 'COMPUTE_INSTANCE_START_PRECHECK', displayName: memberId, status: 'SUCCEEDED' })),
  );
  const old = Array.from({ length: count }, (_, at) => ({ ...run, id: `${run.id}${at}`, timeEnded: `2025-01-01T00:00:00.${at}Z` }));
  const over = [...groups, ...instances, planCall(plan), switchoverPlan(), ...runCalls([run, ...old])];
  const { findings, standby } = await judgeCase(probe, 'fsdr-groups-ok', { under: ['fsdr-plan-gate-ok'], over });
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(JSON.stringify(standby.current!.outcome).length).toBeLessThan(1_000_000);
});
