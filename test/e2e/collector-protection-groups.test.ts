// Roles follow the protection groups of the two regions, and their members are found: a switchover turns pairs round by itself.
import { expect, onTestFinished, test } from 'vitest';
import type { GroupConfig } from '../../src/config/fleet-config.ts';
import { fillDefaults } from '../../src/contract/schema.ts';
import { probe } from '../../src/probes/protection-groups/index.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { temporaryFolder } from '../support/agent.ts';
import { got } from '../support/asking.ts';
import { buildCollector, contactOf, serveCollector, servePair, type TestCollector } from '../support/collector.ts';
import { webhookChannel } from '../support/fleet-news.ts';
import { levels } from '../support/levels-probe.ts';
import { lookAtRegions, regionAt, regionCheck, regionGroup, regionWorld, scopeIn } from '../support/regions.ts';

const ofSite = { fra: 'eu-frankfurt-1', zrh: 'eu-zurich-1' } as const;
type Site = keyof typeof ofSite;
const other = (site: Site): Site => (site === 'fra' ? 'zrh' : 'fra');
const idOf = (site: Site): string => `ocid1.drprotectiongroup.oc1.${ofSite[site]}.a`;
const instanceOf = (site: Site): string => `ocid1.instance.oc1.${ofSite[site]}.till`;

interface Said {
  readonly role: string;
  readonly subState?: string | null;
  readonly runs?: readonly object[];
  readonly bucket?: string | null;
}

/** A region with one protection group, one plan, and one machine that stays where it is. */
function regionSaying(site: Site, { role, subState = null, runs = [], bucket = 'logs' }: Said): readonly RecordedCall[] {
  const group = {
    id: idOf(site),
    displayName: `shop-${site}`,
    role,
    peerId: idOf(other(site)),
    peerRegion: ofSite[other(site)],
    lifecycleState: 'ACTIVE',
    lifecycleSubState: subState,
    logLocation: { bucket },
    members: [{ memberId: instanceOf(site), memberType: 'COMPUTE_INSTANCE_NON_MOVABLE' }],
  };
  const compartmentId = `ocid1.compartment.oc1..${site}`;
  return [
    { operation: 'listDrProtectionGroups', with: {}, body: { items: [group] } },
    { operation: 'getDrProtectionGroup', with: {}, body: group },
    { operation: 'listDrPlans', with: {}, body: { items: [] } },
    { operation: 'listDrPlanExecutions', with: {}, body: { items: runs } },
    {
      operation: 'listInstances',
      with: {},
      body: [{ id: instanceOf(site), displayName: 'till', compartmentId, lifecycleState: 'RUNNING' }],
    },
    {
      operation: 'listVnicAttachments',
      with: {},
      body: [{ instanceId: instanceOf(site), vnicId: `vnic-${site}`, lifecycleState: 'ATTACHED' }],
    },
    { operation: 'getVnic', with: {}, body: { isPrimary: true, privateIp: site === 'fra' ? '10.0.1.5' : '10.1.1.5' } },
  ];
}

const noGroups: readonly RecordedCall[] = [{ operation: 'listDrProtectionGroups', with: {}, body: { items: [] } }];

function checkIn(site: Site) {
  const settings: Record<string, unknown> = { scope: scopeIn(site) };
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return regionCheck(scopeIn(site), probe, { settings });
}

const following = (more: Partial<GroupConfig> = {}): GroupConfig =>
  regionGroup('billing', {
    regions: (['fra', 'zrh'] as const).map((site) => regionAt(site, ofSite[site], { checks: [checkIn(site)] })),
    protectionGroup: { agents: null },
    ...more,
  });

async function served(group: GroupConfig, folder = temporaryFolder()) {
  const world = regionWorld();
  const config = { tell: [webhookChannel('http://127.0.0.1:9/hook')] };
  const collector = await serveCollector({ folder, probes: [probe, levels], groups: [group], openTenancies: world.openTenancies, config });
  const say = async (fra: Said | null, zrh: Said | null): Promise<void> => {
    world.set(ofSite.fra, fra === null ? noGroups : regionSaying('fra', fra));
    world.set(ofSite.zrh, zrh === null ? noGroups : regionSaying('zrh', zrh));
    await lookAtRegions(collector, probe.id);
    // What follows from a look follows it.
    await new Promise((resolve) => setImmediate(resolve));
    await collector.lookAround();
  };
  return { ...collector, say };
}

const primary = { role: 'PRIMARY' };
const standby = { role: 'STANDBY' };

test('a switchover turns every pair round, the regions’ too, and nobody changes a word in the fleet file', async () => {
  const pair = await servePair('app1');
  const collector = await served(following({ pairs: [pair.config] }));
  const sitesOf = async (name: string) => {
    const { standby: own, primary: theirs } = await got(collector, `/v1/pairs/billing/${name}`);
    return { standby: own?.site ?? null, primary: theirs?.site ?? null };
  };
  await collector.say(primary, standby);
  expect(await sitesOf('app1')).toEqual({ standby: 'zrh', primary: 'fra' });
  expect(await sitesOf('region')).toEqual({ standby: 'zrh', primary: 'fra' });
  await collector.say(standby, primary);
  expect(await sitesOf('app1')).toEqual({ standby: 'fra', primary: 'zrh' });
  expect(await sitesOf('region')).toEqual({ standby: 'fra', primary: 'zrh' });
});

test('roles that contradict each other are not known: nobody is judged as the standby, and that is said', async () => {
  const collector = await served(following());
  await collector.say(standby, standby);
  expect(await got(collector, '/v1/fleet')).toMatchObject({
    verdict: 'unknown',
    problems: [
      'which side of billing is the primary is not known, by its protection groups (fra: shop-fra STANDBY; zrh: shop-zrh STANDBY)',
    ],
  });
  expect((await got(collector, '/v1/pairs/billing/region')).standby).toBeNull();
  await collector.say(standby, primary);
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ standby: { site: 'fra' } });
  expect((await got(collector, '/v1/fleet')).problems).toEqual([]);
});

test('the fleet file’s primary counts until a protection group was seen', async () => {
  const collector = await served(following({ primarySite: 'zrh' }));
  await collector.say(null, null);
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ standby: { site: 'fra' }, primary: { site: 'zrh' } });
  await collector.say(primary, standby);
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ standby: { site: 'zrh' }, primary: { site: 'fra' } });
});

test('while a switchover runs the verdict is suspended, with the roles that were whole last', async () => {
  const collector = await served(following());
  await collector.say(primary, standby);
  const run = {
    id: 'run',
    displayName: 'move',
    planExecutionType: 'SWITCHOVER',
    lifecycleState: 'IN_PROGRESS',
    timeStarted: '2026-11-01T00:00:00Z',
  };
  await collector.say(standby, { ...standby, subState: 'DR_PLAN_EXECUTION_IN_PROGRESS', runs: [run] });
  const group = await got(collector, '/v1/groups/billing');
  expect(group).toMatchObject({ verdict: 'suspended', pairs: [{ pair: 'region', standby: { site: 'zrh' } }] });
  expect(group.pairs[0].findings[0]).toMatchObject({ code: 'protection-groups/plan-running', isSuspending: true });
  expect(await got(collector, '/v1/gate/billing?failOn=not-ready')).toMatchObject({ verdict: 'suspended', isPassed: false });
  await collector.say(standby, primary);
  expect(await got(collector, '/v1/groups/billing')).toMatchObject({ pairs: [{ pair: 'region', standby: { site: 'fra' } }] });
  expect((await got(collector, '/v1/groups/billing')).verdict).not.toBe('suspended');
});

test('what is found during a drill is told when it is over, and the drill at once', async () => {
  const collector = await served(following());
  const told = () =>
    collector.collector.store.deliveries
      .waiting('ops', 100)
      .map(({ body }) => body as { readonly kind: string; readonly to?: string; readonly finding?: { readonly code: string } })
      .map(({ kind, to, finding }) => (kind === 'verdict' ? to : finding?.code.split('/')[1]));
  await collector.say(primary, standby);
  expect(told()).toEqual(['unknown', 'no-plan', 'not-ready']);
  const drill = { ...standby, subState: 'DR_DRILL_IN_PROGRESS', bucket: null };
  await collector.say(primary, drill);
  expect(told().slice(3)).toEqual(['drill-in-progress', 'suspended']);
  expect((await got(collector, '/v1/pairs/billing/region')).findings.map(({ code }: { readonly code: string }) => code)).toContain(
    'protection-groups/no-log-bucket',
  );
  await collector.say(primary, { ...drill, subState: null });
  expect(told().slice(5)).toEqual(['drill-in-progress', 'not-ready', 'no-log-bucket']);
});

const agents = { ...contactOf(''), port: 7807 } as const;
const targetsOf = ({ collector }: Pick<TestCollector, 'collector'>) =>
  collector.inventory.roster().targets.map(({ key, told, source }) => ({ key, ...told, source }));

test('compute members become nodes, in pairs by the name that both sides share', async () => {
  const collector = await served(following({ protectionGroup: { agents } }));
  await collector.say(primary, standby);
  const source = (site: Site) => `the protection groups of billing at ${site}`;
  expect(targetsOf(collector)).toEqual([
    { key: 'https://10.0.1.5:7807', group: 'billing', pair: 'till', role: 'primary', site: 'fra', source: source('fra') },
    { key: 'https://10.1.1.5:7807', group: 'billing', pair: 'till', role: 'standby', site: 'zrh', source: source('zrh') },
  ]);
  await collector.say(standby, primary);
  expect(targetsOf(collector)).toMatchObject([
    { role: 'standby', site: 'fra' },
    { role: 'primary', site: 'zrh' },
  ]);
});

test('what the fleet file says of a machine counts over its protection group', async () => {
  const members = (['fra', 'zrh'] as const).map((site) => ({ site, contact: contactOf(`https://till-${site}.example.com:7807`) }));
  const pair = { name: 'till', members, thresholds: regionGroup('billing').thresholds };
  const collector = await served(following({ protectionGroup: { agents }, pairs: [pair] }));
  await collector.say(primary, standby);
  expect(targetsOf(collector).map(({ key }) => key)).toEqual(['https://till-fra.example.com:7807', 'https://till-zrh.example.com:7807']);
});

test('roles and members are known again after a restart, before any region is asked', async () => {
  const folder = temporaryFolder();
  const world = regionWorld();
  const groups = [following({ primarySite: 'fra', protectionGroup: { agents } })];

  world.set(ofSite.fra, regionSaying('fra', standby));
  world.set(ofSite.zrh, regionSaying('zrh', primary));
  const first = buildCollector({ folder, probes: [probe, levels], groups, openTenancies: world.openTenancies });
  await first.collector.start();
  await lookAtRegions(first, probe.id);
  await first.collector.stop();
  const second = buildCollector({ folder, probes: [probe, levels], groups, openTenancies: () => new Promise(() => {}) });
  await second.collector.start();
  onTestFinished(() => second.collector.stop());
  expect(targetsOf(second)).toMatchObject([
    { key: 'https://10.0.1.5:7807', role: 'standby' },
    { key: 'https://10.1.1.5:7807', role: 'primary' },
  ]);
});
