// The whole agent as a process: measured by Prometheus' own tool, without privileges, suspended, and asked to reload in a storm.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Observation, Snapshot } from '../../src/contract/observation.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { probes } from '../../src/probes/registry.generated.ts';
import { temporaryFolder } from '../support/agent.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from '../support/agent-process.ts';
import { needsPackages } from '../support/packages.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function ask(socketPath: string, path: string, method = 'GET'): Promise<Answer> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Answer>();
  const asked = request({ socketPath, path, method, agent: false }, (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => done({ status: response.statusCode!, type: String(response.headers['content-type']), text }));
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

async function until(condition: () => Promise<boolean> | boolean, words: () => string): Promise<void> {
  const stopAt = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > stopAt) throw new Error(words());
    await new Promise((again) => setTimeout(again, 50));
  }
}

const root = resolve(import.meta.dirname, '../..');
const nobody = 65_534;

interface Running {
  readonly socket: string;
  readonly pid: number;
  readonly output: () => string;
}

/** The shipped program with its probes on this very machine, as nobody. */
async function startAsNobody(text = ''): Promise<Running> {
  const folder = temporaryFolder();
  const state = join(folder, 'state');
  mkdirSync(state);
  for (const path of [folder, state]) {
    chmodSync(path, 0o755);
    chownSync(path, nobody, nobody);
  }
  const socket = join(state, 'agent.sock');
  const config = join(folder, 'agent.yaml');
  writeFileSync(
    config,
    `listen: {socket: ${socket}, address: null}\nstore: {file: ${join(state, 'agent.db')}}\naccess: {requestsPerMinute: 100000}\n${text}`,
  );
  const words = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
  const child = spawn('setpriv', [...words, join(root, 'bin/understudy'), 'agent', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: process.env.PATH },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      return (await ask(socket, '/readyz').catch(() => null))?.status === 200;
    },
    () => output,
  );
  return { socket, pid: child.pid!, output: () => output };
}

const endpoints =
  'checks:\n  egress: {settings: {endpoints: [{name: nobody, url: "tcp://127.0.0.1:1"}]}}\n  dns: {settings: {names: [{name: localhost, type: A}]}}\n';

test('as nobody every probe looks, says what it may not see, and none crashes', async () => {
  const closed = temporaryFolder();
  chmodSync(closed, 0o700);
  writeFileSync(join(closed, 'app.crt'), 'not for everybody');
  const denied = `  certs: {settings: {files: [${closed}/app.crt]}}
  monitoring: {settings: {describe: [{name: shy, log: {path: ${closed}/shy.log}}]}}
  settings: {settings: {files: [${closed}/app.env]}}
  artifacts: {settings: {files: [${closed}/app.war]}}
  dbpatch: {settings: {homes: [${closed}/dbhome_1]}}
  access: {settings: {buckets: [{name: backups}], endpoints: {metadata: "http://127.0.0.1:1/opc/v2"}}}\n`;
  const { socket, output } = await startAsNobody(`${endpoints}${denied}`);
  const { checks } = JSON.parse((await ask(socket, '/v1/snapshot')).text) as Snapshot;
  expect(checks.map(({ probe }) => probe).sort()).toEqual([...probes.keys()]);
  for (const { check, current } of checks) {
    const { outcome } = current!;
    // Whatever there is cannot be called absent, since something may not be seen.
    expect([check, outcome.kind]).not.toEqual([check, 'absent']);
    expect([check, outcome.kind === 'unseen' && outcome.reason === 'crashed']).toEqual([check, false]);
    if (['certs', 'monitoring', 'settings', 'artifacts', 'dbpatch'].includes(check))
      expect([check, JSON.stringify(outcome)]).toEqual([check, expect.stringContaining('denied')]);
  }
  const { verdict, findings, blindSpots } = JSON.parse((await ask(socket, '/v1/verdict')).text) as Record<string, unknown>;
  expect(verdict, JSON.stringify({ findings, blindSpots })).not.toBe('ready');
  expect(JSON.parse((await ask(socket, '/healthz')).text)).toEqual({ state: 'ok', problems: [] });
  const errors = output()
    .trim()
    .split('\n')
    .filter((line) => (JSON.parse(line) as { level: string }).level === 'error');
  expect(errors).toEqual([]);
});

test('promtool finds nothing wrong with the metrics', async () => {
  needsPackages('prometheus');
  const { socket } = await startAsNobody(endpoints);
  const { text } = await ask(socket, '/metrics');
  expect(text).toContain('understudy_reading{');
  const said = execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  expect(said).toBe('');
});

interface Described {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, { readonly schema: object }> }>;
}

test('the description is sound, and every answer of the living agent is as it says', async () => {
  const { socket } = await startAsNobody(endpoints);
  const described = JSON.parse((await ask(socket, '/openapi.json')).text) as Described;
  expect(described.openapi).toMatch(/^3\.1\./);
  const ids = new Set<string>();
  const { checks } = JSON.parse((await ask(socket, '/v1/checks')).text) as { checks: readonly { check: string }[] };
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const [method, { operationId, parameters, responses }] of Object.entries(methods)) {
      expect(ids.has(operationId)).toBe(false);
      ids.add(operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((one) => one.in === 'path').map(({ name, required }) => [name, required])).toEqual(
        inPath.map((name) => [name, true]),
      );
      for (const { description } of Object.values(responses)) expect(description).toMatch(/\S/);
      if (method === 'put') continue;
      for (const { check } of path.includes('{id}') ? checks : [{ check: '' }]) {
        const { status, type, text } = await ask(socket, path.replace('{id}', check), method.toUpperCase());
        const content = responses[String(status)]?.content ?? {};
        const [[mediaType, declared] = ['', undefined]] = Object.entries(content);
        expect([path, check, type.startsWith(mediaType), mediaType]).toEqual([path, check, true, expect.stringContaining('/')]);
        if (mediaType !== 'application/json') continue;
        expect([path, check, schemaProblems(declared!.schema as never, JSON.parse(text))]).toEqual([path, check, []]);
      }
    }
  }
  expect(ids.size).toBeGreaterThan(12);
});

async function startRestless(): Promise<AgentProcess> {
  const folder = temporaryFolder();
  const agent = startAgentProcess(folder, writeConfig(folder));
  onTestFinished(async () => {
    agent.child.kill('SIGKILL');
    await agent.ended;
  });
  await agent.served();
  return agent;
}

async function jsonOf<T>(agent: AgentProcess, path: string): Promise<T> {
  const answer = await agent.get(path);
  if (answer === null) throw new Error(`no answer to ${path}: ${agent.output()}`);
  return answer.json as T;
}

const historyOf = async (agent: AgentProcess): Promise<readonly Observation[]> =>
  (await jsonOf<{ observations: readonly Observation[] }>(agent, '/v1/changes?limit=500')).observations;

test('a process that is stopped for longer than its intervals says so in one row, with the span', async () => {
  const agent = await startRestless();
  await until(async () => (await historyOf(agent)).length > 2, agent.output);
  agent.child.kill('SIGSTOP');
  // A second is the interval; half a minute late is not called a gap.
  await new Promise((done) => setTimeout(done, 35_000));
  agent.child.kill('SIGCONT');
  const missed = async () => (await historyOf(agent)).filter(({ outcome }) => outcome.kind === 'unseen');
  await until(async () => (await missed()).length > 0, agent.output);
  await new Promise((done) => setTimeout(done, 3_000));
  const rows = await missed();
  expect(rows.map(({ outcome, count }) => [outcome.kind === 'unseen' ? outcome.reason : '', count])).toEqual([['missed', 1]]);
  expect(rows[0]!.lastAt - rows[0]!.firstAt).toBeGreaterThan(33_000);
});

test('a storm of reloads is a few of them, and the last one counts', async () => {
  const agent = await startRestless();
  const config = join(agent.folder, 'agent.yaml');
  const good = readFileSync(config, 'utf8');
  for (let n = 0; n < 300; n++) {
    writeFileSync(config, n % 2 === 0 ? `${good}node: {role: nonsense}\n` : `${good}node: {name: app${n}}\n`);
    agent.child.kill('SIGHUP');
    if (n % 50 === 0) await new Promise((done) => setTimeout(done, 50));
  }
  await until(async () => (await jsonOf<{ node: { name: string } }>(agent, '/v1/node')).node.name === 'app299', agent.output);
  expect((await agent.get('/healthz'))?.json).toEqual({ state: 'ok', problems: [] });
  const looks = (await historyOf(agent)).length;
  await until(async () => (await historyOf(agent)).length > looks, agent.output);
});

test('told to end while looks are under way and callers wait, it ends in seconds and blames no probe', async () => {
  const agent = await startRestless();
  const asking = Array.from({ length: 50 }, () => agent.post('/v1/checks/restless/run'));
  agent.child.kill('SIGTERM');
  agent.child.kill('SIGHUP');
  const begun = Date.now();
  expect(await agent.ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - begun).toBeLessThan(10_000);
  await Promise.all(asking);
  expect(agent.output()).not.toContain('cannot be seen');
});
