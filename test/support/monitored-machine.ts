// Recorded machines with monitoring agents on them, as the tests of the monitoring probe need them: sound, then broken in one place.

import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { shownProperties } from '../../src/formats/systemctl-show.ts';
import type { AgentFacts, MonitoringFacts } from '../../src/probes/monitoring/facts.ts';
import { probe } from '../../src/probes/monitoring/index.ts';
import { defaultSettings, type MonitoringSettings } from '../../src/probes/monitoring/settings.ts';
import { type MachineOnPaper, recordedMachine } from './recorded.ts';

/** One unit in the words of `systemctl show`. */
export interface UnitOnPaper {
  readonly LoadState?: string;
  readonly ActiveState?: string;
  readonly SubState?: string;
  readonly UnitFileState?: string;
  readonly [property: string]: string | undefined;
}

export const runningUnit: UnitOnPaper = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  UnitFileState: 'enabled',
  Result: 'success',
  Type: 'simple',
  NRestarts: '0',
};

export const stoppedUnit: UnitOnPaper = { ...runningUnit, ActiveState: 'inactive', SubState: 'dead', UnitFileState: 'disabled' };

export const noUnit: UnitOnPaper = {
  LoadState: 'not-found',
  ActiveState: 'inactive',
  SubState: 'dead',
  UnitFileState: '',
  Result: 'success',
};

const knownUnits = [
  'datadog-agent.service',
  'datadog-agent-trace.service',
  'datadog-agent-process.service',
  'SplunkForwarder.service',
  'Splunkd.service',
  'splunk.service',
  'unified-monitoring-agent.service',
  'unified-monitoring-agent_config_downloader.timer',
  'unified-monitoring-agent_config_downloader.service',
  'unified-monitoring-agent_restarter.path',
  'oracle-cloud-agent.service',
  'snap.oracle-cloud-agent.oracle-cloud-agent.service',
  'oracle-cloud-agent-updater.service',
  'snap.oracle-cloud-agent.oracle-cloud-agent-updater.service',
  'mgmt_agent.service',
];

export interface Monitored extends MachineOnPaper {
  /** Every unit that is not named here is unknown to systemd. */
  readonly units?: Readonly<Record<string, UnitOnPaper>>;
  /** Name to version, as rpm answers; it does not know any other. */
  readonly packages?: Readonly<Record<string, string>>;
}

const knownPackages = ['datadog-agent', 'splunkforwarder', 'splunk', 'unified-monitoring-agent', 'oracle-cloud-agent', 'oracle.mgmt_agent'];

/** Answers one unit at a time, as a recording by hand does; the probe then asks for each. */
export function onPaper({ units = {}, packages = {}, commands = [], ...paper }: Monitored): MachineOnPaper {
  const names = [...new Set([...knownUnits, ...Object.keys(units)])];
  const shown = names.map((name) => ({
    argv: ['systemctl', 'show', name, '-p', shownProperties],
    stdout: showText(name, units[name] ?? noUnit),
  }));
  const queried = knownPackages.map((name) => ({
    argv: ['rpm', '-q', '--qf', '%{VERSION}-%{RELEASE}', name],
    exit: packages[name] === undefined ? 1 : 0,
    stdout: packages[name] ?? `package ${name} is not installed\n`,
  }));
  return { processes: [], ...paper, commands: [...commands, ...shown, ...queried] };
}

let nextPid = 1_000;

/** A process by the words it was started with. */
export const running = (argv: readonly string[], started = '2026-11-20T00:00:00Z') => ({
  pid: nextPid++,
  parentPid: 1,
  uid: 0,
  command: (argv[0]?.split('/').at(-1) ?? '').slice(0, 15),
  argv: [...argv],
  started,
});

export const showText = (name: string, unit: UnitOnPaper): string =>
  Object.entries({ Id: name, ...unit })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

export interface LookOptions {
  readonly settings?: Partial<MonitoringSettings>;
  readonly earlier?: EarlierLook<MonitoringFacts>;
}

export async function lookAt(paper: MachineOnPaper, { settings = {}, earlier }: LookOptions = {}): Promise<Outcome<MonitoringFacts>> {
  const source = await recordedMachine(paper);
  const controller = new AbortController();
  return probe.observe(source.forLook(controller.signal), { ...defaultSettings, ...settings }, controller.signal, earlier);
}

export interface Seen {
  readonly facts: MonitoringFacts;
  readonly readings: readonly Reading[];
  readonly agent: (name: string) => AgentFacts;
  readonly reading: (agent: string, name: string) => number | undefined;
  /** As the store would hand it to the next look. */
  readonly asEarlier: (at: string) => EarlierLook<MonitoringFacts>;
}

/** A look that has to come to facts. */
export async function see(paper: MachineOnPaper, options: LookOptions = {}): Promise<Seen> {
  const outcome = await lookAt(paper, options);
  if (outcome.kind !== 'observed') throw new Error(`expected facts, got ${JSON.stringify(outcome)}`);
  const { facts, readings = [] } = outcome;
  return {
    facts,
    readings,
    agent: (name) => {
      const found = facts.agents.find((agent) => agent.name === name);
      if (found === undefined) throw new Error(`no agent ${name}`);
      return found;
    },
    reading: (agent, name) => readings.find((reading) => reading.subject === agent && reading.name === name)?.value,
    asEarlier: (at) => ({ at: Date.parse(at), facts, readings }),
  };
}

const node = { id: 'n', name: 'n', role: 'standby', group: null, twin: null, site: {}, version: '0' } as const;

/** Codes with their subjects, of every alone rule. */
export function aloneFindings({ facts, readings }: Pick<Seen, 'facts' | 'readings'>, settings: Partial<MonitoringSettings> = {}) {
  const context = { now: 0, node, settings: { ...defaultSettings, ...settings }, readings };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? rule.judge(facts, context).map((draft) => ({ code: rule.code, severity: rule.severity, draft, remedy: rule.remedy(draft) }))
      : [],
  );
}

export function pairedFindings(standby: Seen, primary: Seen, settings: Partial<MonitoringSettings> = {}) {
  const side = { node, settings: { ...defaultSettings, ...settings }, readings: [], seenAt: 0 };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'paired'
      ? rule
          .judge(standby.facts, primary.facts, { now: 0, standby: side, primary: side })
          .map((draft) => ({ code: rule.code, severity: rule.severity, draft, remedy: rule.remedy(draft) }))
      : [],
  );
}
