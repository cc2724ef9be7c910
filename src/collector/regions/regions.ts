// Every region of every group: who watches it, and whom the poller asks about it. Without a group that has regions it does nothing.
import type { FleetConfig, GroupConfig, RegionConfig } from '../../config/fleet-config.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import type { ReadingsPage } from '../../contract/readings.ts';
import { regionPair } from '../../contract/region.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { ReadingsAsked } from '../../watch/readings.ts';
import type { Target } from '../inventory/roster.ts';
import type { SiteRoles } from '../site-roles.ts';
import { regionAddress, regionContact } from './address.ts';
import type { AnswerOf } from './answering.ts';
import { createWay, type OpenTenancies, type Way } from './tenancies.ts';
import { createWatcher, regionFile, type SeenBy, type Watcher } from './watcher.ts';

export interface RegionsParts {
  readonly config: () => FleetConfig;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly openTenancies: OpenTenancies;
  readonly roles: SiteRoles;
  /** What a probe of machines saw of each machine of a group last. */
  readonly machinesSeenBy: (group: string, probe: string) => readonly unknown[];
  readonly clock: Clock;
  readonly log: Log;
  /** Of Understudy. */
  readonly version: string;
  /** What a check saw of a region is in its history. */
  readonly onLooked: (check: string) => void;
}

export interface Regions {
  /** Takes every history, so that it can be polled; looks begin when the way to OCI is open. */
  start(): Promise<void>;
  /** Takes the configuration as it is now. Regions that are still in it go on. */
  reload(): Promise<void>;
  stop(): Promise<void>;
  /** One that is said to be as before is the same object. */
  targets(): readonly Target[];
  readonly answer: AnswerOf;
  /** Looks now, or joins the look that is under way; null for what is not watched. */
  lookNow(address: string, check: string): Promise<'looked' | 'stuck'> | null;
  /** The numbers of a check over time; undefined where no region has this address, null while its history cannot be read. */
  readings(address: string, check: string, asked: ReadingsAsked): ReadingsPage | null | undefined;
  /** What a probe saw last there; null where it never saw anything. */
  seenBy(address: string, probe: string): SeenBy | null;
  /** What keeps regions from being seen; one sentence each. */
  problems(): readonly string[];
  readonly usage: Way['usage'];
  readonly states: Way['states'];
}

/** Where the way to OCI could not be opened: a package that is not there, or a file that is wrong. */
const openAgainMs = 60_000;

interface Watched {
  /** Of its history: another one is another region. */
  readonly file: string;
  /** As it was told last. */
  region: RegionConfig;
  readonly watcher: Watcher;
  hasBegun: boolean;
}

export function createRegions(parts: RegionsParts): Regions {
  const { config, probes, clock, log, version } = parts;
  const way = createWay({ open: parts.openTenancies, access: () => config().oci, clock });
  const watched = new Map<string, Watched>();
  const kept = keptTargets();
  let isStopped = false;
  let closed: string | null = null;
  let cancel = (): void => {};
  let turn: Promise<void> = Promise.resolve();

  const watch = (address: string, { group, region, file }: Wanted): void => {
    const source = () => way.region(region.region, watched.get(address)?.region.tenancyId ?? null);
    const machinesSeenBy = (probe: string): readonly unknown[] => parts.machinesSeenBy(group.name, probe);
    const { onLooked } = parts;
    const watcher = createWatcher({ config: config(), group, region, probes, source, machinesSeenBy, clock, log, version, onLooked });
    watched.set(address, { file, region, watcher, hasBegun: false });
  };

  const end = async (address: string): Promise<void> => {
    const { watcher } = watched.get(address)!;
    watched.delete(address);
    await watcher.stop();
  };

  const enlist = async (): Promise<void> => {
    const wanted = wantedOf(config());
    const isOver = ([address, { file }]: readonly [string, Watched]): boolean => wanted.get(address)?.file !== file;
    await Promise.all([...watched].filter(isOver).map(([address]) => end(address)));
    for (const [address, next] of wanted) {
      const before = watched.get(address);
      if (before === undefined) watch(address, next);
      else {
        before.watcher.take(config(), next.region);
        before.region = next.region;
      }
    }
  };

  const begin = async (): Promise<void> => {
    cancel();
    if (watched.size === 0 || isStopped) {
      way.close();
      closed = null;
      return;
    }
    try {
      await way.open([...new Set([...watched.values()].map(({ region }) => region.region))]);
      closed = null;
    } catch (error) {
      closed = error instanceof Error ? error.message : String(error);
      log.error({ detail: closed }, 'the way to OCI could not be opened: it is tried again');
      if (!isStopped) cancel = clock.setTimer(openAgainMs, () => void begin());
      return;
    }
    if (isStopped) way.close();
    for (const one of watched.values()) {
      if (isStopped || one.hasBegun) continue;
      one.hasBegun = true;
      one.watcher.begin();
    }
  };

  /** One after the other: a reload may come while the one before it still ends watchers. */
  const again = (): Promise<void> => {
    const done = turn.then(enlist);
    turn = done.catch((error) =>
      log.error({ detail: error instanceof Error ? error.message : String(error) }, 'regions could not be taken on'),
    );
    // Credentials may be waited for, and the fleet's nodes are not.
    void turn.then(begin);
    return turn;
  };

  return {
    start: again,
    reload: again,
    stop: async () => {
      isStopped = true;
      cancel();
      await turn;
      await Promise.all([...watched.keys()].map(end));
      way.close();
    },
    targets: () =>
      config().groups.flatMap((group) => {
        const roleAt = parts.roles(group);
        return group.regions.map(({ site }) => kept(targetOf(config(), group, site, roleAt(site))));
      }),
    answer: (address, query) => {
      const one = watched.get(address);
      if (one === undefined) return undefined;
      return one.watcher.answer(query);
    },
    lookNow: (address, check) => watched.get(address)?.watcher.lookNow(check) ?? null,
    readings: (address, check, asked) => watched.get(address)?.watcher.readings(check, asked),
    seenBy: (address, probe) => watched.get(address)?.watcher.seenBy(probe) ?? null,
    problems: () => [
      ...(closed === null || watched.size === 0 ? [] : [`no region can be looked at, since the way to OCI could not be opened: ${closed}`]),
      ...way
        .states()
        .flatMap(({ region, circuit, failingServices }) => [
          ...(circuit === 'open' ? [`the region ${region} is not asked for a while, since it has been failing`] : []),
          ...(failingServices.length === 0
            ? []
            : [
                `${failingServices.join(', ')} of ${region} ${failingServices.length === 1 ? 'is' : 'are'} not asked for a while, having been failing`,
              ]),
        ]),
      ...[...watched.values()].flatMap(({ watcher }) => watcher.problems()),
    ],
    usage: way.usage,
    states: way.states,
  };
}

interface Wanted {
  readonly group: GroupConfig;
  readonly region: RegionConfig;
  readonly file: string;
}

const wantedOf = (config: FleetConfig): ReadonlyMap<string, Wanted> =>
  new Map(
    config.groups.flatMap((group) =>
      group.regions.map((region) => [
        regionAddress(group.name, region.site),
        { group, region, file: regionFile(config, group.name, region) },
      ]),
    ),
  );

function targetOf({ file }: FleetConfig, { name: group }: GroupConfig, site: string, role: Target['told']['role']): Target {
  const address = regionAddress(group, site);
  return { key: address, contact: regionContact(address), told: { group, pair: regionPair, role, site }, source: file ?? 'the fleet file' };
}

/** A target of which nothing is said that was not said before is the same object: much hangs on it. */
function keptTargets(): (target: Target) => Target {
  const known = new Map<string, Target>();
  return (target) => {
    const before = known.get(target.key);
    if (before !== undefined && before.source === target.source && before.told.role === target.told.role) return before;
    known.set(target.key, target);
    return target;
  };
}
