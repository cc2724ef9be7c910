// Runs a real collector for a test: a real store in a temporary folder, real agents on ports of their own, polled over real sockets.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Collector, createCollector } from '../../src/collector/collector.ts';
import { createHttpClient } from '../../src/collector/http/client.ts';
import { openStore } from '../../src/collector/open-store.ts';
import type { OpenTenancies } from '../../src/collector/regions/tenancies.ts';
import { collectorRoutes } from '../../src/collector/routes/all.ts';
import { webRoutes } from '../../src/collector/routes/web.ts';
import { readWebFiles } from '../../src/collector/web-files.ts';
import type { Contact, FleetConfig, GroupConfig, OciAccess, PairConfig, Thresholds } from '../../src/config/fleet-config.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { type Clock, systemClock } from '../../src/daemon/clock.ts';
import { accessOf, createDoors } from '../../src/daemon/doors.ts';
import { buildServer } from '../../src/server.ts';
import { type AgentWish, checkOf, hour, listeningLog, minute, type ServedAgent, serveAgent, temporaryFolder } from './agent.ts';
import { levels } from './levels-probe.ts';
import { type TestProbe, testProbe } from './test-probe.ts';

export interface CollectorWish {
  readonly groups?: readonly GroupConfig[];
  readonly openTenancies?: OpenTenancies;
  /** What it knows to judge; the levels probe unless given. */
  readonly probes?: readonly AnyProbe[];
  readonly clock?: Clock;
  readonly folder?: string;
  /** Where the dashboard was built; where the build puts it unless given. */
  readonly webFolder?: string;
  readonly config?: Partial<FleetConfig>;
}

export interface TestCollector {
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  readonly config: FleetConfig;
  /** Asks every node, and judges what they told. */
  lookAround(): Promise<void>;
}

export interface ServedCollector extends TestCollector {
  /** Of the TCP door, with the port that was given out. */
  readonly url: string;
  readonly socket: string;
  readonly doors: ReturnType<typeof createDoors>;
}

export const usualThresholds: Thresholds = { silentAfterMs: 5 * minute, primaryMaxAgeMs: 7 * 24 * hour, clockOffsetMaxMs: 10_000 };

export const usualOci: OciAccess = {
  auth: 'instance-principal',
  configFile: null,
  profile: 'DEFAULT',
  endpoints: {},
  concurrency: 8,
  callTimeoutMs: 30_000,
};

export function fleetConfigOf(folder: string, more: Partial<FleetConfig> = {}): FleetConfig {
  return {
    file: join(folder, 'fleet.yaml'),
    name: 'watch1',
    sites: { fra: { name: 'eu-frankfurt-1' }, zrh: { name: 'eu-zurich-1' } },
    groups: [],
    discover: [],
    // Tests ask when they want to know; what asks by itself does so rarely.
    poll: { everyMs: hour, timeoutMs: 10_000, concurrency: 8 },
    oci: usualOci,
    thresholds: usualThresholds,
    listen: { socket: join(folder, 'collector.sock'), tcp: { address: '127.0.0.1', port: 0 }, tls: null },
    access: { tokens: [], clients: [], localRights: ['read', 'waive'], requestsPerMinute: 60_000 },
    store: { file: join(folder, 'collector.db'), keepMs: 400 * 24 * hour, bytesMax: 1024 ** 3 },
    log: { level: 'info' },
    receipts: { keyFile: join(folder, 'receipts.key'), keepMs: 800 * 24 * hour },
    tell: [],
    ...more,
  };
}

export const contactOf = (address: string): Contact => ({
  address,
  tokenFile: null,
  authoritiesFile: null,
  certificateFile: null,
  keyFile: null,
  serverName: null,
});

/** With the primary in Frankfurt. */
export const groupOf = (name: string, pairs: readonly PairConfig[], more: Partial<GroupConfig> = {}): GroupConfig => ({
  name,
  primarySite: 'fra',
  pairs,
  expectedChecks: [],
  lawful: [],
  regions: [],
  protectionGroup: null,
  thresholds: usualThresholds,
  ...more,
});

export const pairOf = (name: string, addresses: { readonly primary: string; readonly standby: string }): PairConfig => ({
  name,
  members: [
    { site: 'fra', contact: contactOf(addresses.primary) },
    { site: 'zrh', contact: contactOf(addresses.standby) },
  ],
  thresholds: usualThresholds,
});

/** A levels probe that sees what the test says. */
export const levelsProbe = (): TestProbe => {
  const { title, gap, facts, defaults, rules, summary, readings } = levels;
  return testProbe('levels', { title, gap, facts, defaults, rules, summary, readings });
};

export interface TestSide {
  readonly agent: ServedAgent;
  readonly probe: TestProbe;
}

export interface TestPair {
  readonly config: PairConfig;
  readonly primary: TestSide;
  readonly standby: TestSide;
}

export interface PairWish extends Partial<AgentWish> {
  readonly group?: string;
  /** Uses of the levels probe; one, of its name, unless given. */
  readonly checkIds?: readonly string[];
  /** What each side sees at its first look; 7 unless given. */
  readonly first?: Readonly<Record<'primary' | 'standby', number>>;
}

/** Two real agents, each on its own machine, that have looked once. */
export async function servePair(name: string, wish: PairWish = {}): Promise<TestPair> {
  const [primary, standby] = await Promise.all([serveSide(name, 'primary', wish), serveSide(name, 'standby', wish)]);
  const config = pairOf(name, { primary: primary.agent.url, standby: standby.agent.url });
  return { config, primary, standby };
}

async function serveSide(
  pair: string,
  role: 'primary' | 'standby',
  { group = 'billing', checkIds = ['levels'], first = { primary: 7, standby: 7 }, ...wish }: PairWish,
): Promise<TestSide> {
  const probe = levelsProbe();
  probe.answer = seeing(first[role]);
  const name = `${pair}-${role}`;
  const agent = await serveAgent({
    probes: [probe],
    // Tests ask for looks.
    checks: checkIds.map((id) => checkOf(probe, { id, schedule: { kind: 'every', everyMs: hour } })),
    machineId: createHash('md5').update(`${group} ${name}`).digest('hex'),
    ...wish,
    config: {
      node: { name, role, group, twin: pair, site: {} },
      access: { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 60_000 },
      ...wish.config,
    },
  });
  await agent.agent.firstJudgement();
  return { agent, probe };
}

/** An answer of the levels probe. */
export const seeing =
  (level: number, parts: readonly { readonly name: string; readonly version: string }[] = []): TestProbe['answer'] =>
  async () => ({ kind: 'observed', facts: { level, parts } });

/** The side sees that from now on, and has looked. */
export async function see({ agent, probe }: TestSide, ...what: Parameters<typeof seeing>): Promise<void> {
  probe.answer = seeing(...what);
  const before = probe.looks;
  // One that is asked for joins one that is under way, which may have seen what was there before.
  while (probe.looks === before) await agent.agent.lookNow('levels');
}

const noTenancies: OpenTenancies = () => Promise.reject(new Error('this test has no regions'));

/** Built, not started. */
export function buildCollector(wish: CollectorWish = {}): TestCollector {
  const folder = wish.folder ?? temporaryFolder();
  const clock = wish.clock ?? systemClock();
  const log = listeningLog();
  const config = fleetConfigOf(folder, { groups: wish.groups ?? [], ...wish.config });
  const opened = openStore({ file: config.store.file, now: clock.now(), log, onDamage: (detail) => log.error({ detail }, 'damaged') });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const http = createHttpClient({ monotonicMs: clock.monotonicMs });
  onTestFinished(() => http.close());
  const probes = new Map((wish.probes ?? [levels]).map((probe) => [probe.id, probe]));
  const key = generateKeyPairSync('ed25519').privateKey;
  const { store } = opened;
  const collector = createCollector({
    config,
    probes,
    store,
    http,
    openTenancies: wish.openTenancies ?? noTenancies,
    clock,
    log,
    key,
    name: 'watch1',
    version: '0.0.0-test',
  });
  const lookAround = async (): Promise<void> => {
    await collector.poller.pollNow();
    collector.review.repair();
    collector.review.judgeNow();
  };
  return { collector, clock, log, folder, config, lookAround };
}

/** Started, with everybody asked once; stopped with the test. */
export async function startCollector(wish: CollectorWish = {}): Promise<TestCollector> {
  const built = buildCollector(wish);
  await built.collector.start();
  onTestFinished(() => built.collector.stop());
  await built.lookAround();
  return built;
}

/** The same on a real socket and a real port. */
export async function serveCollector(wish: CollectorWish = {}): Promise<ServedCollector> {
  const started = await startCollector(wish);
  const { collector, log, clock, folder } = started;
  const given = {
    urls: () => doors.urls(),
    doorProblems: () => doors.problems(clock.now()),
    reloadProblem: () => null,
  };
  const server = await buildServer({
    routes: [...collectorRoutes(collector, given), ...webRoutes(await readWebFiles(wish.webFolder))],
    access: () => accessOf(collector.config(), collector.name),
    monotonicMs: () => performance.now(),
    onError: (error, request) => log.error({ ...request, detail: error.stack ?? error.message }, 'a request failed'),
  });
  const doors = createDoors(server);
  await doors.open(started.config);
  onTestFinished(async () => {
    await doors.close();
    await server.close();
  });
  return { ...started, url: doors.urls().find((url) => url.startsWith('http')) ?? '', socket: join(folder, 'collector.sock'), doors };
}

/** Two pairs: one in which the standby is behind, one in which nothing is wrong. */
export async function serveTwoGroups() {
  const [app1, app2] = await Promise.all([servePair('app1'), servePair('app2', { group: 'crm' })]);
  await see(app1.primary, 9, [{ name: 'lib', version: '2' }]);
  await see(app1.standby, 7, [{ name: 'lib', version: '1' }]);
  const served = await serveCollector({ groups: [groupOf('crm', [app2.config]), groupOf('billing', [app1.config])] });
  return { ...served, app1, app2 };
}
