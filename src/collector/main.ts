// The collector as a process: from a fleet file to a stopped daemon and its exit code.
import type { KeyObject } from 'node:crypto';
import { hostname } from 'node:os';
import { type ConfigError, formatConfigError } from '../config/config-error.ts';
import { loadFleetConfig } from '../config/fleet/load.ts';
import { emptyFleetConfig, type FleetRead } from '../config/fleet/parse.ts';
import type { Contact, FleetConfig } from '../config/fleet-config.ts';
import { fleetPlaces } from '../config/places.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { systemClock } from '../daemon/clock.ts';
import { exposureProblem } from '../daemon/doors.ts';
import { type DaemonExit, daemonExits } from '../daemon/exits.ts';
import { createLog, type Log, type LogLevel } from '../daemon/log.ts';
import { runDaemon } from '../daemon/run.ts';
import { loadSigningKey, SigningKeyError } from '../daemon/signing-key.ts';
import { engineShown } from '../store/engine/engine.ts';
import type { FleetStore } from '../store/fleet/store.ts';
import { type Collector, createCollector } from './collector.ts';
import { health } from './health.ts';
import { createHttpClient } from './http/client.ts';
import { openStore } from './open-store.ts';
import type { OpenTenancies } from './regions/tenancies.ts';
import { collectorRoutes } from './routes/all.ts';
import { webRoutes } from './routes/web.ts';
import { readWebFiles, type WebFile } from './web-files.ts';

export interface CollectorOptions {
  /** Null for the usual file. */
  readonly configFile: string | null;
  /** Of Understudy. */
  readonly version: string;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Oracle's SDK unless given. */
  readonly openTenancies?: OpenTenancies;
  /** The agent of this machine, to be asked beside everybody else; with it there may be no fleet file. */
  readonly local?: Contact;
  /** Where to keep history and key, unless the file says; the usual places when null. */
  readonly stateDir?: string | null;
  /** Instead of the one that is configured. */
  readonly logLevel?: LogLevel;
  /** Told why it cannot start, one line each; stderr unless given. */
  readonly complain?: (line: string) => void;
  /** Told once, when it serves. */
  readonly onServing?: (urls: readonly string[]) => void;
  /** Speaks to systemd only where it finds one here. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Resolves when the collector has stopped. Signals: TERM and INT stop, HUP reads the fleet file again. */
export async function runCollector(options: CollectorOptions): Promise<DaemonExit> {
  const complain = options.complain ?? ((line: string) => process.stderr.write(`${line}\n`));
  const read = await readConfig(options);
  if (read.kind === 'invalid') {
    for (const error of read.errors) complain(formatConfigError(error));
    return daemonExits.wrongConfiguration;
  }
  const { config } = read;
  const exposed = exposureProblem(config);
  if (exposed !== null) {
    complain(exposed);
    return daemonExits.wrongConfiguration;
  }
  const log = await createLog(options.logLevel ?? config.log.level);
  const clock = systemClock();
  const opened = openStore({ file: config.store.file, now: clock.now(), log, onDamage: (detail) => endDamaged(log, detail) });
  if (opened.kind === 'refused') {
    complain(opened.detail);
    return opened.isForGood ? daemonExits.wrongConfiguration : daemonExits.unavailable;
  }
  // After the history, which makes the folder that both usually lie in.
  const key = keyOf(config, complain);
  if (key === null) {
    opened.store.close();
    return daemonExits.wrongConfiguration;
  }
  return serve(options, config, { key, store: opened.store, clock, log, webFiles: await readWebFiles() }, complain);
}

interface Opened {
  readonly key: KeyObject;
  readonly store: FleetStore;
  readonly clock: ReturnType<typeof systemClock>;
  readonly log: Awaited<ReturnType<typeof createLog>>;
  /** Of the dashboard. */
  readonly webFiles: readonly WebFile[] | null;
}

function serve(
  options: CollectorOptions,
  config: FleetConfig,
  { key, store, clock, log, webFiles }: Opened,
  complain: (line: string) => void,
): Promise<DaemonExit> {
  const { probes, version } = options;
  const http = createHttpClient({ monotonicMs: clock.monotonicMs });
  const collector = createCollector({
    config,
    probes,
    store,
    http,
    openTenancies: options.openTenancies ?? liveTenancies,
    clock,
    log,
    key,
    name: config.name ?? hostname(),
    version,
  });
  return runDaemon({
    called: 'the collector',
    config: collector.config,
    hostName: hostname,
    clock,
    log,
    routes: (served) => [...collectorRoutes(collector, served), ...webRoutes(webFiles)],
    start: collector.start,
    stop: async () => {
      await collector.stop();
      http.close();
    },
    read: async () => {
      const read = await readConfig(options);
      return read.kind === 'loaded' ? read : { kind: 'invalid', detail: read.errors.map(formatConfigError).join('; ') };
    },
    take: collector.reload,
    status: () => statusOf(collector),
    isAlive: (served) => health(collector, served).state !== 'failed',
    introduction: () => ({
      groups: collector.config().groups.length,
      configFile: collector.config().file,
      version,
      store: engineShown(),
    }),
    complain,
    ...(options.onServing === undefined ? {} : { onServing: options.onServing }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
  });
}

/** Loads what speaks to OCI with the first region that is looked at. */
const liveTenancies: OpenTenancies = async (access, parts) => (await import('../tenancy/open.ts')).openTenancies(access, parts);

function statusOf({ inventory, regions }: Collector): string {
  const ofRegions = regions.targets().length;
  return `${inventory.roster().targets.length} nodes${ofRegions === 0 ? '' : `, ${ofRegions} regions`}`;
}

/** Null where there is none that may be used, which has been said. */
function keyOf({ receipts }: FleetConfig, complain: (line: string) => void): KeyObject | null {
  try {
    return loadSigningKey(receipts.keyFile);
  } catch (error) {
    if (!(error instanceof SigningKeyError)) throw error;
    complain(error.message);
    return null;
  }
}

async function readConfig({ configFile, probes, local, stateDir }: CollectorOptions): Promise<FleetRead> {
  const places = fleetPlaces(stateDir == null ? process.env : { ...process.env, STATE_DIRECTORY: stateDir });
  const read = await loadFleetConfig(configFile, probes, places);
  if (local === undefined) return read;
  const isWithoutFile = read.kind === 'invalid' && configFile === null && read.errors.every(isMissing);
  if (isWithoutFile) return { kind: 'loaded', config: { ...emptyFleetConfig(places), local } };
  return read.kind === 'loaded' ? { kind: 'loaded', config: { ...read.config, local } } : read;
}

const isMissing = ({ message }: ConfigError): boolean => message.startsWith('there is no such file');

/** systemd starts it again, and what is damaged is then set aside. */
function endDamaged(log: Log, detail: string): void {
  log.error({ detail }, 'the history proved damaged: ending, so that the next start sets it aside');
  process.exit(daemonExits.crashed);
}
