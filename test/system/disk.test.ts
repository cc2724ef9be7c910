// A disk that fills up, cannot be written, or loses the history under a running agent: the agent goes on looking, and says what is wrong.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Observation } from '../../src/contract/observation.ts';
import { observed } from '../../src/contract/outcome.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/agent.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from '../support/agent-process.ts';

/** A disk of its own, of 3 MiB. */
function smallDisk(): string {
  const disk = join(temporaryFolder(), 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'understudy-test', disk]);
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  return disk;
}

async function start(disk: string): Promise<AgentProcess> {
  const folder = temporaryFolder();
  const config = writeConfig(folder);
  writeFileSync(config, readFileSync(config, 'utf8').replace(/file: .*/, `file: ${join(disk, 'agent.db')}`));
  const agent = startAgentProcess(folder, config);
  onTestFinished(async () => {
    agent.child.kill('SIGKILL');
    await agent.ended;
  });
  await agent.served();
  return agent;
}

interface Health {
  readonly state: string;
  readonly problems: readonly string[];
}

async function jsonOf<T>(agent: AgentProcess, path: string): Promise<T> {
  const answer = await agent.get(path);
  if (answer === null) throw new Error(`no answer to ${path}: ${agent.output()}`);
  return answer.json as T;
}

const healthOf = (agent: AgentProcess): Promise<Health> => jsonOf(agent, '/healthz');
const current = async (agent: AgentProcess) =>
  (await jsonOf<{ checks: readonly { current: Observation }[] }>(agent, '/v1/snapshot')).checks[0]!.current;

async function until(agent: AgentProcess, condition: () => Promise<boolean>): Promise<void> {
  const stopAt = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > stopAt) throw new Error(`it never came: ${agent.output().slice(-3_000)}\n${JSON.stringify(await healthOf(agent))}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

const lines = (agent: AgentProcess): readonly { readonly msg: string; readonly level: string }[] =>
  agent
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; level: string });

/** Takes every block that is left. */
function fill(disk: string): void {
  const file = openSync(join(disk, 'ballast'), 'w');
  for (const size of [65_536, 4_096, 512]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 1));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
  closeSync(file);
}

test('a full disk: looks go on, nothing of it becomes a result, it is said once, and all is written when there is room', async () => {
  const disk = smallDisk();
  const agent = await start(disk);
  await until(agent, async () => (await current(agent)) !== null);
  fill(disk);
  await until(agent, async () => (await healthOf(agent)).problems.some((problem) => problem.includes('cannot be written')));
  const before = await current(agent);
  await until(agent, async () => (await current(agent)).lastAt > before.lastAt + 3_000);
  expect((await current(agent)).outcome.kind).toBe('observed');
  expect((await agent.get('/v1/changes'))?.status).toBe(200);
  expect((await agent.get('/metrics').catch(() => null)) ?? { status: 200 }).toMatchObject({ status: 200 });
  rmSync(join(disk, 'ballast'));
  await until(agent, async () => (await healthOf(agent)).state === 'ok');
  await until(agent, async () => (await current(agent)).seq > before.seq);
  const told = lines(agent).filter(({ level }) => level === 'error' || level === 'warn');
  expect(told.map(({ msg }) => msg)).toEqual(['the history cannot be written; looks are kept in memory until it can']);
  agent.child.kill('SIGTERM');
  expect((await agent.ended).code).toBe(0);
  const db = new Database(join(disk, 'agent.db'));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const gap = db
    .prepare<[], { gap: number }>(
      'SELECT max(later.first_at - earlier.last_at) AS gap FROM observations earlier JOIN observations later ON later.seq = earlier.seq + 1',
    )
    .get();
  // A look a second, and none of the outage is missing.
  expect(gap!.gap).toBeLessThan(10_000);
  db.close();
});

test('a disk that is full from the start: it serves, and begins its history when there is room', async () => {
  const disk = smallDisk();
  fill(disk);
  const agent = await start(disk);
  await until(agent, async () => (await current(agent)) !== null);
  expect((await current(agent)).outcome.kind).toBe('observed');
  expect(await healthOf(agent)).toMatchObject({ state: 'degraded' });
  rmSync(join(disk, 'ballast'));
  await until(agent, async () => (await healthOf(agent)).state === 'ok');
  await until(agent, async () => (await current(agent)).seq > 0);
});

test('a disk that is read-only at first is used as soon as it can be', async () => {
  const disk = smallDisk();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const agent = await start(disk);
  await until(agent, async () => (await current(agent))?.outcome.kind === 'observed');
  expect((await healthOf(agent)).problems.join()).toMatch(/cannot be written/);
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  await until(agent, async () => (await healthOf(agent)).state === 'ok');
});

/** A history of some megabytes: more than the agent keeps in memory, so that it meets what was done to the file. */
function longHistory(file: string): void {
  const opened = openStore({ file, now: Date.now() });
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  const start = Date.now() - 3_600_000;
  for (let n = 0; n < 100; n++) {
    const looks = Array.from({ length: 10 }, (_, k) => ({
      check: 'restless',
      probe: 'restless',
      factsVersion: 1,
      outcome: observed({ value: randomBytes(3_000).toString('hex') }),
      readings: [],
      trail: [],
      at: start + n * 10_000 + k,
      tookMs: 1,
    }));
    opened.store.record(looks);
  }
  opened.store.close();
}

const harms: readonly (readonly [what: string, harm: (file: string) => void, reason: RegExp])[] = [
  [
    'whose pages are overwritten',
    (file) => {
      const target = openSync(file, 'r+');
      writeSync(target, Buffer.alloc(statSync(file).size, 0xa5), 0, undefined, 0);
      closeSync(target);
    },
    /damaged|malformed/,
  ],
  ['that is cut to nothing', (file) => truncateSync(file, 0), /damaged|malformed/],
  ['that is cut in half', (file) => truncateSync(file, Math.floor(statSync(file).size / 8_192) * 4_096), /damaged|malformed/],
];

test.each(harms)('a history %s under a running agent is set aside, and another one begun', async (_, harm, reason) => {
  const folder = temporaryFolder();
  const file = join(folder, 'agent.db');
  longHistory(file);
  const agent = await start(folder);
  const { instanceId } = await jsonOf<{ instanceId: string }>(agent, '/v1/changes');
  harm(file);
  // What a poller does: it reads from the beginning.
  await until(agent, async () => {
    const page = await agent.get('/v1/changes?after=0&limit=500');
    return page?.status === 200 && (page.json as { instanceId: string }).instanceId !== instanceId;
  });
  expect((await healthOf(agent)).problems.join()).toMatch(reason);
  await until(agent, async () => ((await current(agent))?.seq ?? 0) > 0);
  agent.child.kill('SIGTERM');
  expect((await agent.ended).code).toBe(0);
  const db = new Database(file);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
});
