// The agent as a process: how it starts, reloads, ends, and what it says when it cannot.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/agent.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from '../support/agent-process.ts';

async function start(folder = temporaryFolder(), text = ''): Promise<AgentProcess> {
  const agent = startAgentProcess(folder, writeConfig(folder, text));
  onTestFinished(async () => {
    agent.child.kill('SIGKILL');
    await agent.ended;
  });
  await agent.served();
  return agent;
}

/** Runs one that cannot start. */
async function refused(
  folder: string,
  configFile = writeConfig(folder),
): Promise<{ readonly code: number | null; readonly output: string }> {
  const agent = startAgentProcess(folder, configFile);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const { code } = await agent.ended;
  return { code, output: agent.output() };
}

async function jsonOf<T>(agent: AgentProcess, path: string): Promise<T> {
  const answer = await agent.get(path);
  if (answer === null) throw new Error(`no answer: ${agent.output()}`);
  return answer.json as T;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((again) => setTimeout(again, 20));
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it within seconds, with everything written and the socket gone', async (signal) => {
  const agent = await start();
  await until(async () => (await jsonOf<{ newestSeq: number }>(agent, '/v1/changes')).newestSeq > 0);
  agent.child.kill(signal);
  expect(await agent.ended).toEqual({ code: 0, signal: null });
  expect(readdirSync(agent.folder).sort()).toEqual(['agent.db', 'agent.db.lock', 'agent.yaml']);
});

test('a second one on the same machine is told that the first is running', async () => {
  const agent = await start();
  const { code, output } = await refused(agent.folder);
  expect(code).toBe(69);
  expect(output).toBe(`another agent is running on ${join(agent.folder, 'agent.db')}: stop it, or set store.file to another one\n`);
  expect((await agent.get('/healthz'))?.status).toBe(200);
});

test('one with another history and the same socket is told so too', async () => {
  const agent = await start();
  const folder = temporaryFolder();
  const config = join(folder, 'other.yaml');
  writeFileSync(
    config,
    `listen: {socket: ${join(agent.folder, 'agent.sock')}, address: null}\nstore: {file: ${join(folder, 'agent.db')}}\n`,
  );
  const { code, output } = await refused(folder, config);
  expect([code, output]).toEqual([69, `an agent is already running: it answers on ${join(agent.folder, 'agent.sock')}\n`]);
});

test('a port that is taken is one sentence and an exit code', async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void squatter.close());
  const { port } = squatter.address() as { port: number };
  const folder = temporaryFolder();
  const config = writeConfig(folder);
  writeFileSync(config, readFileSync(config, 'utf8').replace('address: null', `address: 127.0.0.1\n  port: ${port}`));
  const { code, output } = await refused(folder, config);
  expect([code, output]).toEqual([69, `127.0.0.1 port ${port} is in use by another program: stop it, or set listen.port to another one\n`]);
});

test('a wrong configuration is named by line, and starting again would not help', async () => {
  const folder = temporaryFolder();
  const config = writeConfig(folder, 'chekcs: {}\n');
  const { code, output } = await refused(folder, config);
  expect(code).toBe(78);
  expect(output).toMatch(/agent\.yaml:\d+:\d+: .*chekcs/);
});

test('TLS files that are not there are named', async () => {
  const folder = temporaryFolder();
  const config = writeConfig(folder);
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(
      'address: null',
      `address: 127.0.0.1\n  port: 1\n  tls: {certificate: ${folder}/no.pem, key: ${folder}/no.key}`,
    ),
  );
  const { code, output } = await refused(folder, config);
  expect(code).toBe(69);
  expect(output).toMatch(new RegExp(`the TLS file ${folder}/no.(pem|key) cannot be read: ENOENT`));
});

test('a history of a newer release is left alone, and starting again would not help', async () => {
  const folder = temporaryFolder();
  const agent = await start(folder);
  agent.child.kill('SIGTERM');
  await agent.ended;
  const db = new Database(join(folder, 'agent.db'));
  db.pragma('user_version = 99');
  db.close();
  const { code, output } = await refused(folder);
  expect(code).toBe(78);
  expect(output).toContain('install the newer Understudy again');
});

test('a damaged history is set aside, and the agent serves and says so', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'agent.db'), 'no database'.repeat(1_000));
  const agent = await start(folder);
  expect((await agent.get('/healthz'))?.json).toMatchObject({ state: 'degraded', problems: [expect.stringContaining('set aside as')] });
  expect(agent.output()).toContain('the history was damaged or not ours');
  expect(readdirSync(folder).some((name) => name.startsWith('agent.db.damaged-'))).toBe(true);
});

test('SIGHUP takes a right configuration and keeps the old one when the new one is wrong', async () => {
  const agent = await start();
  const config = join(agent.folder, 'agent.yaml');
  const good = readFileSync(config, 'utf8');
  writeFileSync(config, `${good}node: {role: nonsense}\n`);
  agent.child.kill('SIGHUP');
  await until(() => agent.output().includes('the old one stays'));
  expect((await agent.get('/healthz'))?.json).toMatchObject({
    state: 'degraded',
    problems: [expect.stringContaining('the last reload was refused')],
  });
  writeFileSync(config, `${good}node: {name: renamed}\n`);
  agent.child.kill('SIGHUP');
  await until(async () => (await jsonOf<{ node: { name: string } }>(agent, '/v1/node')).node.name === 'renamed');
  expect((await agent.get('/healthz'))?.json).toMatchObject({ state: 'ok' });
});

test('a new socket path at a reload is served, and the old one is gone', async () => {
  const agent = await start();
  const config = join(agent.folder, 'agent.yaml');
  const moved = join(agent.folder, 'moved.sock');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/socket: .*/, `socket: ${moved}`));
  agent.child.kill('SIGHUP');
  await until(() => existsSync(moved) && !existsSync(join(agent.folder, 'agent.sock')));
  rmSync(config);
  agent.child.kill('SIGHUP');
  await until(() => agent.output().includes('there is no such file'));
  expect(agent.child.exitCode).toBeNull();
});

test('at steady state the log is silent: a look that says nothing new writes no line', async () => {
  const agent = await start();
  await until(async () =>
    (await jsonOf<{ current: readonly { count: number }[] }>(agent, '/v1/changes')).current.some(({ count }) => count > 1),
  );
  const lines = agent
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
  const changes = (await jsonOf<{ newestSeq: number }>(agent, '/v1/changes')).newestSeq;
  expect(lines.filter(({ msg }) => msg === 'a check changed').length).toBeLessThanOrEqual(changes);
  expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(['the agent serves', 'a check changed']));
});
