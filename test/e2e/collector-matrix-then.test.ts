// A past moment is never shown better than it was shown at that moment: agents whose history a test writes, a clock that it moves.
import fc from 'fast-check';
import * as Type from 'typebox/type';
import { expect, test } from 'vitest';
import { type CellState, cellStates } from '../../src/contract/cell.ts';
import type { WatchedCheck } from '../../src/contract/changes.ts';
import type { Gap } from '../../src/contract/gap.ts';
import type { Matrix, PairRow } from '../../src/contract/matrix.ts';
import { type Outcome, observed } from '../../src/contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../../src/contract/probe.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { minute, temporaryFolder } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, pairOf, type ServedCollector, serveCollector } from '../support/collector.ts';
import { descriptionOf, type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.ts';

const probeOf = (id: string, gap: Gap, confirm = { bad: 1, good: 1 }): AnyProbe =>
  defineProbe({
    id,
    title: id,
    gap,
    factsVersion: 1,
    settings: Type.Object({}),
    facts: Type.Object({ wrong: Type.Array(Type.String()) }),
    readings: {},
    defaults: { everyMs: minute, timeoutMs: 1_000, staleAfterMs: 10 * minute, confirm },
    withoutConfig: { settings: {} },
    absentOnStandby: 'blocker',
    summary: () => id,
    observe: async () => observed({ wrong: [] }),
    rules: [
      {
        kind: 'alone',
        code: `${id}/wrong`,
        severity: 'blocker',
        title: 'Something is wrong',
        why: 'It would not start.',
        remedy: () => '$ mend',
        judge: ({ wrong }) => wrong.map((subject) => ({ subject, expected: 'right', actual: 'wrong' })),
      },
    ],
  });

const probes = [
  probeOf('kern', 'kernel'),
  probeOf('cert', 'certificates'),
  probeOf('net', 'network-rules'),
  probeOf('slow', 'monitoring', { bad: 2, good: 2 }),
];
const gaps = { kern: 'kernel', cert: 'certificates', net: 'network-rules', slow: 'monitoring' } as const;
type Check = keyof typeof gaps;

const fine: Outcome = observed({ wrong: [] });
const wrong: Outcome = observed({ wrong: ['a'] });
const unseen: Outcome = { kind: 'unseen', reason: 'timeout', detail: 'no answer' };

const watchedAs = (check: string): WatchedCheck => ({
  check,
  probe: check,
  settings: {},
  staleAfterMs: check === 'cert' ? 3 * minute : 10 * minute,
  isRequired: check !== 'net',
});

interface Side {
  readonly agent: ScriptedAgent;
  readonly sees: Map<string, Outcome>;
  checks: readonly string[];
  isSilent: boolean;
  revision: number;
}

async function sideOf(clock: { now(): number }, checks: readonly string[]): Promise<Side> {
  const agent = await scriptedAgent();
  const side: Side = { agent, sees: new Map(checks.map((check) => [check, fine])), checks, isSilent: false, revision: 1 };
  agent.now = clock.now;
  agent.edit = (page) => {
    const description = { ...descriptionOf([], { id: agent.nodeId }), checks: side.checks.map(watchedAs) };
    return { ...page, revision: `r${side.revision}`, description };
  };
  return side;
}

interface World {
  readonly standby: Side;
  readonly primary: Side;
  readonly other: Side;
  /** Time goes on, everybody looks, is asked and is judged. */
  pass(ms?: number): Promise<void>;
  /** Only time goes on. */
  wait(ms: number): void;
  moment(): number;
  row(at?: number): Promise<PairRow>;
  matrix(at?: number): Promise<Matrix>;
  restart(): Promise<void>;
  served(): ServedCollector;
}

async function worldOf(checks: readonly Check[], expectedChecks: readonly string[] = []): Promise<World> {
  let offset = 0;
  const start = Date.parse('2026-03-02T10:00:00Z');
  const clock = { ...systemClock(), now: () => start + offset, monotonicMs: () => performance.now() + offset };
  const [standby, primary, other, second] = await Promise.all([1, 2, 3, 4].map(() => sideOf(clock, checks)));
  const sides = [standby!, primary!, other!, second!];
  const look = (): void => {
    for (const { agent, sees, checks: own, isSilent } of sides) {
      agent.answer = isSilent ? (request) => request.socket.destroy() : null;
      for (const [check, outcome] of sees) if (own.includes(check)) agent.look(check, outcome, { probe: check });
    }
  };
  look();
  const app1 = pairOf('app1', { primary: primary!.agent.url, standby: standby!.agent.url });
  const app2 = pairOf('app2', { primary: second!.agent.url, standby: other!.agent.url });
  const wish = { probes, clock, folder: temporaryFolder(), groups: [groupOf('billing', [app1, app2], { expectedChecks })] };
  let served = await serveCollector(wish);
  const matrix = (at?: number): Promise<Matrix> => got(served, `/v1/matrix${at === undefined ? '' : `?at=${at}`}`);
  return {
    standby: standby!,
    primary: primary!,
    other: other!,
    pass: async (ms = minute) => {
      offset += ms;
      look();
      await served.lookAround();
    },
    wait: (ms) => {
      offset += ms;
    },
    moment: clock.now,
    matrix,
    row: async (at) => (await matrix(at)).groups[0]!.pairs.find(({ pair }) => pair === 'app1')!,
    restart: async () => {
      await served.doors.close();
      await served.collector.stop();
      served = await serveCollector(wish);
    },
    served: () => served,
  };
}

const stateOf = ({ cells }: PairRow, check: Check): CellState => cells.find(({ gap }) => gap === gaps[check])!.state;
const statesOf = (row: PairRow) => [row.verdict, ...row.cells.map(({ state }) => state)];

/** What is shown now, and as what it is shown when it is all over. */
async function nowAndThen(world: World, over: () => void): Promise<{ readonly now: PairRow; readonly later: PairRow }> {
  const at = world.moment();
  const now = await world.row();
  over();
  for (let n = 0; n < 3; n++) await world.pass();
  return { now, later: await world.row(at) };
}

const passes = async (world: World, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) await world.pass();
};

const silence = async (world: World): Promise<() => void> => {
  world.standby.isSilent = true;
  await passes(world, 10);
  return () => {
    world.standby.isSilent = false;
  };
};

test.each<[string, readonly Check[], (world: World) => void]>([
  ['an optional check that could not be seen', ['kern', 'cert', 'net'], ({ standby }) => standby.sees.set('net', unseen)],
  ['a required check that could not be seen', ['kern', 'cert'], ({ standby }) => standby.sees.set('kern', unseen)],
  ['a blocker', ['kern', 'cert'], ({ standby }) => standby.sees.set('kern', wrong)],
])('a standby that was silent beside %s leaves nothing good', async (_, checks, begin) => {
  const world = await worldOf(checks);
  begin(world);
  await passes(world, 2);
  const { now, later } = await nowAndThen(world, await silence(world));
  expect(stateOf(now, 'cert')).toBe('unknown');
  expect(statesOf(later)).toEqual(statesOf(now));
});

test('a standby that may have been two machines beside a blocker leaves nothing good', async () => {
  const world = await worldOf(['kern', 'cert']);
  world.standby.sees.set('kern', wrong);
  await world.pass();
  const { nodeId } = world.other.agent;
  world.other.agent.nodeId = world.standby.agent.nodeId;
  await passes(world, 3);
  const { now, later } = await nowAndThen(world, () => {
    world.other.agent.nodeId = nodeId;
  });
  expect([stateOf(now, 'kern'), stateOf(now, 'cert')]).toEqual(['not-ready', 'unknown']);
  expect(statesOf(later)).toEqual(statesOf(now));
});

test('a check that the standby had not for a while beside a blocker is not good', async () => {
  const world = await worldOf(['kern', 'cert']);
  world.standby.sees.set('kern', wrong);
  await world.pass();
  const again = watches(world.standby, ['kern']);
  await passes(world, 15);
  const { now, later } = await nowAndThen(world, again);
  expect(stateOf(now, 'cert')).toBe('unknown');
  expect(statesOf(later)).toEqual(statesOf(now));
});

test('what was watched then and is not any more was watched then', async () => {
  const world = await worldOf(['kern', 'cert']);
  await passes(world, 3);
  const { now, later } = await nowAndThen(world, () => {
    for (const side of [world.standby, world.primary]) watches(side, ['kern']);
  });
  expect(stateOf(now, 'cert')).toBe('ready');
  expect(statesOf(later)).toEqual(statesOf(now));
  expect(stateOf(await world.row(), 'cert')).toBe('not-watched');
});

test('what no second look had confirmed then was not good then', async () => {
  const world = await worldOf(['kern', 'slow']);
  world.standby.sees.set('slow', wrong);
  await world.pass();
  const { now, later } = await nowAndThen(world, () => world.standby.sees.set('slow', fine));
  expect([now.verdict, stateOf(now, 'slow')]).toEqual(['ready', 'unknown']);
  expect(statesOf(later)).toEqual(statesOf(now));
});

test('a check that the fleet expects and nobody has is unknown, and a pair without checks says what its cells cannot', async () => {
  const expecting = await worldOf(['kern'], ['kern', 'cert', 'other']);
  const row = await expecting.row();
  expect([row.verdict, stateOf(row, 'cert'), row.blind]).toEqual([
    'unknown',
    'unknown',
    expect.stringMatching(/^other: the fleet expects/),
  ]);
  const empty = await (await worldOf([])).row();
  expect([empty.verdict, new Set(empty.cells.map(({ state }) => state)), empty.blind]).toEqual([
    'unknown',
    new Set(['not-watched']),
    'nothing is watched',
  ]);
});

function watches(side: Side, checks: readonly string[]): () => void {
  const before = side.checks;
  side.checks = checks;
  side.revision++;
  return () => watches(side, before);
}

type Step = (world: World) => unknown;

const checks: readonly Check[] = ['kern', 'cert', 'net', 'slow'];
const step = fc.record({
  side: fc.constantFrom('standby' as const, 'standby' as const, 'primary' as const),
  check: fc.constantFrom(...checks),
  act: fc.constantFrom('fine', 'wrong', 'unseen', 'no-look', 'silent', 'heard', 'fewer', 'all', 'waive', 'restart', 'pause'),
  ms: fc.constantFrom(20_000, minute, 2 * minute + 91),
});

const acting = ({ side: name, check, act }: typeof step extends fc.Arbitrary<infer T> ? T : never): Step => {
  return async (world) => {
    const side = world[name];
    if (act === 'fine' || act === 'wrong' || act === 'unseen') side.sees.set(check, { fine, wrong, unseen }[act]);
    if (act === 'no-look') side.sees.delete(check);
    if (act === 'silent' || act === 'heard') side.isSilent = act === 'silent';
    if (act === 'fewer' || act === 'all') watches(side, act === 'all' ? checks : checks.filter((one) => one !== check));
    if (act === 'waive') await waiveOne(world);
    if (act === 'restart') await world.restart();
    if (act === 'pause') await world.pass(30 * minute);
  };
};

async function waiveOne(world: World): Promise<void> {
  const { findings } = await got(world.served(), '/v1/pairs/billing/app1');
  const finding = findings.find(({ state, waiver }: { state: string; waiver: unknown }) => state === 'open' && waiver === null)?.id;
  if (finding === undefined) return;
  const body = { group: 'billing', pair: 'app1', finding, author: 'Ada', reason: 'known', until: world.moment() + 5 * minute };
  await ask(`${world.served().url}/v1/waivers`, { method: 'POST', body });
}

test('whatever happened, a past moment is shown as it was shown then, or as less known', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 15 }), async (steps) => {
      const world = await worldOf(checks);
      const shown: { readonly at: number; readonly row: PairRow }[] = [];
      for (const one of steps) {
        await acting(one)(world);
        await world.pass(one.ms);
        shown.push({ at: world.moment(), row: await world.row() });
        world.wait(1);
      }
      await world.pass();
      for (const { at, row } of shown) {
        const then = await world.row(at);
        expect(then.verdict).toBe(row.verdict);
        const better = then.cells.filter(({ state }, n) => cellStates.indexOf(state) > cellStates.indexOf(row.cells[n]!.state));
        expect(better).toEqual([]);
        const others = then.cells.filter(({ state }, n) => state !== row.cells[n]!.state && state !== 'unknown');
        expect(others).toEqual([]);
      }
    }),
    // Each step asks real agents: to shrink would take minutes.
    { numRuns: 3, endOnFailure: true },
  );
});
