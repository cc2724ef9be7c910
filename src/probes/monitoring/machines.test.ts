import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Role } from '../../contract/node.ts';
import type { CheckState, Snapshot } from '../../contract/observation.ts';
import { type Outcome, unseen } from '../../contract/outcome.ts';
import { judge } from '../../judge/judge.ts';
import { openRecorded } from '../../machine/recorded.ts';
import { recordingMachine } from '../../machine/recording.ts';
import { probe } from './index.ts';
import { defaultSettings, type MonitoringSettings } from './settings.ts';

const home = join(import.meta.dirname, 'fixtures/machines');

/** Every recorded machine with the findings that it comes to by itself. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'datadog-first-look': ['monitoring/part-unhealthy'],
  'datadog-key-refused': ['monitoring/credential-refused', 'monitoring/logs-not-sent'],
  'datadog-without-systemd': ['monitoring/credential-refused', 'monitoring/logs-not-sent', 'monitoring/stage-unseen'],
  'management-agent-runs': ['monitoring/stage-unseen'],
  'no-agent': [],
  'oca-clock-skewed': ['monitoring/clock-skewed'],
  'oca-crash-looping': ['monitoring/crash-looping'],
  'oca-disabled': ['monitoring/disabled'],
  'oca-not-authorized': ['monitoring/credential-refused'],
  'oca-plugin-disabled': ['monitoring/not-configured'],
  'oca-sound': [],
  'splunk-blocked': ['monitoring/intake-unreachable'],
  'splunk-log-denied': ['monitoring/stage-unseen'],
  'splunk-masked': ['monitoring/masked'],
  'splunk-no-destination': ['monitoring/not-configured'],
  'splunk-sound': [],
  'uma-failed': ['monitoring/failed'],
  'uma-idle': [],
  'uma-not-authorized': ['monitoring/credential-refused'],
  'uma-nothing-sent': ['monitoring/stage-unseen'],
  'uma-sound': [],
};

const at = Date.UTC(2026, 10, 23, 12);

async function look(name: string, settings: MonitoringSettings = defaultSettings): Promise<Outcome> {
  const controller = new AbortController();
  const machine = (await openRecorded(join(home, name))).forLook(controller.signal);
  return probe.observe(machine, settings, controller.signal);
}

function snapshot(outcome: Outcome, role: Role, settings: MonitoringSettings): Snapshot {
  const readings = outcome.kind === 'observed' ? [...(outcome.readings ?? [])] : [];
  const seen = outcome.kind === 'observed' ? ({ kind: 'observed', facts: outcome.facts } as const) : outcome;
  const about = { check: 'monitoring', probe: 'monitoring', factsVersion: 1, firstAt: at, lastAt: at, count: 1, tookMs: 1, trail: [] };
  const state: CheckState = {
    check: 'monitoring',
    probe: 'monitoring',
    settings,
    staleAfterMs: 900_000,
    isRequired: true,
    current: { ...about, seq: 1, outcome: seen, readings },
    lastObserved: null,
  };
  const node = { id: role, name: role, role, group: 'g', twin: 't', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: at, seq: 1, checks: [state], notTold: [] };
}

const probes = new Map([[probe.id, probe]]);

const judged = (standby: Outcome, primary: Outcome | null, settings: MonitoringSettings = defaultSettings) =>
  judge({
    now: at,
    subject: snapshot(standby, 'standby', settings),
    twin: primary === null ? null : snapshot(primary, 'primary', defaultSettings),
    earlier: [],
    probes,
    mode: primary === null ? 'alone' : 'pair',
  });

describe('recorded machines', () => {
  it('are all spoken for', () => expect(readdirSync(home).sort()).toEqual(Object.keys(expected).sort()));

  it.each(Object.entries(expected))('%s comes to %j', async (name, codes) => {
    const { findings } = judged(await look(name), null);
    expect(findings.map(({ code }) => code).sort()).toEqual([...codes].sort());
    for (const { remedy } of findings) expect(remedy).toMatch(/^[$#] \S/m);
  });

  it.each(Object.keys(expected))('%s is the same when looked at again, and leaves a bounded trail without keys', async (name) => {
    const controller = new AbortController();
    const recorded = (await openRecorded(join(home, name))).forLook(controller.signal);
    const { machine, trail } = recordingMachine(recorded, Date.now);
    const first = await probe.observe(machine, defaultSettings, controller.signal);
    expect(canonicalJson(await look(name))).toBe(canonicalJson(first));
    expect(JSON.stringify(trail()).length).toBeLessThan(200_000);
    expect(JSON.stringify([first, trail()])).not.toMatch(/0123456789abcdef0123456789abcdef|ssh-rsa AAAA/);
  });
});

describe('a pair', () => {
  it.each([
    ['oca-disabled', 'oca-sound', 'monitoring/not-running-here', 'monitoring/disabled'],
    ['oca-crash-looping', 'oca-sound', 'monitoring/not-running-here', 'monitoring/crash-looping'],
    ['oca-clock-skewed', 'oca-sound', 'monitoring/not-delivering-here', 'monitoring/clock-skewed'],
    ['oca-not-authorized', 'oca-sound', 'monitoring/not-delivering-here', 'monitoring/credential-refused'],
    ['uma-failed', 'uma-sound', 'monitoring/not-running-here', 'monitoring/failed'],
    ['uma-not-authorized', 'uma-sound', 'monitoring/not-delivering-here', 'monitoring/credential-refused'],
    ['splunk-masked', 'splunk-sound', 'monitoring/not-running-here', 'monitoring/masked'],
    ['splunk-blocked', 'splunk-sound', 'monitoring/not-delivering-here', 'monitoring/intake-unreachable'],
    ['splunk-no-destination', 'splunk-sound', 'monitoring/not-delivering-here', 'monitoring/not-configured'],
    ['datadog-key-refused', 'datadog-first-look', 'monitoring/not-delivering-here', 'monitoring/credential-refused'],
  ])('of %s beside %s is not ready: one blocker, with the warning folded under it', async (standby, primary, blocker, warning) => {
    const { verdict, findings } = judged(await look(standby), await look(primary));
    expect(verdict).toBe('not-ready');
    expect(findings.filter(({ severity }) => severity === 'blocker').map(({ code }) => code)).toEqual([blocker]);
    expect(findings.find(({ code }) => code === warning)?.foldedUnder).toBe(blocker);
  });

  it('with nothing installed on the standby is not ready', async () => {
    expect(judged(await look('no-agent'), await look('oca-sound')).verdict).toBe('not-ready');
  });

  it('of two sound machines is ready', async () => {
    expect(judged(await look('uma-sound'), await look('uma-sound')).verdict).toBe('ready');
  });

  it('whose standby cannot be seen is unknown', async () => {
    expect(judged(unseen('timeout', 'no answer'), await look('oca-sound')).verdict).toBe('unknown');
  });

  it('is no excuse for what the settings require', async () => {
    const settings = { ...defaultSettings, required: ['datadog'] };
    const outcome = await look('datadog-key-refused', settings);
    const { verdict, findings } = judged(outcome, null, settings);
    expect(verdict).toBe('not-ready');
    expect(findings.find(({ code }) => code === 'monitoring/credential-refused')?.foldedUnder).toBe('monitoring/required-broken');
  });
});
