// Runs a real agent for a test: real SQLite in a temporary folder, a recorded machine, small probes of the test's own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Agent, createAgent } from '../../src/agent/agent.ts';
import { agentRoutes } from '../../src/agent/routes/all.ts';
import type { AgentConfig } from '../../src/config/agent-config.ts';
import type { Check } from '../../src/contract/check.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { type Clock, systemClock } from '../../src/daemon/clock.ts';
import { accessOf, createDoors } from '../../src/daemon/doors.ts';
import type { Log } from '../../src/daemon/log.ts';
import type { MachineSource } from '../../src/machine/source.ts';
import { buildServer } from '../../src/server.ts';
import { recordedMachine } from './recorded.ts';

export { type TestProbe, testProbe } from './test-probe.ts';

export const minute = 60_000;
export const hour = 60 * minute;

export interface FakeClock extends Clock {
  /** Lets time go on, and everything happen that is due in it. */
  advance(ms: number): Promise<void>;
  /** The wall clock alone moves: the machine was suspended, or somebody set it. */
  jump(ms: number): void;
}

export function fakeClock(start = Date.parse('2026-03-02T10:00:00Z')): FakeClock {
  let monotonic = 0;
  let offset = start;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  return {
    now: () => Math.round(offset + monotonic),
    monotonicMs: () => monotonic,
    setTimer: (ms, call) => {
      const timer = { at: monotonic + Math.max(ms, 0), call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: async (ms) => {
      const end = monotonic + ms;
      await settled();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        monotonic = Math.max(monotonic, next.at);
        next.call();
        await settled();
      }
      monotonic = end;
    },
    jump: (ms) => {
      offset += ms;
    },
  };
}

/** What was started has run as far as it can without time going on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export const checkOf = (probe: AnyProbe, more: Partial<Check> = {}): Check => ({
  id: probe.id,
  probe: probe.id,
  settings: {},
  schedule: { kind: 'every', everyMs: probe.defaults.everyMs },
  timeoutMs: probe.defaults.timeoutMs,
  staleAfterMs: probe.defaults.staleAfterMs,
  isRequired: true,
  ...more,
});

export interface SaidLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

export function listeningLog(): Log & { readonly said: SaidLine[] } {
  const said: SaidLine[] = [];
  const say = (level: SaidLine['level']) => (fields: object, message: string) =>
    void said.push({ level, fields: fields as Record<string, unknown>, message });
  return { said, debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestAgent {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  readonly config: AgentConfig;
}

export interface AgentWish {
  readonly probes: readonly AnyProbe[];
  readonly checks?: readonly Check[];
  readonly clock?: Clock;
  readonly folder?: string;
  readonly config?: Partial<AgentConfig>;
  /** Of the machine that it runs on; the same for all unless given. */
  readonly machineId?: string;
  /** The machine itself, in place of a small one on paper. */
  readonly source?: MachineSource;
}

export function configOf(folder: string, checks: readonly Check[], more: Partial<AgentConfig> = {}): AgentConfig {
  return {
    file: null,
    node: { name: 'app1-zrh', role: 'standby', group: 'billing', twin: 'app1', site: {} },
    listen: { socket: join(folder, 'agent.sock'), tcp: { address: '127.0.0.1', port: 0 }, tls: null },
    access: { tokens: [], clients: [], localRights: ['read', 'run'], requestsPerMinute: 6_000 },
    store: { file: join(folder, 'agent.db'), keepMs: 400 * 24 * hour, bytesMax: 1024 ** 3 },
    log: { level: 'info' },
    checks,
    notTold: [],
    captureFolder: join(folder, 'captures'),
    ...more,
  };
}

/** Built, not started. */
export async function buildAgent(wish: AgentWish): Promise<TestAgent> {
  const folder = wish.folder ?? temporaryFolder();
  const clock = wish.clock ?? systemClock();
  const log = listeningLog();
  const config = configOf(folder, wish.checks ?? wish.probes.map((probe) => checkOf(probe)), wish.config);
  const source = wish.source ?? (await machineOnPaper(wish));
  const probes = new Map(wish.probes.map((probe) => [probe.id, probe]));
  const agent = await createAgent({ config, probes, source, clock, log, version: '0.0.0-test' });
  return { agent, clock, log, folder, config };
}

const machineOnPaper = ({ machineId = 'b08dfa6083e7567a1921a715000001fb' }: AgentWish) =>
  recordedMachine({ uname: 'Linux app1-zrh 5.15.0 #1 SMP x86_64', files: { '/etc/machine-id': `${machineId}\n` } });

/** Started, and stopped with the test. */
export async function startAgent(wish: AgentWish): Promise<TestAgent> {
  const built = await buildAgent(wish);
  const started = await built.agent.start();
  if (started.kind !== 'started') throw new Error(started.detail);
  onTestFinished(() => built.agent.stop());
  return built;
}

export interface ServedAgent extends TestAgent {
  /** Of the TCP door, with the port that was given out. */
  readonly url: string;
  readonly socket: string;
  readonly doors: ReturnType<typeof createDoors>;
}

/** Started and served on a real socket and a real port. */
export async function serveAgent(wish: AgentWish): Promise<ServedAgent> {
  const started = await startAgent(wish);
  const { agent, log } = started;
  const server = await buildServer({
    routes: agentRoutes(agent, {
      urls: () => doors.urls(),
      doorProblems: () => doors.problems(agent.clock.now()),
      reloadProblem: () => null,
    }),
    access: () => accessOf(agent.config(), agent.node().name),
    monotonicMs: () => performance.now(),
    onError: (error, request) => log.error({ ...request, detail: error.message }, 'a request failed'),
  });
  const doors = createDoors(server);
  await doors.open(started.config);
  onTestFinished(async () => {
    await doors.close();
    await server.close();
  });
  return { ...started, url: doors.urls().find((url) => url.startsWith('http')) ?? '', socket: join(started.folder, 'agent.sock'), doors };
}
