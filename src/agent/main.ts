// The agent as a process: from a configuration to a stopped daemon and its exit code.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type ConfigError, formatConfigError } from '../config/config-error.ts';
import { loadAgentConfig } from '../config/load.ts';
import { type ConfigRead, discoveredConfig } from '../config/parse.ts';
import { defaultConfigFile, hostPlaces, type Places } from '../config/places.ts';
import type { Judgement } from '../contract/finding.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { systemClock } from '../daemon/clock.ts';
import { exposureProblem } from '../daemon/doors.ts';
import { type DaemonExit, daemonExits } from '../daemon/exits.ts';
import { createLog, type LeveledLog, type LogLevel } from '../daemon/log.ts';
import { runDaemon } from '../daemon/run.ts';
import type { MachineSource } from '../machine/source.ts';
import { redactText } from '../redaction/redact.ts';
import { engineShown } from '../store/engine/engine.ts';
import { type Agent, createAgent } from './agent.ts';
import { health } from './health.ts';
import { agentRoutes } from './routes/all.ts';

export interface AgentOptions {
  /** Null for the usual file, or what can be discovered where there is none. */
  readonly configFile: string | null;
  /** A folder that stands in for this machine. */
  readonly machineDir: string | null;
  /** Of Understudy. */
  readonly version: string;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Where to keep the history, unless the file says; the usual place when null. */
  readonly stateDir?: string | null;
  /** Told once, when it serves. */
  readonly onServing?: () => void;
  /** Told once, when every check has been looked at. */
  readonly onFirstJudgement?: (first: FirstJudgement) => void;
  /** Instead of the one that is configured. */
  readonly logLevel?: LogLevel;
  /** Told why it cannot start, one line each; stderr unless given. */
  readonly complain?: (line: string) => void;
}

export interface FirstJudgement {
  readonly judgement: Judgement;
  readonly snapshot: Snapshot;
  readonly urls: readonly string[];
}

/** Resolves when the agent has stopped. Signals: TERM and INT stop, HUP reads the configuration again. */
export async function runAgent(options: AgentOptions): Promise<DaemonExit> {
  const complain = options.complain ?? ((line: string) => process.stderr.write(`${line}\n`));
  const read = await readConfig(options);
  if (read.kind === 'invalid') {
    for (const error of read.errors) complain(said(error));
    return daemonExits.wrongConfiguration;
  }
  const exposed = exposureProblem(read.config);
  if (exposed !== null) {
    complain(exposed);
    return daemonExits.wrongConfiguration;
  }
  const log = await createLog(options.logLevel ?? read.config.log.level);
  const source = await openSource(options.machineDir);
  const clock = systemClock(options.machineDir === null ? undefined : source.now());
  const agent = await createAgent({ config: read.config, probes: options.probes, source, clock, log, version: options.version });
  const started = agent.open();
  if (started.kind === 'refused') {
    complain(started.detail);
    return started.reason === 'newer' ? daemonExits.wrongConfiguration : daemonExits.unavailable;
  }
  return serve(options, agent, log, complain);
}

function serve(options: AgentOptions, agent: Agent, log: LeveledLog, complain: (line: string) => void): Promise<DaemonExit> {
  return runDaemon({
    called: 'the agent',
    config: agent.config,
    hostName: () => agent.node().name,
    clock: agent.clock,
    log,
    routes: (served) => agentRoutes(agent, served),
    start: async () => {
      await agent.start();
    },
    stop: agent.stop,
    read: async () => {
      const read = await readConfig(options);
      return read.kind === 'loaded' ? read : { kind: 'invalid', detail: read.errors.map(said).join('; ') };
    },
    take: agent.reload,
    status: () => `${agent.config().checks.length} checks`,
    isAlive: (served) => health(agent, served).state !== 'failed',
    introduction: () => ({
      checks: agent.config().checks.length,
      configFile: agent.config().file,
      version: options.version,
      store: engineShown(),
    }),
    complain,
    onServing: (urls) => {
      const { onFirstJudgement, onServing } = options;
      onServing?.();
      void agent.firstJudgement().then((judgement) => onFirstJudgement?.({ judgement, snapshot: agent.snapshot(), urls }));
    },
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
  });
}

/** An error shows the value that is wrong, and that goes to the journal and to whoever asks for the agent's health. */
const said = (error: ConfigError): string => redactText(formatConfigError(error));

async function openSource(machineDir: string | null): Promise<MachineSource> {
  if (machineDir !== null) return (await import('../machine/recorded.ts')).openRecorded(machineDir);
  return (await import('../machine/local.ts')).localMachine();
}

async function readConfig({ configFile, machineDir, probes, stateDir }: AgentOptions): Promise<ConfigRead> {
  const places = placesOf(machineDir, stateDir ?? null);
  if (machineDir === null || configFile !== null) return loadAgentConfig(configFile, probes, places);
  // A recorded machine brings its own along; that of the machine where it is looked at is none of its business.
  const own = join(machineDir, 'files', defaultConfigFile);
  if (existsSync(own)) return loadAgentConfig(own, probes, places);
  return { kind: 'loaded', config: await discoveredConfig(probes, places) };
}

/** What is seen of a recorded machine is kept apart from what is seen of this one. */
function placesOf(machineDir: string | null, stateDir: string | null): Places {
  const host = hostPlaces();
  const storeFile = stateDir === null ? host.storeFile : join(stateDir, basename(host.storeFile));
  if (machineDir === null) return { ...host, storeFile };
  const folder = resolve(machineDir);
  const name = `${basename(folder)}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  return { ...host, socket: null, storeFile: join(dirname(storeFile), 'recorded', `${name}.db`) };
}
