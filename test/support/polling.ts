// Runs the part of a collector that polls: a real store in a temporary folder, real sockets, and a roster that a test writes.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHttpClient, type HttpClient } from '../../src/collector/http/client.ts';
import type { Roster, Target, Told } from '../../src/collector/inventory/roster.ts';
import { createNodes, type NodeSight, type Nodes } from '../../src/collector/nodes.ts';
import { createPoller, type Poller } from '../../src/collector/poll/poller.ts';
import type { Contact, FleetConfig, GroupConfig, PollConfig, Thresholds } from '../../src/config/fleet-config.ts';
import type { NodeView } from '../../src/contract/fleet.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { type Clock, systemClock } from '../../src/daemon/clock.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore, NodeEvent } from '../../src/store/fleet/store.ts';
import { hour, listeningLog, minute, temporaryFolder } from './agent.ts';
import { usualOci } from './collector.ts';

export interface PollingWish {
  readonly targets: readonly Target[];
  readonly folder?: string;
  readonly clock?: Clock;
  readonly poll?: Partial<PollConfig>;
  readonly thresholds?: Partial<Thresholds>;
  readonly groups?: readonly GroupConfig[];
  readonly sites?: FleetConfig['sites'];
  readonly probes?: readonly AnyProbe[];
  /** Stands between poller and store. */
  readonly through?: (store: FleetStore) => FleetStore;
}

export interface Polling {
  readonly nodes: Nodes;
  readonly poller: Poller;
  readonly store: FleetStore;
  readonly http: HttpClient;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  readonly clock: Clock;
  readonly heard: { readonly key: string; readonly hasRows: boolean; readonly hasDescription: boolean; readonly hasLooks: boolean }[];
  setRoster(targets: readonly Target[]): void;
  sight(target: Target): NodeSight;
  view(target: Target): NodeView;
  troubles(target: Target): readonly string[];
  /** Kinds, oldest first, without those that say only that it is polled. */
  events(target: Target): readonly NodeEvent['kind'][];
  /** Sequence numbers of all checks in its present stream. */
  seqs(target: Target): readonly number[];
  /** As when the daemon ends; with the test at the latest. */
  stop(): Promise<void>;
}

const thresholds: Thresholds = { silentAfterMs: 5 * minute, primaryMaxAgeMs: 7 * 24 * hour, clockOffsetMaxMs: 10_000 };

export function targetOf(address: string, told: Partial<Told> = {}, contact: Partial<Contact> = {}): Target {
  const files = { tokenFile: null, authoritiesFile: null, certificateFile: null, keyFile: null, serverName: null };
  return {
    key: address,
    contact: { address, ...files, ...contact },
    told: { group: null, pair: null, role: null, site: null, ...told },
    source: 'the test',
  };
}

export const rosterOf = (targets: readonly Target[]): Roster => ({ targets, problems: [] });

/** Built, not started: nothing is polled but what the test asks for. */
export function polling(wish: PollingWish): Polling {
  const folder = wish.folder ?? temporaryFolder();
  const clock = wish.clock ?? systemClock();
  const log = listeningLog();
  const heard: Polling['heard'] = [];
  const config = configOf(folder, wish);
  const opened = openFleetStore({ file: config.store.file, now: clock.now() });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const store = (wish.through ?? ((one) => one))(opened.store);
  const http = createHttpClient({ monotonicMs: clock.monotonicMs });
  const nodes = createNodes({
    store,
    config: () => config,
    clock,
    log,
    probes: new Map((wish.probes ?? []).map((probe) => [probe.id, probe])),
  });
  const poller = createPoller({
    nodes,
    store,
    http,
    config: () => config,
    clock,
    log,
    onHeard: (key, what) => heard.push({ key, ...what }),
  });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await poller.stop();
    http.close();
    opened.store.close();
  };
  onTestFinished(stop);
  nodes.setRoster(rosterOf(wish.targets));
  const sight = (target: Target): NodeSight => {
    const found = nodes.get(target.key);
    if (found === null) throw new Error(`${target.key} is not polled`);
    return found;
  };
  return {
    nodes,
    poller,
    store,
    http,
    log,
    folder,
    clock,
    heard,
    stop,
    setRoster: (targets) => nodes.setRoster(rosterOf(targets)),
    sight,
    view: (target) => nodes.view(sight(target)),
    troubles: (target) => sight(target).troubles.map(({ kind }) => kind),
    events: (target) =>
      opened.store.nodes
        .events({ target: target.key, limit: 1_000 })
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'found'),
    seqs: (target) => {
      const { stream, description } = nodes.kept(sight(target));
      const checks = description?.checks ?? [];
      const rows = checks.flatMap(({ check }) => opened.store.observations.history(stream!, check, { limit: 10_000 }));
      return rows.map(({ seq }) => seq).sort((a, b) => a - b);
    },
  };
}

const configOf = (folder: string, wish: PollingWish): FleetConfig => ({
  file: null,
  name: 'watch1',
  sites: wish.sites ?? {},
  groups: wish.groups ?? [],
  discover: [],
  poll: { everyMs: 30_000, timeoutMs: 5_000, concurrency: 64, ...wish.poll },
  oci: usualOci,
  thresholds: { ...thresholds, ...wish.thresholds },
  listen: { socket: null, tcp: null, tls: null },
  access: { tokens: [], clients: [], localRights: [], requestsPerMinute: 600 },
  store: { file: join(folder, 'collector.db'), keepMs: 400 * 24 * hour, bytesMax: 1024 ** 3 },
  log: { level: 'info' },
  receipts: { keyFile: join(folder, 'receipts.key'), keepMs: 800 * 24 * hour },
  tell: [],
});
