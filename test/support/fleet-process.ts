// A small fleet as an operator would start it: agents over recorded machines, and a collector, each a process of the real program.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { bareEnvironment, program, type Ran, understudy } from './understudy.ts';

const machines = resolve(import.meta.dirname, '../../src/probes/kernel/fixtures/machines');

export interface FleetWish {
  /** Names of recorded machines of the kernel probe. */
  readonly primary: string;
  readonly standby: string;
}

export interface FleetProcesses {
  readonly folder: string;
  readonly primary: ChildProcess;
  readonly standby: ChildProcess;
  readonly collector: ChildProcess;
  /** Sockets. */
  readonly at: { readonly primary: string; readonly standby: string; readonly collector: string };
  /** Resolves when a command comes to what is asked of it; rejects with what it said last. */
  until(argv: readonly string[], isThere: (ran: Ran) => boolean): Promise<Ran>;
  /** Kills without warning, and waits until it is gone. */
  kill(child: ChildProcess): Promise<void>;
}

export async function startFleet({ primary, standby }: FleetWish): Promise<FleetProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-fleet-'));
  const children: ChildProcess[] = [];
  const start = (...argv: readonly string[]): ChildProcess => {
    const child = spawn(program, argv, { env: bareEnvironment, stdio: 'ignore' });
    children.push(child);
    return child;
  };
  onTestFinished(async () => {
    await Promise.all(children.map(kill));
    rmSync(folder, { recursive: true, force: true });
  });
  const at = { primary: join(folder, 'primary.sock'), standby: join(folder, 'standby.sock'), collector: join(folder, 'collector.sock') };
  const agents = {
    primary: start('agent', ...agentFiles(folder, 'primary', primary)),
    standby: start('agent', ...agentFiles(folder, 'standby', standby)),
  };
  const fleetFile = join(folder, 'fleet.yaml');
  writeFileSync(fleetFile, fleetText(folder));
  const collector = start('collector', '--config', fleetFile);
  return { folder, ...agents, collector, at, until, kill };
}

function agentFiles(folder: string, role: 'primary' | 'standby', recorded: string): readonly string[] {
  const machine = join(folder, `machine-${role}`);
  cpSync(join(machines, recorded), machine, { recursive: true });
  mkdirSync(join(machine, 'files/etc'), { recursive: true });
  // One recording is one machine: without an id of its own it would be the other one's clone.
  writeFileSync(join(machine, 'files/etc/machine-id'), `${(role === 'primary' ? '1' : '2').repeat(32)}\n`);
  const file = join(folder, `${role}.yaml`);
  writeFileSync(
    file,
    `node: { name: app1-${role}, role: ${role}, group: billing, twin: app1 }
listen: { socket: ${join(folder, `${role}.sock`)}, address: null }
access: { localRights: [read, run, twin] }
store: { file: ${join(folder, `${role}.db`)} }
discover: false
checks: { kernel: { every: 2s, timeout: 2s, staleAfter: 10m } }
`,
  );
  return ['--machine', machine, '--config', file];
}

const fleetText = (folder: string): string => `
sites: { fra: {}, zrh: {} }
poll: { every: 1s, timeout: 1s }
listen: { socket: ${join(folder, 'collector.sock')}, address: null }
store: { file: ${join(folder, 'collector.db')} }
receipts: { key: ${join(folder, 'receipts.key')} }
access: { localRights: [read, waive] }
groups:
  billing:
    primary: fra
    expect: { checks: [kernel] }
    pairs:
      app1: { fra: 'unix:${join(folder, 'primary.sock')}', zrh: 'unix:${join(folder, 'standby.sock')}' }
`;

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve: done } = Promise.withResolvers<void>();
  child.once('exit', () => done());
  child.kill('SIGKILL');
  await promise;
}

const untilMsMax = 60_000;

async function until(argv: readonly string[], isThere: (ran: Ran) => boolean): Promise<Ran> {
  const end = Date.now() + untilMsMax;
  for (;;) {
    const ran = await understudy(argv);
    if (isThere(ran)) return ran;
    if (Date.now() > end) throw new Error(`${argv.join(' ')}: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
    await new Promise((again) => setTimeout(again, 300));
  }
}
