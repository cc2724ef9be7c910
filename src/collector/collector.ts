// Ties inventory, polls, judgements, gate and telling together. Built, not started; nothing is global.
import type { KeyObject } from 'node:crypto';
import type { FleetConfig } from '../config/fleet-config.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { type ProtectionGroupsSeen, protectionGroupsProbe, protectionGroupsVersion } from '../contract/protection-groups.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { type DaemonUsage, usageMeter } from '../daemon/usage.ts';
import type { FleetStore } from '../store/fleet/store.ts';
import { createGate, type Gate } from './gate.ts';
import type { HttpClient } from './http/client.ts';
import { createInventory, type Inventory } from './inventory/inventory.ts';
import { createTwinLeaving } from './leave-twin.ts';
import { createLive, type Live } from './live.ts';
import { machinesSeen } from './machines-seen.ts';
import { createNodes, type Nodes } from './nodes.ts';
import { createPoller, type Poller } from './poll/poller.ts';
import { createFollowing, type Following, type Sight } from './protection-groups/following.ts';
import { regionAddress } from './regions/address.ts';
import { withRegions } from './regions/answering.ts';
import { createRegions, type Regions } from './regions/regions.ts';
import type { OpenTenancies } from './regions/tenancies.ts';
import { createForecasts, type Forecasts } from './review/forecasts.ts';
import { createReview, type Review } from './review/review.ts';
import { createTell, type Tell } from './tell/tell.ts';
import { createUpkeep } from './upkeep.ts';
import { createWaiving, type Waiving } from './waiving.ts';

export interface CollectorParts {
  readonly config: FleetConfig;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly store: FleetStore;
  readonly http: HttpClient;
  /** Called once a group has regions. */
  readonly openTenancies: OpenTenancies;
  readonly clock: Clock;
  readonly log: Log;
  /** Signs receipts. */
  readonly key: KeyObject;
  /** How it is called in receipts and messages. */
  readonly name: string;
  /** Of Understudy. */
  readonly version: string;
}

export interface Collector {
  start(): Promise<void>;
  /** Ends polls, and leaves the store sound. */
  stop(): Promise<void>;
  /** Takes another configuration, which has been found valid. */
  reload(config: FleetConfig): Promise<void>;
  config(): FleetConfig;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: FleetStore;
  readonly http: HttpClient;
  readonly key: KeyObject;
  readonly inventory: Inventory;
  readonly nodes: Nodes;
  readonly regions: Regions;
  readonly following: Following;
  readonly poller: Poller;
  readonly review: Review;
  readonly forecasts: Forecasts;
  /** Whose state is shown otherwise than before. */
  readonly live: Live;
  readonly waiving: Waiving;
  readonly gate: Gate;
  readonly tell: Tell;
  readonly usage: () => DaemonUsage;
}

export function createCollector(parts: CollectorParts): Collector {
  const { clock, log, store, http, probes, name, version, key } = parts;
  let current = parts.config;
  const config = (): FleetConfig => current;
  const groups = () => review.groupNames().map((group) => ({ group, pairs: review.standing(group) }));
  const sightOf = (group: string, site: string): Sight | null => {
    const seen = regions.seenBy(regionAddress(group, site), protectionGroupsProbe);
    if (seen === null || seen.factsVersion !== protectionGroupsVersion) return null;
    return { seen: seen.facts as ProtectionGroupsSeen, isFresh: seen.isFresh };
  };
  const following = createFollowing(config, sightOf);
  const { roles } = following;
  const live = createLive(clock);
  const tell = createTell({ config, store, http, clock, log, collector: name, groups });
  const nodes = createNodes({
    config,
    store,
    clock,
    log,
    probes,
    onEvents: (events) => {
      const news = events.map((event) => ({ kind: 'node' as const, event, group: groupOf(event.target) }));
      tell.news(news);
      live.changed(news.flatMap(({ group }) => group ?? []));
    },
  });
  const groupOf = (target: string): string | null => {
    const sight = nodes.get(target);
    return sight?.target.told.group ?? sight?.identity?.group ?? null;
  };
  let isStarted = false;
  const follow = async (check: string): Promise<void> => {
    if (!isStarted) return;
    if (!config().groups.some(({ protectionGroup, regions: own }) => protectionGroup !== null && isOfGroups(own, check))) return;
    const areTurned = following.refresh();
    if (areTurned) log.info({ problems: following.problems() }, 'who is the primary follows the protection groups');
    const areOthers = await inventory.again();
    if (areTurned || areOthers) enlist();
  };
  const onLooked = (check: string): void => {
    follow(check).catch((error) =>
      log.error({ detail: error instanceof Error ? error.message : String(error) }, 'the protection groups could not be followed'),
    );
  };
  const { openTenancies } = parts;
  const machinesSeenBy = (group: string, probe: string): readonly unknown[] => machinesSeen(nodes, store, group, probe);
  const regions = createRegions({ config, probes, openTenancies, roles, machinesSeenBy, clock, log, version, onLooked });
  const inventory = createInventory({ config, roles, sightOf, http, clock, log, onChange: () => enlist() });
  const twins = createTwinLeaving({ config, nodes, store, http, clock, log });
  const review = createReview({
    config,
    nodes,
    store,
    probes,
    clock,
    log,
    news: tell.news,
    twin: twins.status,
    onJudged: (pair) => {
      twins.judged(pair);
      forecasts.judged(pair);
    },
    live,
  });
  const forecasts = createForecasts({ nodes, review, probes, store, onChanged: (group) => live.changed([group]), clock, log });
  const poller = createPoller({ nodes, store, http: withRegions(http, regions.answer), config, clock, log, onHeard: review.heard });
  const upkeep = createUpkeep({ config, store, clock, log });
  const enlist = (): void => {
    const { targets, problems } = inventory.roster();
    nodes.setRoster({ targets: [...targets, ...regions.targets()], problems });
    review.repair();
  };
  return {
    start: async () => {
      // What their histories tell says who is the primary, before anybody is asked.
      await regions.start();
      following.refresh();
      await inventory.start();
      enlist();
      tell.start();
      poller.start();
      review.start();
      upkeep.start();
      isStarted = true;
    },
    stop: async () => {
      inventory.stop();
      twins.stop();
      await poller.stop();
      await regions.stop();
      review.stop();
      forecasts.stop();
      await tell.stop();
      upkeep.stop();
      live.stop();
      store.close();
    },
    reload: async (next) => {
      if (next.store.file !== current.store.file) log.warn({ file: next.store.file }, 'another store.file is used after a restart');
      current = next;
      await regions.reload();
      following.refresh();
      await inventory.reload();
      enlist();
      live.changed(review.groupNames());
    },
    config,
    name,
    version,
    startedAt: clock.now(),
    probes,
    clock,
    log,
    store,
    http,
    key,
    inventory,
    nodes,
    regions,
    following,
    poller,
    review,
    forecasts,
    live,
    waiving: createWaiving({ store, review, clock, log, news: tell.news }),
    gate: createGate({ review, nodes, store, clock, log, key: () => key, issuer: { kind: 'collector', name, version } }),
    tell,
    usage: usageMeter(clock),
  };
}

const isOfGroups = (regions: FleetConfig['groups'][number]['regions'], check: string): boolean =>
  regions.some(({ checks }) => checks.some(({ id, probe }) => id === check && probe === protectionGroupsProbe));
