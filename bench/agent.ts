// The bundled agent with forty checks: how it starts, what it keeps in memory, what it uses, how it answers under load.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledAgent, launchEnvironment } from '../test/support/bundled-agent.ts';
import { cpuMs, type Memory, measuredCore, median, memoryOf, otherCore, pause, runOn, startOn, stop } from './processes.ts';
import { blackboxUrl, checkFor, kinds, startBlackbox, type Targets } from './targets.ts';

export interface AgentFigures {
  readonly startMs: number;
  readonly bareServerStartMs: number;
  readonly steady: Memory;
  readonly cpuMsPerMinute: number;
  readonly blackboxCpuMsPerMinute: number;
  readonly afterLoad: Memory;
  readonly answers: readonly { readonly path: string; readonly perSecond: number; readonly p99: string; readonly cpuMsEach: number }[];
}

const port = 19273;
const checksPerKind = 10;
const everyS = 15;
const starts = 5;
const settleMs = 30_000;
const windowMs = 45_000;
/** Short of the requests that one caller may make in a minute. */
const loadSeconds = 4;

export async function measureAgent(targets: Targets): Promise<AgentFigures> {
  execFileSync(process.execPath, ['scripts/build.ts', 'x64'], { stdio: 'inherit' });
  const config = writeConfig(targets);
  const startMs = await medianStart(() => bundledAgent(config), port, '/healthz', launchEnvironment);
  const bareServerStartMs = await medianStart(() => [process.execPath, '-e', bareServer], port, '/');
  const agent = startOn(measuredCore, bundledAgent(config), launchEnvironment);
  await untilAnswered(port, '/readyz');
  await pause(settleMs);
  const cpuMsPerMinute = await cpuOver(agent.pid!, windowMs, statusEvery15Seconds);
  const steady = memoryOf(agent.pid!);
  const answers = [];
  for (const path of ['/healthz', '/v1/verdict', '/v1/findings', '/v1/snapshot', '/metrics']) answers.push(await load(agent.pid!, path));
  const afterLoad = memoryOf(agent.pid!);
  await stop(agent);
  const blackbox = await startBlackbox(targets, measuredCore);
  await askBlackbox(targets);
  const blackboxCpuMsPerMinute = await cpuOver(blackbox, windowMs, () => askBlackbox(targets));
  return { startMs, bareServerStartMs, steady, cpuMsPerMinute, blackboxCpuMsPerMinute, afterLoad, answers };
}

const bareServer = `require('node:http').createServer((q, s) => s.end('ok')).listen(${port}, '127.0.0.1')`;

function writeConfig(targets: Targets): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-agent-'));
  const checks = kinds.flatMap((kind) =>
    Array.from({ length: checksPerKind }, (_, at) => [
      `${kind}-${at}`,
      { ...checkFor(kind, targets), every: `${everyS}s`, timeout: '5s', staleAfter: '1m' },
    ]),
  );
  const config = {
    node: { name: 'bench', role: 'primary' },
    listen: { socket: join(folder, 'agent.sock'), address: '127.0.0.1', port },
    access: { requestsPerMinute: 1_000_000 },
    store: { file: join(folder, 'agent.db') },
    discover: false,
    checks: Object.fromEntries(checks),
  };
  const file = join(folder, 'agent.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, null, 1));
  return file;
}

async function medianStart(
  argv: () => readonly string[],
  at: number,
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    const began = performance.now();
    const child = startOn(measuredCore, argv(), environment);
    await untilAnswered(at, path);
    times.push(performance.now() - began);
    await stop(child);
  }
  return Math.round(median(times));
}

async function untilAnswered(at: number, path: string): Promise<void> {
  for (let tries = 0; tries < 12_000; tries += 1) {
    const answered = await fetch(`http://127.0.0.1:${at}${path}`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answered) return;
    await pause(3);
  }
  throw new Error(`no good answer from 127.0.0.1:${at}${path} after a minute`);
}

/** CPU milliseconds a minute of a process, while `each` runs every fifteen seconds. */
async function cpuOver(pid: number, ms: number, each: () => Promise<void>): Promise<number> {
  const before = cpuMs(pid);
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const next = performance.now() + everyS * 1_000;
    await each();
    await pause(Math.max(0, next - performance.now()));
  }
  return Math.round(((cpuMs(pid) - before) * 60_000) / ms);
}

async function statusEvery15Seconds(): Promise<void> {
  await (await fetch(`http://127.0.0.1:${port}/v1/verdict`)).text();
}

/** The same forty questions in the same time, spread as the agent spreads them. */
async function askBlackbox(targets: Targets): Promise<void> {
  const urls = kinds.flatMap((kind) => Array.from({ length: checksPerKind }, () => blackboxUrl(kind, targets)));
  const gapMs = (everyS * 1_000) / urls.length;
  await Promise.all(urls.map((url, at) => pause(at * gapMs * 0.9).then(async () => (await fetch(url)).text())));
}

async function load(pid: number, path: string): Promise<AgentFigures['answers'][number]> {
  const before = cpuMs(pid);
  const printed = await runOn(otherCore, ['wrk', '-t1', '-c16', `-d${loadSeconds}s`, '--latency', `http://127.0.0.1:${port}${path}`]);
  const requests = Number(/(\d+) requests in/.exec(printed)?.[1]);
  if (/Non-2xx/.test(printed)) throw new Error(`${path} refused some of the load:\n${printed}`);
  const p99 = /99%\s+(\S+)/.exec(printed)?.[1] ?? '?';
  return { path, perSecond: Math.round(requests / loadSeconds), p99, cpuMsEach: (cpuMs(pid) - before) / requests };
}
