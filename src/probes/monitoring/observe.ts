// One look at every monitoring agent: traces first, then inside each one that is installed.
import type { Machine } from '../../contract/machine.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook, NamedInSettings } from '../../contract/probe.ts';
import type { AgentKind, EarlierAgent, Inside, ProcessSight, Sight } from './agent-kind.ts';
import { nothingInside } from './agent-kind.ts';
import { datadog } from './agents/datadog.ts';
import { described } from './agents/described.ts';
import { managementAgent } from './agents/management-agent.ts';
import { agentLogPaths, oracleCloudAgent } from './agents/oracle-cloud-agent.ts';
import { splunk } from './agents/splunk.ts';
import { unifiedMonitoring } from './agents/unified-monitoring.ts';
import type { AgentFacts, Complaint, InstanceFacts, MonitoringFacts, Stages, UnitFacts } from './facts.ts';
import { lookAtInstance } from './instance.ts';
import { tailLog } from './log-tail.ts';
import { lookAtPackaging, lookAtVersion, type Packaging } from './packages.ts';
import type { MonitoringSettings } from './settings.ts';
import { failureWords, notApplicable, settle, unseenStage } from './stages.ts';
import { lookForTraces, type Traces } from './unit-stages.ts';
import { lookAtUnits, type ReadonlyUnits, restartsCount, unitFacts } from './units.ts';

export async function observe(
  machine: Machine,
  settings: MonitoringSettings,
  signal: AbortSignal,
  earlier?: EarlierLook<MonitoringFacts>,
): Promise<Outcome<MonitoringFacts>> {
  const kinds = kindsFor(settings);
  const [units, processes, packaging] = await Promise.all([
    lookAtUnits(
      machine,
      kinds.flatMap((kind) => [...kind.mainUnits, ...kind.companions]),
    ),
    lookAtProcesses(machine),
    lookAtPackaging(machine),
  ]);
  const traced = await Promise.all(
    kinds.map(async (kind) => {
      const before = earlierAgent(earlier, kind.name);
      return { kind, before, traces: await lookForTraces(machine, kind, units, processes, before) };
    }),
  );
  if (signal.aborted) return timedOut;
  const unanswered = withoutAgents(settings, traced);
  if (unanswered !== null) return unanswered;
  const hasOracleAgent = traced.some(({ kind, traces }) => kind === oracleCloudAgent && traces.installed.state === 'yes');
  const instance = hasOracleAgent && settings.instanceMetadata ? await askInstance(machine, processes) : notAsked;
  const around: Around = { machine, settings, units, processes, packaging, instance };
  const looked = await Promise.all(traced.map((each) => lookInto(around, each)));
  if (signal.aborted) return timedOut;
  const unknown = unknownAgents(settings, kinds);
  const agents = [...looked.map(({ facts }) => facts), ...unknown].sort((a, b) => (a.name < b.name ? -1 : 1));
  const systemd: MonitoringFacts['systemd'] =
    units.systemd.kind === 'seen' ? { state: 'seen' } : { state: 'unseen', reason: units.systemd.reason, detail: units.systemd.detail };
  return observed(
    { systemd, packaging, agents, instance },
    looked.flatMap(({ readings }) => readings),
  );
}

const timedOut = unseen('timeout', 'the look was ended before every agent had been looked at');

const notAsked: InstanceFacts = { state: 'not-asked' };

/** A misspelt agent would be missed for ever, or never. */
export function agentNames(settings: MonitoringSettings): readonly NamedInSettings[] {
  const known = kindsFor(settings).map(({ name }) => name);
  return (['required', 'expectAbsent', 'expectOff'] as const).flatMap((list) =>
    settings[list].map((name, index) => ({ pointer: `/${list}/${index}`, name, known })),
  );
}

const kindsFor = (settings: MonitoringSettings): readonly AgentKind[] => [
  datadog,
  splunk(settings.splunkHome),
  unifiedMonitoring,
  oracleCloudAgent,
  managementAgent,
  ...settings.describe.map(described),
];

/** A busy application host runs a few thousand; each costs one small read. */
const processesMax = 20_000;

async function lookAtProcesses(machine: Machine): Promise<ProcessSight> {
  const answer = await machine.processes({ entriesMax: processesMax });
  return answer.kind === 'failed'
    ? { kind: 'unseen', reason: answer.reason, detail: `processes: ${failureWords[answer.reason]}` }
    : { kind: 'seen', processes: answer.processes, isCut: answer.isCut };
}

interface Traced {
  readonly kind: AgentKind;
  readonly before: EarlierAgent | null;
  readonly traces: Traces;
}

/** Nothing to report on: no agent is here and none is asked for, or whether one is here could not be seen. */
function withoutAgents(settings: MonitoringSettings, traced: readonly Traced[]): Outcome<MonitoringFacts> | null {
  if (traced.some(({ traces }) => traces.installed.state === 'yes')) return null;
  const blind = traced.map(({ traces }) => traces.installed).find((stage) => stage.state === 'unseen');
  if (blind?.state === 'unseen') return unseen(blind.reason, blind.detail);
  const isAskedFor = settings.required.length > 0 || settings.describe.length > 0;
  return isAskedFor ? null : absent('no monitoring agent that is known here is installed');
}

async function askInstance(machine: Machine, processes: ProcessSight): Promise<InstanceFacts> {
  return lookAtInstance(machine, processes, await tailLog(machine, agentLogPaths, agentLogBytesMax));
}

/** Plugins are mentioned when they start and at each health check; this is the last hours. */
const agentLogBytesMax = 256 * 1_024;

interface Around {
  readonly machine: Machine;
  readonly settings: MonitoringSettings;
  readonly units: ReadonlyUnits;
  readonly processes: ProcessSight;
  readonly packaging: Packaging;
  readonly instance: InstanceFacts;
}

interface Looked {
  readonly facts: AgentFacts;
  readonly readings: readonly Reading[];
}

async function lookInto(around: Around, { kind, before, traces }: Traced): Promise<Looked> {
  const isInstalled = traces.installed.state === 'yes';
  const sight: Sight = { ...around, own: traces.own, running: traces.running, earlier: before };
  const inside = isInstalled ? await kind.look(sight) : nothingInside;
  const version = isInstalled ? await lookAtVersion(around.machine, around.packaging, kind.packages, inside.version) : notInstalled;
  const units = unitsOf(kind, around.units);
  const complaints = [...inside.complaints, ...companionsOff(kind, units, traces)];
  const facts: AgentFacts = {
    name: kind.name,
    title: kind.title,
    unit: traces.unitName,
    version,
    units,
    stages: settle(stagesOf(traces, inside)),
    backlog: inside.backlog,
    losses: inside.losses,
    complaints: complaints.sort((a, b) => (`${a.code} ${a.detail}` < `${b.code} ${b.detail}` ? -1 : 1)),
  };
  return { facts, readings: readingsOf(kind, inside, traces) };
}

const notInstalled = { state: 'not-applicable' } as const;

const stagesOf = (traces: Traces, inside: Inside): Stages => ({
  installed: traces.installed,
  enabled: traces.enabled,
  running: inside.running ?? traces.running,
  configured: inside.configured,
  credential: inside.credential,
  reachable: inside.reachable,
  delivering: inside.delivering,
});

/** Loaded ones only: that a unit is not found says nothing that the stages do not. */
const unitsOf = (kind: AgentKind, units: ReadonlyUnits): UnitFacts[] =>
  [...kind.mainUnits, ...kind.companions]
    .flatMap((name) => {
      const sight = units.of(name);
      return sight.kind === 'shown' && sight.unit.loadState !== 'not-found' ? [unitFacts(name, sight.unit)] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Only beside an agent that runs: with the agent stopped, what stands beside it is not the news. */
const companionsOff = (kind: AgentKind, units: readonly UnitFacts[], traces: Traces): readonly Complaint[] =>
  traces.running.state === 'no'
    ? []
    : units
        .filter(({ name }) => kind.companions.includes(name))
        .filter(
          ({ state }) => state === 'failed' || state === 'masked' || state === 'stopped' || state === 'crash-looping' || state === 'bad',
        )
        .map(({ name, state }) => ({ code: 'companion-off', detail: `${name} is ${state}` }));

const readingsOf = (kind: AgentKind, inside: Inside, traces: Traces): readonly Reading[] => {
  const restarts = traces.unit === null ? null : restartsCount(traces.unit);
  const values = { ...inside.readings, ...(restarts === null ? {} : { restartsCount: restarts }) };
  return Object.entries(values).map(([name, value]) => ({ name, subject: kind.name, value }));
};

function earlierAgent(earlier: EarlierLook<MonitoringFacts> | undefined, name: string): EarlierAgent | null {
  const facts = earlier?.facts.agents.find((agent) => agent.name === name);
  if (earlier === undefined || facts === undefined) return null;
  const own = earlier.readings.filter(({ subject }) => subject === name);
  return { at: earlier.at, facts, readings: Object.fromEntries(own.map((reading) => [reading.name, reading.value])) };
}

/** A name that is required, and that nothing here knows how to look for, is neither present nor missing. */
const unknownAgents = (settings: MonitoringSettings, kinds: readonly AgentKind[]): readonly AgentFacts[] =>
  [...new Set(settings.required)]
    .filter((name) => !kinds.some((kind) => kind.name === name))
    .map((name) => ({
      name,
      title: name,
      unit: '',
      version: notInstalled,
      units: [],
      stages: settle({
        installed: unseenStage('unreadable', 'no agent of this name is known or described'),
        enabled: unjudged,
        running: unjudged,
        configured: unjudged,
        credential: unjudged,
        reachable: unjudged,
        delivering: unjudged,
      }),
      backlog: 'not-measured',
      losses: 'not-measured',
      complaints: [],
    }));

const unjudged = notApplicable('it is not known');
