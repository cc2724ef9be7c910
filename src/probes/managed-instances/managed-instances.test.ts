import { describe, expect, test } from 'vitest';
import {
  asOf,
  callsOf,
  caseOf,
  casesOf,
  faultsOf,
  judgeCase,
  regionOf,
  scopeOf,
  sides,
  snapshotOf,
  topology,
} from '../../../test/support/oci-cases.ts';
import type { Finding, Judgement } from '../../contract/finding.ts';
import type { Role } from '../../contract/node.ts';
import { ociOperations } from '../../contract/oci-operations.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const host = (side: Role, name: string): string => topology.hostPairs.find((one: { name: string }) => one.name === name)[`${side}Id`];

/** The hub knows one machine on either side: the cases give one body, whichever is asked for. */
const oneMachine: readonly RecordedCall[] = sides.map((side) => ({
  operation: 'listManagedInstances',
  with: { compartmentId: topology[side].compartmentId },
  body: { items: [{ id: host(side, 'pay-app-1'), displayName: 'pay-app-1', status: 'NORMAL' }] },
}));

/** The agents of the other hosts say nothing. */
const otherAgents: readonly RecordedCall[] = sides.flatMap((side) =>
  ['pay-web-1', 'pay-app-2'].map(
    (name): RecordedCall => ({ operation: 'listInstanceAgentPlugins', with: { instanceagentId: host(side, name) }, body: [] }),
  ),
);

const asked = casesOf('4-os').filter(({ id }) => id !== 'osmh-list');

describe('the published table', () => {
  test.each(asked.map((one) => [one.id, one] as const))('%s', async (id, one) => {
    expect(faultsOf(one, await judgeCase(probe, id, { over: oneMachine }))).toEqual([]);
  });

  test('agent-plugins-run-command-stopped', async () => {
    const id = 'agent-plugins-run-command-stopped';
    expect(faultsOf(caseOf(id), await judgeCase(probe, id, { over: otherAgents }))).toEqual([]);
  });

  test('a list says who is there, and each is asked for the rest', async () => {
    const { standby } = await judgeCase(probe, 'osmh-list');
    const { outcome, trail } = standby.current!;
    expect(
      outcome.kind === 'observed' &&
        (outcome.facts as { machines: { entries: { name: string }[] } }).machines.entries.map(({ name }) => name),
    ).toEqual(['pay-app-1', 'pay-app-2', 'pay-web-1']);
    expect(JSON.stringify(trail).match(/getManagedInstance managed/g)).toHaveLength(3);
  });

  test('no reader of what became of a command exists, since no command is ever sent: looking changes nothing', () => {
    const executions = casesOf('agent').filter(({ id }) => id.startsWith('agent-run'));
    expect(executions.flatMap(({ id }) => sides.flatMap((side) => callsOf(id, side)))).toEqual([]);
    expect(Object.keys(ociOperations).filter((name) => /Command/.test(name))).toEqual([]);
  });
});

type Body = Readonly<Record<string, unknown>>;

const kernel = '5.15.0-311.185.9.el9uek.x86_64';
const figures: Body = {
  status: 'NORMAL',
  osKernelVersion: kernel,
  isRebootRequired: false,
  securityUpdatesAvailable: 0,
  timeLastCheckin: new Date(asOf - 3_600_000).toISOString(),
};

interface Side {
  readonly machines?: Readonly<Record<string, Body>>;
  readonly plugins?: readonly Body[];
  readonly over?: readonly RecordedCall[];
}

const instance = (side: Role, name: string) => `ocid1.instance.oc1.${topology[side].regionKey}.${name}`;

const callsFor = (side: Role, { machines = { app: figures }, plugins = [], over = [] }: Side): readonly RecordedCall[] => [
  ...over,
  {
    operation: 'listManagedInstances',
    with: {},
    body: { items: Object.entries(machines).map(([name, { status }]) => ({ id: instance(side, name), displayName: name, status })) },
  },
  ...Object.entries(machines).map(
    ([name, body]): RecordedCall => ({ operation: 'getManagedInstance', with: { managedInstanceId: instance(side, name) }, body }),
  ),
  { operation: 'listInstanceAgentPlugins', with: {}, body: plugins },
];

async function judged(
  primary: Side,
  standby: Side,
  settings: Readonly<Record<string, unknown>> = {},
  hosts: Readonly<Record<Role, object>> | null = null,
): Promise<Judgement> {
  const look = (role: Role, given: Side) => {
    const region = { ...regionOf('osmh-list', role), calls: callsFor(role, given) };
    return snapshotOf({ probe, role, scope: { ...scopeOf(role), names: {}, hosts: { ...hosts?.[role] } }, settings, region });
  };
  const [twin, subject] = await Promise.all([look('primary', primary), look('standby', standby)]);
  return judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
}

const told = ({ findings }: { readonly findings: readonly Finding[] }) =>
  findings.map(({ code, subject }) => `${code.replace('managed-instances/', '')} ${subject}`);

const of = (more: Body): Side => ({ machines: { app: { ...figures, ...more } } });
const compared = async (theirs: Body, own: Body, settings = {}) => told(await judged(of(theirs), of(own), settings));

describe('kernels', () => {
  test.each([
    ['5.15.0-9.el9uek.x86_64', '5.15.0-10.el9uek.x86_64', ['kernel-ahead app']],
    ['5.15.0-10.el9uek.x86_64', '5.15.0-9.el9uek.x86_64', ['kernel-behind app']],
    ['5.15.0-10.el9uek.x86_64', '5.15.0-10.el9uek.aarch64', []],
    ['5.15.0-10.el9uek.x86_64', '5.14.0-570.el9_6.x86_64', ['other-kernel app']],
    ['5.15.0-10.el9uek.x86_64', '5.15.0-10.el8uek.x86_64', ['other-kernel app']],
    ['10.0.17763', '10.0.20348', ['kernel-ahead app']],
    [kernel, null, ['kernel-untold app']],
    [null, kernel, ['kernel-untold app']],
  ])('%s at the primary, %s at the standby', async (theirs, own, expected) => {
    expect(await compared({ osKernelVersion: theirs }, { osKernelVersion: own })).toEqual(expected);
  });

  test('what was booted counts where not both are patched live', async () => {
    const live = { kspliceEffectiveKernelVersion: '5.15.0-400.el9uek.x86_64' };
    expect(await compared(live, {})).toEqual(['live-patched-on-primary-only app']);
    expect(await compared({}, live)).toEqual(['kernel-ahead app']);
    expect(await compared(live, { ...live, osKernelVersion: '5.15.0-1.el9uek.x86_64' })).toEqual([]);
  });

  test('updates count where more wait on the standby', async () => {
    expect(await compared({ securityUpdatesAvailable: 2 }, { securityUpdatesAvailable: 3 })).toEqual(['security-updates app']);
    expect(await compared({ securityUpdatesAvailable: 3 }, { securityUpdatesAvailable: 3 })).toEqual([]);
    expect(await compared({ securityUpdatesAvailable: null }, { securityUpdatesAvailable: 3 })).toEqual([]);
  });

  test('a reboot that the standby waits for counts whatever the primary does', async () => {
    expect(await compared({ isRebootRequired: true }, { isRebootRequired: true })).toEqual(['reboot-required app']);
    expect(await compared({ isRebootRequired: true }, {})).toEqual([]);
  });

  test('nothing here is worse than a warning: the machine’s own word counts', async () => {
    const { verdict } = await judged(
      of({}),
      of({ osKernelVersion: '5.15.0-1.el9uek.x86_64', isRebootRequired: true, securityUpdatesAvailable: 9 }),
    );
    expect(verdict).toBe('degraded');
  });
});

describe('machines that do not report', () => {
  const old = {
    timeLastCheckin: new Date(asOf - 25 * 3_600_000).toISOString(),
    osKernelVersion: '5.15.0-1.el9uek.x86_64',
    isRebootRequired: true,
  };

  test.each([{ status: 'UNREACHABLE' }, { status: 'ERROR' }, { status: 'WARNING' }, { status: 'SOMETHING_NEW' }, { status: null }, old])(
    '%j',
    async (more) => {
      for (const [theirs, own] of [
        [{}, more],
        [more, {}],
      ] as const) {
        const judgement = await judged(of(theirs), of(own));
        expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['not-reporting app']]);
      }
    },
  );

  test('those that need not report leave a warning', async () => {
    const judgement = await judged(of({}), of({ status: 'UNREACHABLE' }), { required: [] });
    expect([judgement.verdict, told(judgement)]).toEqual(['degraded', ['optional-not-reporting app']]);
    expect((await judged(of({}), of({ status: 'UNREACHABLE' }), { required: ['ap*'] })).verdict).toBe('unknown');
  });

  test('how old a check-in may be is a setting', async () => {
    expect(await compared({}, { timeLastCheckin: old.timeLastCheckin }, { checkinMax: '2d' })).toEqual([]);
  });

  test('one that may not be seen', async () => {
    const over: RecordedCall[] = [{ operation: 'getManagedInstance', with: {}, status: 404, body: {} }];
    const judgement = await judged({}, { over });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['not-reporting app']]);
  });
});

describe('who stands for whom', () => {
  test('the fleet’s name of a host comes before its display name', async () => {
    const hosts = { primary: { web: { id: instance('primary', 'a') } }, standby: { web: { id: instance('standby', 'b') } } };
    const judgement = await judged({ machines: { a: figures } }, { machines: { b: { ...figures, isRebootRequired: true } } }, {}, hosts);
    expect(told(judgement)).toEqual(['reboot-required web']);
  });

  test('a machine whose twin the hub does not know', async () => {
    const judgement = await judged({ machines: { app: figures, web: figures } }, {});
    expect([judgement.verdict, told(judgement)]).toEqual(['degraded', ['not-managed web']]);
    expect(told(await judged({ machines: { app: figures, web: figures } }, {}, { ignore: ['web'] }))).toEqual([]);
    expect(told(await judged({}, { machines: { app: figures, web: figures } }))).toEqual([]);
  });

  test('several of one name are not compared', async () => {
    const two = {
      operation: 'listManagedInstances',
      with: {},
      body: { items: ['x', 'y'].map((name) => ({ id: instance('standby', name), displayName: 'app', status: 'NORMAL' })) },
    } as const;
    const judgement = await judged({}, { over: [two, { operation: 'getManagedInstance', with: {}, body: figures }] });
    expect([judgement.verdict, told(judgement)]).toEqual(['unknown', ['not-reporting app']]);
  });
});

describe('plugins', () => {
  const name = 'Compute Instance Run Command';
  const plugin = (status: unknown, more: readonly Body[] = []): Side => ({
    plugins: [{ name, status }, { name: 'Bastion', status: 'RUNNING' }, ...more],
  });
  const denied: Side = { over: [{ operation: 'listInstanceAgentPlugins', with: {}, status: 404, body: {} }] };
  const without: Side = { plugins: [{ name: 'Bastion', status: 'RUNNING' }] };
  const subject = `app: ${name}`;

  test.each([
    ['runs', plugin('RUNNING'), plugin('RUNNING'), 'ready', []],
    ['is stopped', plugin('RUNNING'), plugin('STOPPED'), 'not-ready', [`plugin-stopped ${subject}`]],
    ['is not supported', plugin('RUNNING'), plugin('NOT_SUPPORTED'), 'not-ready', [`plugin-stopped ${subject}`]],
    ['is not listed', plugin('RUNNING'), without, 'not-ready', [`plugin-stopped ${subject}`]],
    ['is stopped, and at the primary not seen', denied, plugin('STOPPED'), 'not-ready', [`plugin-stopped ${subject}`]],
    ['is stopped on both sides', plugin('STOPPED'), plugin('STOPPED'), 'degraded', [`plugin-stopped-on-both ${subject}`]],
    ['is not told', plugin('RUNNING'), plugin(null), 'unknown', [`plugin-unseen ${subject}`]],
    ['is not told by an agent that tells nothing', plugin('RUNNING'), {}, 'unknown', [`plugin-unseen ${subject}`]],
    ['may not be seen', plugin('RUNNING'), denied, 'unknown', [`plugin-unseen ${subject}`]],
    ['may be seen on neither side', denied, denied, 'unknown', [`plugin-unseen ${subject}`]],
    ['is told on neither side', {}, {}, 'ready', []],
  ])('one that %s', async (_, primary, standby, verdict, expected) => {
    const judgement = await judged(primary, standby);
    expect([judgement.verdict, told(judgement)]).toEqual([verdict, expected]);
  });

  test('which have to run is a setting', async () => {
    expect(told(await judged(plugin('RUNNING'), plugin('STOPPED'), { plugins: [] }))).toEqual([]);
    expect(told(await judged(plugin('RUNNING'), plugin('STOPPED'), { plugins: ['Bastion'] }))).toEqual([]);
  });

  test('the remedy is for the standby’s own machine', async () => {
    const [finding] = (await judged(plugin('RUNNING'), plugin('STOPPED'))).findings;
    expect(finding!.remedy).toContain(`--region us-phoenix-1 --instance-id ${instance('standby', 'app')}`);
    expect(finding!.remedy).toContain(`--agent-config '{"pluginsConfig":[{"name":"${name}","desiredState":"ENABLED"}]}'`);
  });
});

describe('what was not seen is not known', () => {
  const over: RecordedCall[] = [{ operation: 'listManagedInstances', with: {}, status: 404, body: {} }];
  const hosts = { primary: { app: { id: instance('primary', 'app') } }, standby: { app: { id: instance('standby', 'app') } } };
  const plugins = [{ name: 'Compute Instance Run Command', status: 'RUNNING' }];

  test('the hub denies its list', async () => {
    const own = await judged({}, { over, plugins }, {}, hosts);
    expect([own.verdict, told(own).includes('unseen managed instances of payments')]).toEqual(['unknown', true]);
    const theirs = await judged({ over, plugins }, { plugins }, {}, hosts);
    expect([theirs.verdict, told(theirs)[0]]).toEqual(['unknown', 'primary-unseen managed instances of payments at the primary']);
  });

  test('nothing seen at all is no look', async () => {
    const { verdict, blindSpots } = await judged({}, { over });
    expect([verdict, blindSpots.map(({ kind }) => kind)]).toEqual(['unknown', ['unseen']]);
  });

  test.each([null, 7, 'text', [], {}, { id: null }, { id: 'x', displayName: 4 }])('the hub lists %j', async (body) => {
    const judgement = await judged({}, { over: [{ operation: 'listManagedInstances', with: {}, body: { items: [body] } }] });
    expect(judgement.verdict).not.toBe('ready');
  });

  test.each([null, 7, 'text', [], {}, { status: 'NORMAL', osKernelVersion: 4 }])('a machine answers with %j', async (body) => {
    const judgement = await judged({}, { over: [{ operation: 'getManagedInstance', with: {}, body }] });
    expect(judgement.verdict).not.toBe('ready');
    expect(judgement.blindSpots).toEqual([]);
  });
});

describe('what a machine’s word is worth', () => {
  test.each([null, 'yesterday', new Date(asOf + 90 * 86_400_000).toISOString()])(
    'nothing, with a check-in of %s',
    async (timeLastCheckin) => {
      expect(await compared({}, { timeLastCheckin, osKernelVersion: '5.15.0-1.el9uek.x86_64' })).toEqual(['not-reporting app']);
    },
  );

  test('a standby that is patched while it runs is at what that amounts to', async () => {
    const booted = { osKernelVersion: '5.15.0-300.el9uek.x86_64' };
    expect(await compared({}, { ...booted, kspliceEffectiveKernelVersion: kernel })).toEqual([]);
    expect(await compared({}, { ...booted, kspliceEffectiveKernelVersion: '5.15.0-310.el9uek.x86_64' })).toEqual(['kernel-behind app']);
  });

  test('machines with Windows tell no kernel, and none is missed', async () => {
    const windows = { osFamily: 'WINDOWS_SERVER_2022', osKernelVersion: null };
    expect(await compared(windows, windows)).toEqual([]);
    expect(await compared({}, windows)).toEqual(['kernel-untold app']);
  });

  test('one that has to be told of, and is not known, is not known', async () => {
    const findings = await compared({}, {}, { required: ['app', 'web'] });
    expect(findings).toEqual(['required-unknown web']);
  });

  test('one that the primary is about to lose needs no twin', async () => {
    const primary = { machines: { app: figures, old: { ...figures, status: 'DELETING' } } };
    expect(told(await judged(primary, {}))).toEqual([]);
  });
});
