// The nodes of the fleet as they are known now: who is polled, who answers there, and what is wrong with them.
import type { FleetConfig } from '../config/fleet-config.ts';
import type { NodeDescription, StandingRow, WatchedCheck } from '../contract/changes.ts';
import type { NodeView } from '../contract/fleet.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import type { ReadingNames } from '../formats/standing-rows.ts';
import type { FleetStore, KeptNode, NodeEvent } from '../store/fleet/store.ts';
import type { Roster, Target } from './inventory/roster.ts';
import { type NodeEvents, nodeEvents } from './node/events.ts';
import { identityOf } from './node/identity.ts';
import { createMemory, type Memory, type RosterChange } from './node/memory.ts';
import { sharedChecks } from './node/shared-checks.ts';
import { sharedNames } from './node/shared-names.ts';
import { keptOf, knownOf, type NodeSight, type Seen, standingOf } from './node/sight.ts';
import { thresholdsFor, troublesOf } from './node/troubles.ts';
import { viewOf } from './node/view.ts';
import { checkStateOf, inClockOf, pastRow, shiftOf, snapshotOf } from './snapshot.ts';

export type { NodeSight } from './node/sight.ts';

export interface NodesParts {
  readonly store: FleetStore;
  readonly config: () => FleetConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** What happened to nodes, within the transaction that writes it. */
  readonly onEvents?: (events: readonly NodeEvent[]) => void;
}

export interface Nodes {
  /** Whom to poll from now on. What is known of others is kept for a while. */
  setRoster(roster: Roster): void;
  all(): readonly NodeSight[];
  /** By the target's key; null for one that is not polled. */
  get(key: string): NodeSight | null;
  view(sight: NodeSight): NodeView;
  kept(sight: NodeSight): KeptNode;
  /** What it says that it watches, and its history: less than all that is kept, and cheaper. Null for one that was never heard. */
  watched(sight: NodeSight): { readonly stream: number; readonly checks: readonly WatchedCheck[] } | null;
  /** By the collector's clock; null for one that was never heard. */
  snapshot(sight: NodeSight): Snapshot | null;
  /** One check of its snapshot, which costs less than all of it; null for one that it does not watch. */
  check(sight: NodeSight, check: string): CheckState | null;
  /** How a check stood before, by the collector's clock: newest first, at most `limit`, older than `before` where given. */
  past(sight: NodeSight, check: string, page: { readonly before?: number; readonly limit: number }): readonly Observation[];
  /** What its clock is ahead of the collector's, as far as that is known. */
  shiftMs(sight: NodeSight): number;
  /** Another one whenever its snapshot says something else, times and readings aside; null for one that was never heard. */
  mark(sight: NodeSight): string | null;
  /** When a check was last looked at, by the collector's clock; null for never. */
  lastLookAt(sight: NodeSight, check: string): number | null;
  /** The same with the row that it stands in. */
  lastLook(sight: NodeSight, check: string): LastLook | null;
  /** A snapshot by the clock of that node. */
  asClockOf(sight: NodeSight, snapshot: Snapshot): Snapshot;
  /** For the poller, which writes there. */
  readonly desk: PollerDesk;
}

export interface LastLook {
  readonly stream: number;
  readonly seq: number;
  readonly at: number;
}

export interface PollerDesk extends Pick<Memory, 'get' | 'all' | 'namesakes' | 'know' | 'tidy'> {
  readonly events: NodeEvents;
  /** Equal parts of descriptions are one object. */
  share(description: NodeDescription): NodeDescription;
  shareNames(names: ReadingNames): ReadingNames;
  /** Calls after each change of the roster. */
  watch(call: (change: RosterChange) => void): void;
}

export function createNodes(parts: NodesParts): Nodes {
  const { store, config, clock, probes } = parts;
  const watchers: ((change: RosterChange) => void)[] = [];
  const identity = identities(config);
  const events = nodeEvents(parts);
  const checks = sharedChecks();
  const names = sharedNames();
  const sights = {
    troublesOf: (seen: Seen) => troublesOf(seen, thresholdsFor(config(), seen), { now: clock.now(), monotonicMs: clock.monotonicMs() }),
    identityOf: identity,
    shareNames: names.share,
  };
  const memory = createMemory({ ...parts, sights, events, share: checks.share });
  const standing = standings();
  const snapshotParts = { probes, sight: store.observations.sight, standing };
  const lastLook = (seen: Seen, check: string): LastLook | null => {
    const { stream, cursor } = seen.known;
    if (stream === null) return null;
    const stands = standing(seen).get(check);
    // A row that was not read yet is nothing that the judge has seen.
    const row = stands === undefined || stands.seq > cursor ? store.observations.sight(stream, check)?.current : stands;
    return row === undefined ? null : { stream, seq: row.seq, at: row.lastAt - shiftOf(seen.known) };
  };
  return {
    setRoster: (roster) => {
      const change = memory.enlist(roster.targets);
      for (const call of watchers) call(change);
    },
    all: () => [...memory.all()],
    get: memory.get,
    view: viewOf,
    kept: (sight) => keptOf(knownOf(sight as Seen)),
    watched: (sight) => {
      const { stream, description } = (sight as Seen).known;
      return stream === null || description === null ? null : { stream, checks: description.checks };
    },
    snapshot: (sight) => snapshotOf(snapshotParts, sight as Seen),
    check: (sight, check) => checkStateOf(snapshotParts, sight as Seen, check),
    past: (sight, check, page) => {
      const { stream } = (sight as Seen).known;
      const rows = stream === null ? [] : store.observations.history(stream, check, page);
      return rows.map((row) => pastRow(snapshotParts, sight as Seen, row));
    },
    shiftMs: (sight) => shiftOf((sight as Seen).known),
    mark: (sight) => {
      const { known, identity: who } = sight as Seen;
      const { stream, cursor, revision, description } = known;
      // A row never changes what it says, and a description not without its revision.
      return stream === null || description === null ? null : JSON.stringify([stream, cursor, revision, who]);
    },
    lastLookAt: (sight, check) => lastLook(sight as Seen, check)?.at ?? null,
    lastLook: (sight, check) => lastLook(sight as Seen, check),
    asClockOf: (sight, snapshot) => inClockOf(sight as Seen, snapshot),
    desk: { ...memory, events, share: checks.share, shareNames: names.share, watch: (call) => void watchers.push(call) },
  };
}

/** Made again when the description, the fleet's word or its sites became others. */
function identities(config: () => FleetConfig): (description: NodeDescription, target: Target) => NodeIdentity {
  const made = new WeakMap<NodeDescription, { readonly told: unknown; readonly sites: unknown; readonly identity: NodeIdentity }>();
  return (description, { told }) => {
    const { sites } = config();
    const before = made.get(description);
    if (before?.told === told && before.sites === sites) return before.identity;
    const identity = identityOf(description.identity, told, sites);
    made.set(description, { told, sites, identity });
    return identity;
  };
}

/** A view asks once for each check: the last few stay parsed. */
const parsedMax = 16;

function standings(): (seen: Seen) => ReadonlyMap<string, StandingRow> {
  const parsed = new Map<Seen, { readonly version: number; readonly rows: ReadonlyMap<string, StandingRow> }>();
  return (seen) => {
    const version = seen.standing.version();
    const before = parsed.get(seen);
    if (before?.version === version) return before.rows;
    const rows = new Map(standingOf(knownOf(seen)).map((row) => [row.check, row]));
    parsed.delete(seen);
    parsed.set(seen, { version, rows });
    for (const oldest of parsed.keys()) {
      if (parsed.size <= parsedMax) break;
      parsed.delete(oldest);
    }
    return rows;
  };
}
