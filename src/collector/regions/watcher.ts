// One region of one group, looked at again and again: its history, and what it answers to the poller.
import { createHash, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { FleetConfig, GroupConfig, RegionConfig } from '../../config/fleet-config.ts';
import type { Changes } from '../../contract/changes.ts';
import type { NodeIdentity } from '../../contract/node.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import type { ReadingsPage } from '../../contract/readings.ts';
import { regionPair } from '../../contract/region.ts';
import type { TenancySource } from '../../contract/tenancy.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import { type ChangesQuery, changesOf } from '../../watch/changes.ts';
import { type ReadingsAsked, readingsOf } from '../../watch/readings.ts';
import { createWatch } from '../../watch/watch.ts';
import { createSightings } from './sightings.ts';

export interface WatcherParts {
  readonly config: FleetConfig;
  readonly group: GroupConfig;
  readonly region: RegionConfig;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Of the region, by whatever way is open when it is called. */
  readonly source: () => TenancySource;
  readonly clock: Clock;
  readonly log: Log;
  /** What a probe of machines saw of each machine of the group last. */
  readonly machinesSeenBy: (probe: string) => readonly unknown[];
  /** Of Understudy. */
  readonly version: string;
  /** What a check saw is in its history. */
  readonly onLooked: (check: string) => void;
}

export interface Watcher {
  /** Begins to look. What was seen before is served from the beginning. */
  begin(): void;
  /** Takes what the fleet file says of the same region now. */
  take(config: FleetConfig, region: RegionConfig): void;
  /** Null while there is no history. */
  answer(query: ChangesQuery): Changes | null;
  lookNow(check: string): Promise<'looked' | 'stuck'> | null;
  /** The numbers of a check over time; null while there is no history. */
  readings(check: string, asked: ReadingsAsked): ReadingsPage | null;
  /** What a probe saw last; null where it never saw anything. */
  seenBy(probe: string): SeenBy | null;
  /** What keeps it from seeing or from remembering; one sentence each. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

export interface SeenBy {
  readonly factsVersion: number;
  readonly facts: unknown;
  /** It is the newest look, and not older than its check allows. */
  readonly isFresh: boolean;
}

/** A year of what hardly changes; the rest of the room is the fleet's. */
const bytesMax = 1024 ** 3;

export function createWatcher(parts: WatcherParts): Watcher {
  const { group, probes, clock, version } = parts;
  const { site, region: name } = parts.region;
  const called = `${name} of ${group.name}`;
  const log = regionLog(parts.log, called);
  const sighted = createSightings(parts.source, clock.now);
  let node = identityOf(parts.config, group, parts.region, version);
  let watched = watchedOf(parts.region);
  const file = regionFile(parts.config, group.name, parts.region);
  const limits = limitsOf(parts.config);
  const { sourceOf } = sighted;
  const onLooked: typeof sighted.note = (look) => {
    sighted.note(look);
    parts.onLooked(look.check);
  };
  const watch = createWatch({
    file,
    limits,
    sourceOf,
    probes,
    settingsOf: ({ probe, settings }) => {
      const from = probes.get(probe)?.fromMachines;
      return from === undefined ? settings : from.addTo(settings, parts.machinesSeenBy(from.probe));
    },
    clock,
    log,
    ...watched,
    watcher: 'collector',
    subject: () => node,
    onLooked,
  });
  const { ledger } = watch;
  const opened = watch.open();
  const refusal = opened === 'locked' ? `another collector has ${file}` : opened === 'newer' ? ledger.refusal() : null;
  if (refusal !== null) log.error({ file, detail: refusal }, 'the history of a region cannot be used: it is not looked at');
  for (const { id } of watched.checks) {
    const outcome = ledger.sight(id)?.current.outcome;
    if (outcome !== undefined) sighted.note({ check: id, outcome });
  }
  const changes = changesOf({ ledger, clock, runId: randomUUID(), node: () => node, config: () => watched });
  return {
    begin: () => {
      if (refusal === null) watch.start();
    },
    take: (config, region) => {
      node = identityOf(config, group, region, version);
      watched = watchedOf(region);
      ledger.setLimits(limitsOf(config));
      watch.replace(watched);
    },
    answer: changes,
    lookNow: (check) => watch.schedule.runNow(check),
    readings: (check, asked) => readingsOf(ledger, check, asked),
    seenBy: (probe) => {
      const check = watched.checks.find((one) => one.probe === probe);
      const sight = check === undefined ? null : ledger.sight(check.id);
      if (check === undefined || sight === null) return null;
      const { current } = sight;
      const seen = current.outcome.kind === 'unseen' ? sight.lastObserved : current;
      if (seen?.outcome.kind !== 'observed') return null;
      const isFresh = seen === current && Math.abs(clock.now() - current.lastAt) <= check.staleAfterMs;
      return { factsVersion: seen.factsVersion, facts: seen.outcome.facts, isFresh };
    },
    problems: () => {
      const { trouble } = ledger.health();
      const blind = sighted.blindness(watched.checks.map(({ id }) => id));
      return [
        ...(refusal === null ? [] : [`the region ${called} is not looked at: ${refusal}`]),
        ...(trouble === null || refusal !== null
          ? []
          : [`what is seen of ${called} is kept in memory, since its history cannot be written: ${trouble.detail}`]),
        ...(blind === null ? [] : [`nothing of the region ${called}, at ${site}, can be seen: ${blind}`]),
      ];
    },
    stop: async () => {
      await watch.stop();
      ledger.close();
    },
  };
}

/** Another region at the same site is another history. A region's name has no dot, so that no two are one file. */
export const regionFile = ({ store }: FleetConfig, group: string, { site, region }: RegionConfig): string =>
  join(dirname(store.file), 'regions', group, `${site}.${region}.db`);

const limitsOf = ({ store }: FleetConfig) => ({ keepMs: store.keepMs, bytesMax: Math.min(store.bytesMax, bytesMax) });

const watchedOf = ({ checks }: RegionConfig) => ({ checks, notTold: [], cronTimes: noCronTimes });

function noCronTimes(expression: string): never {
  throw new Error(`a region is looked at so often, never at ${expression}`);
}

/** Its role is the fleet's to say. */
function identityOf({ sites }: FleetConfig, group: GroupConfig, { site, region }: RegionConfig, version: string): NodeIdentity {
  const id = createHash('sha256').update(['understudy region', group.name, site, region].join('\n')).digest('hex').slice(0, 32);
  return { id, name: region, role: null, group: group.name, twin: regionPair, site: sites[site] ?? {}, version };
}

const regionLog = (log: Log, region: string): Log => ({
  debug: (fields, message) => log.debug({ region, ...fields }, message),
  info: (fields, message) => log.info({ region, ...fields }, message),
  warn: (fields, message) => log.warn({ region, ...fields }, message),
  error: (fields, message) => log.error({ region, ...fields }, message),
});
