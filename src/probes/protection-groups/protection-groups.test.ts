// Every rule opens and closes; what was not seen is not taken for good; the regions may turn round.
import { describe, expect, it } from 'vitest';
import { asOf, type CaseWorld, judgeCase, topology } from '../../../test/support/oci-cases.ts';
import {
  type Body,
  failoverPlan,
  groupBody,
  groupCalls,
  passedRun,
  planCall,
  planList,
  runCalls,
  switchoverPlan,
} from '../../../test/support/protection-groups.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const day = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Everything well, and before it whatever a test changes. */
const judged = (over: readonly RecordedCall[] = [], settings: Readonly<Record<string, unknown>> = {}, more: CaseWorld = {}) =>
  judgeCase(
    probe,
    'fsdr-groups-ok',
    { under: ['fsdr-plan-gate-ok', 'fsdr-precheck-passed'], ...more, over: [...over, switchoverPlan()] },
    settings,
  );

const codesOf = async (...given: Parameters<typeof judged>): Promise<readonly string[]> =>
  (await judged(...given)).findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code.split('/')[1]!);

/** The gate's step of a failover plan, changed. */
function withGate(change: (step: Body, plan: Body) => void): readonly RecordedCall[] {
  const plan = failoverPlan();
  change(
    plan.planGroups[0].steps.find((step: Body) => step.type === 'USER_DEFINED_CUSTOM_PRECHECK'),
    plan,
  );
  return [planCall(plan)];
}

function withGroup(side: 'primary' | 'standby', change: (body: Body) => void): readonly RecordedCall[] {
  const body = groupBody(side);
  change(body);
  return groupCalls(body);
}

function withRun(change: (run: Body) => void): readonly RecordedCall[] {
  const run = passedRun();
  change(run);
  return runCalls([run]);
}

const functionIn = (key: string, functionRegion: string): Body => ({
  stepType: 'INVOKE_FUNCTION_USER_DEFINED_CUSTOM_PRECHECK',
  functionId: `ocid1.fnfunc.oc1.${key}.gate`,
  functionRegion,
});

const gateOf = (run: Body): Body => run.groupExecutions[0].stepExecutions.find((step: Body) => step.displayName === 'DR readiness gate');

const instance = (host: string, more: Body = {}): RecordedCall => ({
  operation: 'listInstances',
  with: { compartmentId: topology.standby.compartmentId },
  body: [
    {
      id: topology.hostPairs.find(({ name }: Body) => name === host).standbyId,
      displayName: host,
      compartmentId: topology.standby.compartmentId,
      lifecycleState: 'RUNNING',
      ...more,
    },
  ],
});

it('groups, plans, gate and precheck that are well are ready', async () => {
  const { verdict, findings, standby } = await judged();
  expect({ verdict, worse: findings.filter(({ severity }) => severity !== 'note') }).toEqual({ verdict: 'ready', worse: [] });
  expect(standby.current!.readings).toContainEqual({ name: 'precheckAgeDays', subject: 'drpg-pay-phx', value: 0 });
});

describe('the gate of a plan', () => {
  it.each<[string, string, (step: Body, plan: Body) => void]>([
    ['that is switched off', 'gate-disabled', (step) => (step.isEnabled = false)],
    ['that is passed over', 'gate-ignored', (step) => (step.errorMode = 'CONTINUE_ON_ERROR')],
    ['with too little time', 'gate-timeout-short', (step) => (step.timeout = 59)],
    ['in a pipe', 'gate-status-hidden', (step) => (step.userDefinedStep.scriptCommand += ' | tee log')],
    ['at the primary', 'gate-wrong-side', (step) => (step.userDefinedStep.runOnInstanceRegion = 'us-ashburn-1')],
    ['at the primary by its OCID', 'gate-wrong-side', (step) => (step.userDefinedStep.runOnInstanceId = topology.hostPairs[1].primaryId)],
    ['by a function of the primary’s region', 'gate-wrong-side', (step) => (step.userDefinedStep = functionIn('iad', 'us-ashburn-1'))],
    ['of which nobody tells whether it is enabled', 'gate-unsaid', (step) => (step.isEnabled = null)],
    ['of which nobody tells what its failure does', 'gate-unsaid', (step) => delete step.errorMode],
    ['whose status is turned round', 'gate-status-hidden', (step) => (step.userDefinedStep.scriptCommand = '! /opt/gate')],
    [
      'on an instance that is not there',
      'gate-instance-missing',
      (step) => (step.userDefinedStep.runOnInstanceId = 'ocid1.instance.oc1.phx.gone'),
    ],
    [
      'of another name',
      'gate-absent',
      (step) => {
        step.displayName = 'Mounts';
        step.userDefinedStep.scriptCommand = '/opt/mounts.sh';
      },
    ],
    [
      'behind the database',
      'gate-late',
      (step, plan) => {
        plan.planGroups[0].steps = plan.planGroups[0].steps.filter((one: Body) => one !== step);
        plan.planGroups.splice(2, 0, { displayName: 'Ask', type: 'USER_DEFINED', steps: [{ ...step, type: 'USER_DEFINED' }] });
      },
    ],
  ])('%s is told', async (_, code, change) => {
    expect(await codesOf(withGate(change))).toEqual([code]);
  });

  it('that is well beside one that is not, does', async () => {
    const two = withGate((step, plan) => plan.planGroups[0].steps.push({ ...step, id: 'two', isEnabled: false }));
    expect(await codesOf(two)).toEqual([]);
  });

  it('is not Full Stack DR’s own test that its script is there', async () => {
    expect(await codesOf(withGate((step) => Object.assign(step, { type: 'USER_DEFINED_PRECHECK', userDefinedStep: null })))).toEqual([
      'gate-absent',
    ]);
  });

  it('of a switchover may run at the primary', async () => {
    const { with: asked, operation, body } = switchoverPlan();
    const plan = structuredClone(body) as Body;
    plan.planGroups[0].steps[3].userDefinedStep = {
      ...plan.planGroups[0].steps[3].userDefinedStep,
      runOnInstanceId: topology.hostPairs[1].primaryId,
      runOnInstanceRegion: 'us-ashburn-1',
    };
    expect(await codesOf([{ operation, with: asked, body: plan }])).toEqual([]);
  });

  it.each([
    ['is stopped', { lifecycleState: 'STOPPED' }, 'gate-instance-stopped'],
    ['is terminated', { lifecycleState: 'TERMINATED' }, 'gate-instance-missing'],
  ])('on an instance that %s is told', async (_, more, code) => {
    expect(new Set(await codesOf([instance('pay-app-1', more)]))).toEqual(new Set([code]));
  });

  it('on an instance whose Run Command plugin is stopped is told', async () => {
    const plugins: RecordedCall = {
      operation: 'listInstanceAgentPlugins',
      with: { compartmentId: topology.standby.compartmentId },
      body: [{ name: 'Compute Instance Run Command', status: 'STOPPED' }],
    };
    expect(new Set(await codesOf([instance('pay-app-1'), plugins]))).toEqual(new Set(['gate-agent-stopped']));
  });

  it('on an instance whose agent tells of other plugins alone is not known', async () => {
    const plugins: RecordedCall = {
      operation: 'listInstanceAgentPlugins',
      with: { compartmentId: topology.standby.compartmentId },
      body: [{ name: 'OS Management Hub Agent', status: 'RUNNING' }],
    };
    const { verdict, findings } = await judged([instance('pay-app-1'), plugins]);
    expect({ verdict, codes: new Set(findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code)) }).toEqual({
      verdict: 'unknown',
      codes: new Set(['protection-groups/gate-agent-unseen']),
    });
  });

  it('that is a function of the standby’s region is well', async () => {
    const here = withGate((step) => {
      step.userDefinedStep = functionIn('phx', 'us-phoenix-1');
    });
    expect(await codesOf(here)).toEqual([]);
  });

  it('goes by the words of the settings', async () => {
    const renamed = withGate((step) => {
      step.displayName = 'Preflight';
      step.userDefinedStep.scriptCommand = '/opt/preflight';
    });
    expect(await codesOf(renamed, { gate: ['preflight', 'gate'] })).toEqual([]);
  });
});

describe('plans', () => {
  const listed = (change: (items: Body[]) => Body[]): readonly RecordedCall[] => [
    { operation: 'listDrPlans', with: {}, body: { items: change(planList().items) } },
  ];

  it.each([
    ['none at all', () => [], ['no-plan']],
    ['a switchover alone', (items: Body[]) => items.filter(({ type }) => type === 'SWITCHOVER'), ['no-failover-plan', 'precheck-old']],
    ['a failover alone', (items: Body[]) => items.filter(({ type }) => type === 'FAILOVER'), []],
    ['one that is deleted', (items: Body[]) => items.map((one) => ({ ...one, lifecycleState: 'DELETED' })), ['no-plan']],
  ])('%s', async (_, change, codes) => {
    expect([...(await codesOf(listed(change)))].sort()).toEqual([...codes].sort());
  });

  it.each([
    ['NEEDS_REFRESH', 'ACTIVE', 'plan-not-runnable'],
    ['NEEDS_VERIFICATION', 'ACTIVE', 'plan-not-runnable'],
    [null, 'INACTIVE', 'plan-not-runnable'],
    ['REFRESHING', 'UPDATING', 'plan-changing'],
  ])('%s and %s is told', async (lifecycleSubState, lifecycleState, code) => {
    expect(await codesOf([planCall({ ...failoverPlan(), lifecycleSubState, lifecycleState })])).toEqual([code]);
  });

  it('of which another of its kind is well, is a warning', async () => {
    const old = { ...failoverPlan(), id: 'ocid1.drplan.oc1.phx.old', displayName: 'pay-failover-old', lifecycleSubState: 'NEEDS_REFRESH' };
    const { verdict, findings } = await judged([...listed((items) => [...items, old]), planCall(old)]);
    expect(verdict).toBe('degraded');
    expect(findings.find(({ code }) => code.endsWith('plan-beside-not-runnable'))?.subject).toBe('pay-failover-old');
  });
});

describe('groups and members', () => {
  const sddc = (side: string): Body => ({ memberId: `ocid1.vmwaresddc.oc1.${side}.one`, memberType: 'VMWARE_SDDC' });

  it('a member of an unknown kind at the primary alone is not known', async () => {
    const { verdict, findings } = await judged(withGroup('primary', (body) => body.members.push(sddc('iad'))));
    expect(verdict).toBe('unknown');
    expect(findings.find(({ code }) => code.endsWith('/member-type-unknown'))).toMatchObject({
      subject: 'ocid1.vmwaresddc.oc1.iad.one',
      actual: 'VMWARE_SDDC, and no counterpart in drpg-pay-phx',
    });
  });

  it('one on each side is settled, of whatever kind', async () => {
    const both = [
      ...withGroup('primary', (body) => body.members.push(sddc('iad'))),
      ...withGroup('standby', (body) => body.members.push(sddc('phx'))),
    ];
    expect(await codesOf(both)).toEqual([]);
  });

  it('two groups without a member move nothing', async () => {
    const empty = (['primary', 'standby'] as const).flatMap((side) => withGroup(side, (body) => (body.members = [])));
    expect(await codesOf(empty)).toEqual(['no-members']);
  });

  it.each<[string, readonly string[], readonly RecordedCall[]]>([
    [
      'without a peer',
      ['no-peer', 'peers-differ'],
      withGroup('standby', (body) => Object.assign(body, { role: 'UNCONFIGURED', peerId: null })),
    ],
    ['that waits for attention', ['group-not-active'], withGroup('standby', (body) => (body.lifecycleState = 'NEEDS_ATTENTION'))],
    ['that is being updated', ['group-changing'], withGroup('standby', (body) => (body.lifecycleState = 'UPDATING'))],
    ['without a log bucket', ['no-log-bucket'], withGroup('standby', (body) => (body.logLocation = null))],
    ['whose peer names another', ['peers-differ'], withGroup('primary', (body) => (body.peerId = 'ocid1.drprotectiongroup.oc1.phx.other'))],
    ['whose peer is inactive', ['primary-group-not-active'], withGroup('primary', (body) => (body.lifecycleState = 'INACTIVE'))],
    ['whose database is no member', ['database-missing'], withGroup('standby', (body) => body.members.splice(3, 1))],
    ['whose balancer is no member', ['member-missing'], withGroup('standby', (body) => body.members.splice(4, 1))],
  ])('%s', async (_, codes, over) => {
    expect([...(await codesOf(over))].sort()).toEqual(codes);
  });

  it('whose roles are turned round are told so', async () => {
    const over = [...withGroup('standby', (body) => (body.role = 'PRIMARY')), ...withGroup('primary', (body) => (body.role = 'STANDBY'))];
    expect(await codesOf(over)).toContain('roles-reversed');
  });

  it('what moves is a member at the primary alone', async () => {
    const moving = withGroup('primary', (body) =>
      body.members.push(
        { memberType: 'VOLUME_GROUP', memberId: 'ocid1.volumegroup.oc1.iad.a' },
        { memberType: 'COMPUTE_INSTANCE_MOVABLE', memberId: 'ocid1.instance.oc1.iad.m' },
        { memberType: 'COMPUTE_INSTANCE', isMovable: true, memberId: 'ocid1.instance.oc1.iad.n' },
      ),
    );
    expect(await codesOf(moving)).toEqual([]);
  });

  it('of other systems are left out by name', async () => {
    const other = {
      ...groupBody('standby'),
      id: 'ocid1.drprotectiongroup.oc1.phx.other',
      displayName: 'other',
      peerId: null,
      role: 'UNCONFIGURED',
    };
    const list: RecordedCall = {
      operation: 'listDrProtectionGroups',
      with: { compartmentId: topology.standby.compartmentId },
      body: { items: [other, groupBody('standby')] },
    };
    const over = [list, { operation: 'getDrProtectionGroup', with: { drProtectionGroupId: other.id }, body: other } as const];
    expect(await codesOf(over)).toEqual(['no-peer']);
    expect(await codesOf(over, { groups: ['drpg-pay-phx', 'drpg-pay-iad'] })).toEqual([]);
  });

  it('no group at the standby is absent there, and a blocker', async () => {
    const none: RecordedCall = {
      operation: 'listDrProtectionGroups',
      with: { compartmentId: topology.standby.compartmentId },
      body: { items: [] },
    };
    expect(await codesOf([none])).toEqual(['absent-on-standby']);
  });
});

describe('the last runs', () => {
  it.each([
    ['FAILED', 'SUCCEEDED', 'gate-failed'],
    ['FAILED_IGNORED', 'SUCCEEDED', 'gate-failed'],
    ['TIMED_OUT', 'FAILED', 'gate-timed-out'],
    ['TIMED_OUT_IGNORED', 'SUCCEEDED', 'gate-timed-out'],
  ])('with a gate that ended %s in a run that %s', async (status, lifecycleState, code) => {
    const { verdict, findings } = await judged(
      withRun((run) => {
        run.lifecycleState = lifecycleState;
        gateOf(run).status = status;
      }),
    );
    expect(verdict).toBe('not-ready');
    const [finding] = findings;
    expect(finding).toMatchObject({ code: `protection-groups/${code}`, subject: 'pay-failover', isSettledByRun: true });
    expect(finding!.actual).toContain('precheck-0914');
  });

  it('that failed at another step', async () => {
    const failed = withRun((run) => {
      run.lifecycleState = 'FAILED';
      run.groupExecutions[0].stepExecutions[0].status = 'FAILED';
    });
    expect(await codesOf(failed)).toEqual(['run-failed']);
  });

  it('that passed since are what counts', async () => {
    const failed = { ...passedRun(), id: 'ocid1.drplanexecution.oc1.phx.old', lifecycleState: 'FAILED', timeEnded: iso(asOf - 5 * day) };
    expect(await codesOf(runCalls([failed, passedRun()]))).toEqual([]);
  });

  it('are old after the age that the settings allow', async () => {
    const ran = (daysAgo: number) => withRun((run) => (run.timeEnded = iso(asOf - daysAgo * day)));
    expect(await codesOf(ran(30))).toEqual([]);
    expect(await codesOf(ran(31))).toEqual(['precheck-old']);
    expect(await codesOf(ran(31), { precheckMaxAge: '60d' })).toEqual([]);
    expect(await codesOf(runCalls([]))).toEqual(['precheck-old']);
  });

  it('without prechecks prove nothing, and one of prechecks after them does', async () => {
    const skipped = {
      ...passedRun(),
      id: 'ocid1.drplanexecution.oc1.phx.skipped',
      planExecutionType: 'FAILOVER',
      executionOptions: { planExecutionType: 'FAILOVER', arePrechecksEnabled: false },
    };
    const at = (ms: number) => ({ ...skipped, timeEnded: iso(ms) });
    expect(await codesOf(runCalls([at(asOf - 1_000), passedRun()]))).toEqual(['prechecks-skipped']);
    expect(await codesOf(runCalls([at(asOf - 20 * day), passedRun()]))).toEqual([]);
  });

  it('that passed over warnings', async () => {
    const warned = (status: string) =>
      withRun((run) => {
        run.executionOptions.areWarningsIgnored = true;
        run.groupExecutions[0].stepExecutions[0].status = status;
      });
    expect(await codesOf(warned('SUCCEEDED_WITH_WARNING'))).toEqual(['warnings-ignored']);
    expect(await codesOf(warned('SUCCEEDED'))).toEqual([]);
  });

  it('of drills count where somebody asks for them', async () => {
    expect(await codesOf([], { drillMaxAge: '180d' })).toEqual(['drill-old']);
  });
});

describe('a drill or a plan under way', () => {
  const drill = (type: string, lifecycleState: string, daysAgo: number): Body => ({
    ...passedRun(),
    id: `ocid1.drplanexecution.oc1.phx.${type.toLowerCase()}`,
    planId: 'ocid1.drplan.oc1.phx.drill',
    displayName: type.toLowerCase(),
    planExecutionType: type,
    executionOptions: { planExecutionType: type, arePrechecksEnabled: true },
    lifecycleState,
    timeEnded: iso(asOf - daysAgo * day),
  });
  const running = (type: string, groups: Body[]): Body => ({ ...drill(type, 'IN_PROGRESS', 0), timeEnded: null, groupExecutions: groups });
  const verdictOf = async (over: readonly RecordedCall[]) => (await judged(over)).verdict;

  it('that the group tells of suspends', async () => {
    expect(await verdictOf(withGroup('standby', (body) => (body.lifecycleSubState = 'DR_DRILL_IN_PROGRESS')))).toBe('suspended');
  });

  it('that was started and not stopped suspends, and one that was stopped does not', async () => {
    expect(await verdictOf(runCalls([drill('START_DRILL', 'SUCCEEDED', 2), passedRun()]))).toBe('suspended');
    const stopped = [drill('START_DRILL', 'SUCCEEDED', 2), drill('STOP_DRILL', 'SUCCEEDED', 1), passedRun()];
    expect(await verdictOf(runCalls(stopped))).toBe('ready');
    const failed = [drill('START_DRILL', 'SUCCEEDED', 2), drill('STOP_DRILL', 'FAILED', 1), passedRun()];
    expect(await verdictOf(runCalls(failed))).toBe('suspended');
  });

  it.each(['SWITCHOVER', 'FAILOVER', 'START_DRILL', 'STOP_DRILL'])(
    '%s suspends once it is past its prechecks, and not before',
    async (type) => {
      const checks = { type: 'BUILT_IN_PRECHECK', status: 'IN_PROGRESS', stepExecutions: [{ status: 'IN_PROGRESS' }] };
      const changes = (status: string) => ({ type: 'BUILT_IN', status, stepExecutions: [] });
      const world = (groups: Body[]) => runCalls([running(type, groups), passedRun()]);
      expect(await verdictOf(world([checks, changes('QUEUED')]))).toBe('ready');
      expect(await verdictOf(world([{ ...checks, status: 'SUCCEEDED' }, changes('IN_PROGRESS')]))).toBe('suspended');
    },
  );

  it('of prechecks alone does not suspend', async () => {
    expect(await verdictOf(runCalls([running('FAILOVER_PRECHECK', []), passedRun()]))).toBe('ready');
  });

  it('whose steps cannot be seen suspends: it may be past them', async () => {
    const run = running('FAILOVER', []);
    const [list] = runCalls([run, passedRun()]);
    const denied: RecordedCall = {
      operation: 'getDrPlanExecution',
      with: { drPlanExecutionId: run.id },
      status: 404,
      body: { code: 'NotAuthorizedOrNotFound' },
    };
    expect(await verdictOf([list!, denied])).toBe('suspended');
  });

  it('at the primary’s group suspends too', async () => {
    expect(await verdictOf(withGroup('primary', (body) => (body.lifecycleSubState = 'DR_DRILL_IN_PROGRESS')))).toBe('suspended');
  });
});

describe('what was not seen', () => {
  const denied = (operation: RecordedCall['operation']): RecordedCall => ({
    operation,
    with: {},
    status: 404,
    body: { code: 'NotAuthorizedOrNotFound' },
  });

  it.each(['getDrProtectionGroup', 'listDrPlans', 'listDrPlanExecutions', 'getDrPlanExecution', 'listDrProtectionGroups'] as const)(
    '%s denied is unknown, and never ready',
    async (operation) => {
      expect((await judged([denied(operation)])).verdict).toBe('unknown');
    },
  );

  it('a plan’s steps are unknown', async () => {
    const plan: RecordedCall = { ...denied('getDrPlan'), with: { drPlanId: failoverPlan().id } };
    expect((await judged([plan])).verdict).toBe('unknown');
  });

  it('instances that cannot be listed make a gate on one that nobody tells of unknown', async () => {
    const over = [...withGate((step) => (step.userDefinedStep.runOnInstanceId = 'ocid1.instance.oc1.phx.x')), denied('listInstances')];
    const { verdict, findings } = await judged(over);
    expect(verdict).toBe('unknown');
    expect(findings.map(({ code }) => code)).toContain('protection-groups/gate-instance-unseen');
  });

  it('so they do of a member: that it is one does not say that it runs', async () => {
    const { verdict, findings } = await judged([denied('listInstances')]);
    expect(verdict).toBe('unknown');
    expect(findings.map(({ code }) => code)).toContain('protection-groups/gate-instance-unseen');
  });

  it('a role or a kind of plan that nobody knows yet is unknown', async () => {
    expect((await judged(withGroup('standby', (body) => (body.role = 'OBSERVER')))).verdict).not.toBe('ready');
    expect((await judged(withGroup('standby', (body) => (body.lifecycleState = 'MELTING')))).verdict).toBe('unknown');
    expect((await judged([planCall({ ...failoverPlan(), planGroups: null })])).verdict).toBe('unknown');
    expect((await judged([planCall({ ...failoverPlan(), lifecycleState: null })])).verdict).toBe('unknown');
    expect((await judged([planCall({ ...failoverPlan(), lifecycleSubState: 'PONDERING' })])).verdict).toBe('unknown');
    expect((await judged(withGate((_, plan) => (plan.planGroups[0].steps = null)))).verdict).toBe('unknown');
    expect((await judged(withRun((run) => (run.groupExecutions = null)))).verdict).toBe('unknown');
  });
});

it.each([
  ['what was denied', { status: 404 }, true],
  ['a region that does not answer', { failed: 'unreadable' as const }, false],
])('%s: a policy is named where one may mend it', async (_, how, isNamed) => {
  const dark: RecordedCall = { operation: 'listDrPlans', with: {}, body: {}, ...how };
  const { findings } = await judged([dark]);
  const remedies = findings.filter(({ code }) => code === 'protection-groups/part-unseen').map(({ remedy }) => remedy);
  expect(remedies.map((remedy) => remedy.includes('Allow dynamic-group'))).toEqual([isNamed]);
});
