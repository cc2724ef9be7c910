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
import { accessOf, createDoors, type Doors, exposureProblem } from '../daemon/doors.ts';
import { type DaemonExit, daemonExits } from '../daemon/exits.ts';
import { createLog, type LeveledLog, type LogLevel } from '../daemon/log.ts';
import type { Served } from '../daemon/served.ts';
import { untilSignal } from '../daemon/signals.ts';
import { type Systemd, systemd } from '../daemon/systemd.ts';
import { redactText } from '../machine/redact.ts';
import type { MachineSource } from '../machine/source.ts';
import { CannotListen } from '../server/listen.ts';
import { buildServer } from '../server.ts';
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

async function serve(options: AgentOptions, agent: Agent, log: LeveledLog, complain: (line: string) => void): Promise<DaemonExit> {
  let reloadProblem: string | null = null;
  const served: Served = {
    urls: () => doors.urls(),
    doorProblems: () => doors.problems(agent.clock.now()),
    reloadProblem: () => reloadProblem,
  };
  const server = await buildServer({
    routes: agentRoutes(agent, served),
    access: () => accessOf(agent.config(), agent.node().name),
    monotonicMs: agent.clock.monotonicMs,
    onError: (error, request) => log.error({ ...request, detail: error.stack ?? error.message }, 'a request failed'),
  });
  const doors = createDoors(server);
  try {
    await doors.open(agent.config());
  } catch (error) {
    await agent.stop();
    if (!(error instanceof CannotListen)) throw error;
    complain(error.message);
    return daemonExits.unavailable;
  }
  await agent.start();
  const manager = systemd(process.env, agent.clock, log);
  const reload = async (): Promise<void> => {
    await manager.reloading();
    reloadProblem = await reloaded(options, agent, doors, log);
    await manager.ready(statusOf(agent));
  };
  const ended = untilSignal(reload, log);
  log.info(
    { urls: doors.urls(), checks: agent.config().checks.length, configFile: agent.config().file, version: options.version },
    'the agent serves',
  );
  // Not waited for: a manager that does not answer must not hold up the looks.
  void manager.ready(statusOf(agent));
  manager.watch(() => health(agent, served).state !== 'failed');
  void agent
    .firstJudgement()
    .then((judgement) => options.onFirstJudgement?.({ judgement, snapshot: agent.snapshot(), urls: doors.urls() }));
  const signal = await ended;
  return shutDown(signal, { agent, doors, manager, log, server });
}

const statusOf = (agent: Agent): string => `${agent.config().checks.length} checks`;

interface Running {
  readonly agent: Agent;
  readonly doors: Doors;
  readonly manager: Systemd;
  readonly log: LeveledLog;
  readonly server: { readonly close: () => Promise<void> };
}

async function shutDown(signal: string, { agent, doors, manager, log, server }: Running): Promise<DaemonExit> {
  log.info({ signal }, 'the agent stops');
  await Promise.all([manager.stopping(), doors.close(), agent.stop()]);
  await server.close();
  return daemonExits.stopped;
}

/** Why the new configuration was not taken; null when it was. The old one stays until the new one is known to work. */
async function reloaded(options: AgentOptions, agent: Agent, doors: Doors, log: LeveledLog): Promise<string | null> {
  const problem = await tryReload(options, agent, doors);
  if (problem === null) {
    log.setLevel(options.logLevel ?? agent.config().log.level);
    log.info({ configFile: agent.config().file, checks: agent.config().checks.length }, 'the configuration was read again');
  } else log.error({ detail: problem }, 'the new configuration is no good; the old one stays');
  return problem;
}

async function tryReload(options: AgentOptions, agent: Agent, doors: Doors): Promise<string | null> {
  try {
    const read = await readConfig(options);
    if (read.kind === 'invalid') return read.errors.map(said).join('; ');
    const exposed = exposureProblem(read.config);
    if (exposed !== null) return exposed;
    await doors.change(read.config);
    await agent.reload(read.config);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
