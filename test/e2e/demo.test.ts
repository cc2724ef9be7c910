// The demonstration, as somebody runs it who sees Understudy for the first time: what its screens and transcripts show has to be there.
import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupReview, PairReview } from '../../src/contract/fleet.ts';
import type { FleetLines } from '../../src/contract/fleet-lines.ts';
import { understudy } from '../support/understudy.ts';

const script = resolve(import.meta.dirname, '../../scripts/demo.ts');
const beginMsMax = 150_000;
const endMsMax = 20_000;

let temporary: string;
let demo: Demo;
let collector: string;

interface Demo {
  readonly child: ChildProcess;
  printed(): string;
  readonly ended: Promise<number | null>;
}

function startDemo(...args: readonly string[]): Demo {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const { promise: ended, resolve: end } = Promise.withResolvers<number | null>();
  child.once('close', (code) => end(code));
  return { child, printed: () => text, ended };
}

async function until<T>(limitMs: number, ask: () => Promise<T | null> | T | null): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > end) throw new Error(`it did not come within ${limitMs} ms; the demonstration said: ${demo.printed()}`);
    await pause(100);
  }
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${collector}${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

const pairOf = (name: string) => get<PairReview>(`/v1/pairs/billing/${name}`);

/** Command lines of processes that have to do with this run. */
const ofThisRun = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(temporary));

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It ended meanwhile.
  }
}

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'understudy-demo-test-'));
  demo = startDemo('--port', '0');
  await until(beginMsMax, () => {
    if (demo.child.exitCode !== null) throw new Error(`the demonstration ended: ${demo.printed()}`);
    return demo.printed().includes('Ctrl-C ends all of it.') ? true : null;
  });
  collector = /(http:\S+) {2}the collector/.exec(demo.printed())![1]!;
}, beginMsMax);

afterAll(async () => {
  demo.child.kill('SIGTERM');
  await demo.ended;
  rmSync(temporary, { recursive: true });
}, endMsMax);

describe('the demonstration', () => {
  it('shows a fleet in which each pair has another verdict, and nothing unknown', async () => {
    const fleet = await get<FleetLines>('/v1/fleet');
    const [group] = fleet.groups;
    expect(Object.fromEntries(group!.pairs.map(({ pair, verdict }) => [pair, verdict]))).toEqual({
      app1: 'not-ready',
      app2: 'ready',
      db1: 'degraded',
    });
    expect(fleet).toMatchObject({ verdict: 'not-ready', counts: { blindSpots: 0, pending: 0 }, unassigned: { count: 0 }, problems: [] });
    const sides = group!.pairs.flatMap(({ standby, primary }) => [standby, primary]);
    expect(sides.map((side) => side?.troubles)).toEqual(sides.map(() => []));
  });

  it.each([
    ['kernel', 'db1', 'kernel/behind-primary'],
    ['certificates', 'db1', 'certs/ends-before-primary'],
    ['monitoring', 'app1', 'monitoring/not-running-here'],
    ['allow-lists', 'app1', 'egress/allow-list-gap'],
    ['dns', 'app1', 'dns/leads-to-primary-site'],
    ['artifacts', 'app1', 'artifacts/file-differs'],
    ['configuration', 'app1', 'settings/key-missing'],
    ['iam', 'app1', 'access/denied-here-only'],
    ['database-patches', 'db1', 'dbpatch/ojvm-behind'],
  ])('shows the gap %s at %s, by contrast with the primary', async (gap, pair, code) => {
    const { findings } = await pairOf(pair);
    const found = findings.find((finding) => finding.code === code);
    expect(found).toMatchObject({ kind: 'paired', gap, state: 'open', waiver: null, isUnconfirmed: false });
    expect(found).not.toHaveProperty('foldedUnder');
  });

  it('has one pair with nothing but notes, where a declared difference is lawful and a site’s word explains another', async () => {
    const { findings, lawful } = await pairOf('app2');
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['kernel/packages-newer', 'note']]);
    expect(lawful).toEqual([expect.objectContaining({ check: 'kernel', state: 'differs' })]);
    const certificate = (name: string) => readFileSync(join(machineFolder(name), 'files/etc/pki/tls/certs/billing.crt'));
    expect(new X509Certificate(certificate('app2-fra')).subjectAltName).toContain('DNS:billing-dc1.example.com');
    expect(new X509Certificate(certificate('app2-zrh')).subjectAltName).toContain('DNS:billing-dc2.example.com');
  });

  it('has a finding that somebody accepted for a while', async () => {
    const { findings } = await pairOf('db1');
    const accepted = findings.filter(({ waiver }) => waiver !== null);
    expect(accepted.map(({ code }) => code)).toEqual(['kernel/packages-missing']);
    expect(accepted[0]!.waiver!.until).toBeGreaterThan(Date.now());
  });

  it('keeps the gate shut, as the exit code says', async () => {
    const asked = await understudy(['gate', 'billing', '--collector', collector]);
    expect(asked.code).toBe(2);
  });

  it('leaves each standby what its primary saw, and tells Prometheus of all agents', async () => {
    await until(endMsMax, async () => {
      const { pairs } = await get<GroupReview>('/v1/groups/billing');
      return pairs.every(({ twin }) => twin.leftAt !== null) ? true : null;
    });
    expect(await get<readonly unknown[]>('/v1/sd')).toHaveLength(6);
  });

  it('is shown the mending of a certificate by the commands that it prints', async () => {
    const [, from, to] = /^ {2}cp (\S+) (\S+)$/m.exec(demo.printed())!;
    const agent = /npx understudy run certs --agent (\S+)/.exec(demo.printed())![1]!;
    const isFound = async () => (await pairOf('db1')).findings.some(({ check }) => check === 'certs');
    expect(await isFound()).toBe(true);
    copyFileSync(from!, to!);
    expect((await understudy(['run', 'certs', '--agent', agent])).stderr).toBe('');
    await until(endMsMax, async () => ((await isFound()) ? null : true));
  });

  it('refuses a port that is taken, before it starts anything', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const other = startDemo('--port', String(port));
    try {
      expect(await Promise.race([other.ended, pause(endMsMax)])).toBe(1);
      expect(other.printed()).toContain(`something listens on port ${port} already`);
    } finally {
      other.child.kill('SIGTERM');
      await other.ended;
      await new Promise((done) => taken.close(done));
    }
  });

  it('ends with Ctrl-C, and leaves neither process nor folder behind', { timeout: endMsMax }, async () => {
    expect(ofThisRun()).toHaveLength(7);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(ofThisRun()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

function machineFolder(name: string): string {
  const folder = /^ {2}(\S+\/machines) {2}/m.exec(demo.printed())![1]!;
  return join(folder, name);
}
