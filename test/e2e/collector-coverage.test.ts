// How much of a period a gap was watched, of agents whose checks come and go while their collector polls them, and while it does not.
import { expect, test } from 'vitest';
import type { NodeDescription } from '../../src/contract/changes.ts';
import { observed } from '../../src/contract/outcome.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { minute, temporaryFolder } from '../support/agent.ts';
import { got } from '../support/asking.ts';
import { groupOf, pairOf, type ServedCollector, serveCollector } from '../support/collector.ts';
import { type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.ts';

const roles = ['primary', 'standby'] as const;
type Role = (typeof roles)[number];

interface Side {
  readonly agent: ScriptedAgent;
  checks: readonly string[];
  revision: number;
  /** It tells no more of a check than that it is not described. */
  isForgetful: boolean;
}

interface Passing {
  readonly everyMinutes?: number;
  /** By the collector. */
  readonly isPolled?: boolean;
  readonly isLooking?: boolean;
}

/** A pair of which each side looks once a minute and always sees the same. Time passes when the test says so. */
async function world(checks: Readonly<Record<Role, readonly string[]>>) {
  const folder = temporaryFolder();
  const begun = Date.parse('2026-03-02T10:00:00Z');
  let passedMs = 0;
  const clock = { ...systemClock(), now: () => begun + passedMs, monotonicMs: () => performance.now() + passedMs };
  const sideOf = async (role: Role): Promise<Side> => {
    const agent = await scriptedAgent();
    const side: Side = { agent, checks: checks[role], revision: 1, isForgetful: false };
    agent.now = clock.now;
    agent.edit = ({ current, ...page }) => ({
      ...page,
      current: side.isForgetful ? current.filter(({ check }) => side.checks.includes(check)) : current,
      revision: `r${side.revision}`,
      description: described(agent.nodeId, role, side.checks),
    });
    return side;
  };
  const sides = { primary: await sideOf('primary'), standby: await sideOf('standby') };
  let level = 7;
  const look = (): void => {
    for (const { agent, checks: own } of Object.values(sides))
      for (const check of own) agent.look(check, observed({ level, parts: [] }), { probe: 'levels' });
  };
  const groups = [groupOf('billing', [pairOf('app1', { primary: sides.primary.agent.url, standby: sides.standby.agent.url })])];
  const start = (): Promise<ServedCollector> => serveCollector({ clock, folder, groups });
  look();
  let served = await start();
  return {
    begun,
    now: clock.now,
    sides,
    passes: async (minutes: number, { everyMinutes = 1, isPolled = true, isLooking = true }: Passing = {}): Promise<void> => {
      for (let done = 0; done < minutes; done += everyMinutes) {
        passedMs += everyMinutes * minute;
        if (isLooking) look();
        if (isPolled) await served.lookAround();
      }
    },
    becomes: (other: number): void => {
      level = other;
    },
    leaves: (role: Role, check: string): void => {
      sides[role].checks = sides[role].checks.filter((one) => one !== check);
      sides[role].revision++;
    },
    stop: async (): Promise<void> => {
      await served.doors.close();
      await served.collector.stop();
    },
    start: async (): Promise<void> => {
      served = await start();
      await served.lookAround();
    },
    report: async (from: number, to: number) => {
      const { coverage, limits } = await got(served, `/v1/report?group=billing&from=${from}&to=${to}`);
      const [own] = coverage.filter((one: { checks: readonly string[] }) => one.checks.length > 0);
      const { watchedMs, unknownMs, notConfiguredMs } = own;
      return { minutes: [watchedMs, unknownMs, notConfiguredMs].map((ms) => Math.round(ms / minute)), limits };
    },
  };
}

const described = (id: string, role: Role, checks: readonly string[]): NodeDescription => ({
  identity: { id, name: `app1-${role}`, role: null, group: null, twin: null, site: {}, version: '1' },
  checks: checks.map((check) => ({ check, probe: 'levels', settings: {}, staleAfterMs: 10 * minute, isRequired: true })),
  notTold: [],
});

const both = { primary: ['levels'], standby: ['levels'] };

test('a gap of which the standby has no check is not watched, whatever the primary sees', async () => {
  const { begun, now, passes, report } = await world({ primary: ['levels'], standby: [] });
  await passes(60);
  expect(await report(begun, now())).toEqual({ minutes: [0, 60, 0], limits: [] });
});

test('a gap is watched no more from when its check left the standby, though the primary goes on', async () => {
  const { begun, now, passes, leaves, report } = await world(both);
  await passes(60);
  leaves('standby', 'levels');
  await passes(30);
  const { minutes, limits } = await report(begun, now());
  expect(minutes).toEqual([60, 30, 0]);
  expect(limits).toEqual([expect.stringContaining('no longer watches levels')]);
});

test('a check that left both sides was watched until then, also when the collector was started again', async () => {
  const { begun, now, passes, leaves, report, stop, start } = await world(both);
  await passes(30 * 60, { everyMinutes: 10 });
  for (const role of roles) leaves(role, 'levels');
  await passes(60, { everyMinutes: 10 });
  const expected = { minutes: [30 * 60, 0, 60], limits: [0, 1].map(() => expect.stringContaining('no longer watches levels')) };
  expect(await report(begun, now())).toEqual(expected);
  await stop();
  await start();
  expect(await report(begun, now())).toEqual(expected);
});

test('a check that left while the collector was away was watched until its last look', async () => {
  const { begun, now, passes, leaves, report, stop, start } = await world(both);
  await passes(60);
  await stop();
  await passes(60, { isPolled: false });
  for (const role of roles) leaves(role, 'levels');
  await passes(60, { isPolled: false });
  await start();
  expect((await report(begun, now())).minutes).toEqual([120, 0, 60]);
});

test('a check of which its agent forgets where it stood was watched until it was last polled', async () => {
  const { begun, now, passes, leaves, report, sides } = await world(both);
  await passes(30 * 60, { everyMinutes: 10 });
  for (const role of roles) {
    leaves(role, 'levels');
    sides[role].isForgetful = true;
  }
  await passes(60, { everyMinutes: 10 });
  expect((await report(begun, now())).minutes).toEqual([30 * 60, 0, 60]);
});

test('what was seen after a pause says nothing of the pause', async () => {
  const { begun, now, passes, becomes, report } = await world(both);
  await passes(30);
  await passes(60, { isLooking: false });
  const paused = now();
  becomes(8);
  await passes(30);
  expect((await report(begun, paused)).minutes).toEqual([30, 60, 0]);
});
