// The bundled agent stays small: memory is steady enough to be held against a bound, unlike time.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, bundledAgent, launchEnvironment } from '../support/bundled-agent.ts';

/** The goals are 85 and 28 MiB (docs/performance.md); the rest is room for another machine's pages and allocator. */
const rssMiBMax = 105;
const anonymousMiBMax = 38;
const checks = 40;
/** Each check has been looked at a few times by then, and what the start left behind has been collected. */
const settleMs = 40_000;

const folder = mkdtempSync(join(tmpdir(), 'understudy-footprint-'));
const socket = join(folder, 'agent.sock');
const target = createServer((connection) => connection.on('error', () => {}).end());

beforeAll(async () => {
  const root = resolve(import.meta.dirname, '../..');
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), process.arch], { cwd: root, stdio: 'pipe' });
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
});

afterAll(() => {
  target.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the bundled agent serves forty checks within its memory', async () => {
  const [program = '', ...args] = bundledAgent(writeConfig());
  const agent = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...launchEnvironment } });
  const ended = new Promise((done) => agent.once('exit', done));
  try {
    await untilReady();
    await new Promise((settled) => setTimeout(settled, settleMs));
    const listed = (await ask('/v1/checks')) as { readonly checks: readonly { readonly current: unknown }[] };
    expect(agent.exitCode, `${bundle} ended`).toBeNull();
    expect(JSON.stringify(listed).match(/"observed"/g)?.length ?? 0).toBeGreaterThanOrEqual(checks);
    expect(memoryMiB(agent.pid!, 'VmRSS')).toBeLessThan(rssMiBMax);
    expect(memoryMiB(agent.pid!, 'RssAnon')).toBeLessThan(anonymousMiBMax);
  } finally {
    agent.kill('SIGTERM');
    await ended;
  }
});

function writeConfig(): string {
  const address = target.address();
  if (address === null || typeof address === 'string') throw new Error('the target has no port');
  const check = {
    probe: 'egress',
    settings: { endpoints: [{ name: 'target', url: `tcp://127.0.0.1:${address.port}` }] },
    every: '10s',
    timeout: '5s',
    staleAfter: '1m',
  };
  const config = {
    node: { name: 'footprint', role: 'primary' },
    listen: { socket, address: null },
    store: { file: join(folder, 'agent.db') },
    discover: false,
    checks: Object.fromEntries(Array.from({ length: checks }, (_, at) => [`egress-${at}`, check])),
  };
  const file = join(folder, 'agent.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await ask('/readyz')) !== null) return;
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error('the bundled agent was not ready after half a minute');
}

/** Null when nobody answers, or not well. */
function ask(path: string): Promise<unknown> {
  return new Promise((done) => {
    const asked = request({ socketPath: socket, path, agent: false, timeout: 5_000 }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', () => done(answer.statusCode === 200 ? JSON.parse(text) : null));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done(null));
    asked.end();
  });
}

const memoryMiB = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
