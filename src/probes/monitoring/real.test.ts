import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aloneFindings, onPaper, runningUnit } from '../../../test/support/monitored-machine.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import type { Machine } from '../../contract/machine.ts';
import { localMachine } from '../../machine/local.ts';
import { observe } from './observe.ts';
import { type DescribedAgent, defaultSettings, type MonitoringSettings } from './settings.ts';

const isBooted = existsSync('/run/systemd/system');

async function lookHere(settings: Partial<MonitoringSettings>) {
  const controller = new AbortController();
  const filled = { ...defaultSettings, ...settings };
  const outcome = await observe(localMachine().forLook(controller.signal), filled, controller.signal);
  if (outcome.kind !== 'observed') throw new Error(JSON.stringify(outcome));
  const agent = outcome.facts.agents.find(({ name }) => name === 'mine')!;
  return { facts: outcome.facts, agent, codes: aloneFindings({ facts: outcome.facts, readings: [] }, filled).map(({ code }) => code) };
}

const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-monitored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'agent.log'), 'sent\n');
  return join(folder, 'agent.log');
};

async function listening(status: number): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

const mine = (proof: Partial<DescribedAgent>): Partial<MonitoringSettings> => ({ describe: [{ name: 'mine', ...proof }] });

describe('this machine', () => {
  it('is asked through its own systemctl, and believed about whether systemd runs here', async () => {
    const { facts } = await lookHere(mine({ process: basename(process.execPath) }));
    expect(facts.systemd.state).toBe(isBooted ? 'seen' : 'unseen');
  });

  it('does not have a unit that nobody made: missing where systemd says so, unseen where there is none', async () => {
    const settings = {
      describe: [
        { name: 'mine', unit: 'no-such-agent-here.service' },
        { name: 'other', process: basename(process.execPath) },
      ],
    };
    const { agent } = await lookHere(settings);
    expect(agent.stages.installed.state).toBe(isBooted ? 'no' : 'unseen');
  });

  it('runs the process that this test is', async () => {
    const { agent, codes } = await lookHere(mine({ process: basename(process.execPath) }));
    expect(agent.stages).toMatchObject({ installed: { state: 'yes' }, running: { state: 'yes' }, delivering: { state: 'not-applicable' } });
    expect(codes).toEqual([]);
  });

  it('delivers by a fresh log and a health address, until the log is old or the address is gone', async () => {
    const path = temporaryFile();
    const { port, close } = await listening(200);
    const settings = mine({ port, log: { path, freshWithin: '5m' }, http: { url: `http://localhost:${port}/health`, status: 200 } });
    const sound = await lookHere(settings);
    expect(sound.agent.stages).toMatchObject({ running: { state: 'yes' }, reachable: { state: 'yes' }, delivering: { state: 'yes' } });
    expect(sound.codes).toEqual([]);
    utimesSync(path, new Date(0), new Date(0));
    expect((await lookHere(settings)).agent.stages.delivering).toMatchObject({ state: 'no', why: 'stale' });
    await close();
    const gone = await lookHere(settings);
    expect(gone.agent.stages.running).toMatchObject({ state: 'no', why: 'port-closed' });
    expect(gone.codes).toEqual(['monitoring/required-broken', 'monitoring/stopped']);
  });

  it('answers with a status that does not mean delivery', async () => {
    const { port } = await listening(503);
    const { agent } = await lookHere(mine({ http: { url: `http://127.0.0.1:${port}/health`, status: 200 } }));
    expect(agent.stages.delivering).toEqual({ state: 'no', why: 'http-status', detail: 'its health address answers 503 instead of 200' });
  });
});

describe('a second look of its own', () => {
  /** A recorded machine whose agent counts on while the look pauses. */
  async function countingMachine(signal: AbortSignal, perPause: number): Promise<{ readonly machine: Machine; readonly pauses: number[] }> {
    const paper = onPaper({
      units: { 'datadog-agent.service': runningUnit },
      files: { '/opt/datadog-agent/x': '', '/etc/datadog-agent/datadog.yaml': 'api_key: 1\n' },
      commands: [{ argv: ['datadog-agent', 'health'], stdout: 'Agent health: PASS\n' }],
    });
    const recorded = (await recordedMachine(paper)).forLook(signal);
    const pauses: number[] = [];
    let success = 100;
    const status = () =>
      JSON.stringify({ forwarderStats: { APIKeyStatus: { k: 'API Key valid' }, APIKeyFailure: {}, Transactions: { Success: success } } });
    const machine: Machine = {
      ...recorded,
      now: () => recorded.now() + pauses.reduce((sum, ms) => sum + ms, 0),
      run: async (argv, limits) =>
        argv.join(' ') === 'datadog-agent status --json'
          ? { kind: 'exited', code: 0, stdout: status(), stderr: '' }
          : recorded.run(argv, limits),
      pause: async (ms) => {
        pauses.push(ms);
        success += perPause;
      },
    };
    return { machine, pauses };
  }

  it.each([
    ['tells growth', 5, { state: 'yes' }],
    ['tells standstill', 0, { state: 'no', why: 'stalled' }],
  ])('%s where nobody looked before', async (_name, perPause, delivering) => {
    const controller = new AbortController();
    const { machine, pauses } = await countingMachine(controller.signal, perPause);
    const outcome = await observe(machine, { ...defaultSettings, secondLookAfter: '30s' }, controller.signal);
    if (outcome.kind !== 'observed') throw new Error(JSON.stringify(outcome));
    expect(pauses).toEqual([30_000]);
    expect(outcome.facts.agents.find(({ name }) => name === 'datadog')!.stages.delivering).toMatchObject(delivering);
  });

  it('is not taken where an earlier look is known', async () => {
    const controller = new AbortController();
    const { machine, pauses } = await countingMachine(controller.signal, 5);
    const first = await observe(machine, defaultSettings, controller.signal);
    if (first.kind !== 'observed') throw new Error(JSON.stringify(first));
    const earlier = { at: machine.now() - 60_000, facts: first.facts, readings: first.readings ?? [] };
    await observe(machine, { ...defaultSettings, secondLookAfter: '30s' }, controller.signal, earlier);
    expect(pauses).toEqual([]);
  });
});
