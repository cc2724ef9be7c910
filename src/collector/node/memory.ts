// Sights over changes of the roster and over restarts: who is new, who is gone, and who comes back to what was known of it.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { NodeDescription } from '../../contract/changes.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { FleetStore, KeptNode, NodeEvent } from '../../store/fleet/store.ts';
import type { Target } from '../inventory/roster.ts';
import type { NodeEvents } from './events.ts';
import { namesakes } from './namesakes.ts';
import { createSight, type Known, keptOf, know, knownOf, neverHeard, type Seen, type SightParts } from './sight.ts';
import { goneForGoodMs, restore, thresholdsFor } from './troubles.ts';

export interface MemoryParts {
  readonly store: FleetStore;
  readonly config: () => FleetConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly sights: SightParts;
  readonly events: NodeEvents;
  readonly share: (description: NodeDescription) => NodeDescription;
}

export interface RosterChange {
  readonly added: readonly Seen[];
  readonly gone: readonly Target[];
  /** Reached otherwise than before, with how that was. */
  readonly changed: readonly { readonly seen: Seen; readonly before: Target }[];
}

export interface Memory {
  enlist(targets: readonly Target[]): RosterChange;
  get(key: string): Seen | null;
  all(): Iterable<Seen>;
  /** Others of the roster that said they are this node. */
  namesakes(seen: Seen, nodeId: string): readonly Seen[];
  /** From now on this is what is known of it. */
  know(seen: Seen, known: Known): void;
  /** Forgets for good whom the roster does not name any more for a week. */
  tidy(): void;
}

interface Begun {
  readonly seen: Seen;
  readonly found: readonly NodeEvent[];
}

/** A service that finds nodes may lose some for a while; what they told goes on where it stopped when they are back. */
const rememberGoneMs = 7 * 24 * 3_600_000;
/** More than ever happens to a node within the time that events are kept. */
const eventsMax = 100_000;

export function createMemory(parts: MemoryParts): Memory {
  const { store, clock, log } = parts;
  const sights = new Map<string, Seen>();
  const named = namesakes();
  const left = new Map<string, KeptNode>(store.nodes.all().map((node) => [node.target, node]));
  for (const { description } of left.values()) if (description !== null) parts.share(description);

  const eventsOf = (target: string): readonly NodeEvent[] => store.nodes.events({ target, limit: eventsMax });

  const begin = (target: Target, order: number): Begun => {
    const past = eventsOf(target.key);
    const presence = presenceIn(past);
    const isFound = presence?.kind === 'found';
    const kept = left.get(target.key) ?? neverHeard(target.key);
    const namedAt = isFound ? presence.at : clock.now();
    const seen = createSight(parts.sights, { target, kept, order, namedAt, nowMs: clock.monotonicMs() });
    sights.set(target.key, seen);
    named.add(seen);
    return { seen, found: isFound ? [] : [{ at: namedAt, target: target.key, kind: 'found', detail: `named by ${target.source}` }] };
  };

  const remember = (seen: Seen): void => {
    const { known, target } = seen;
    const thresholds = thresholdsFor(parts.config(), seen);
    const others =
      known.nodeId === null ? [] : named.of(seen, known.nodeId).filter(({ heardAt }) => clock.now() - (heardAt ?? 0) < goneForGoodMs);
    const lastRun = known.runIds.at(-1);
    const first = others.find((other) => other.known.runIds.at(-1) === lastRun && other.order < seen.order);
    const isCloned = others.some((other) => other.known.runIds.at(-1) !== lastRun);
    restore(
      seen,
      eventsOf(target.key),
      { heard: { ...known, told: target.told }, thresholds, isCloned, isAlias: first !== undefined },
      clock.now(),
    );
    if (seen.said.has('alias')) seen.aliasOf = first?.target.key ?? null;
  };

  const drop = (seen: Seen): void => {
    left.set(seen.target.key, keptOf(knownOf(seen)));
    sights.delete(seen.target.key);
    named.remove(seen);
  };

  const write = (begun: readonly Seen[], gone: readonly Target[], found: readonly NodeEvent[]): void => {
    const away = [...left.keys()].filter((key) => presenceIn(eventsOf(key))?.kind !== 'gone');
    const events = [
      ...found,
      ...away.map((target) => ({ at: clock.now(), target, kind: 'gone' as const, detail: 'nothing names it any more' })),
    ];
    if (events.length === 0) return;
    store.together(() => {
      // One that was never heard is kept too, so that it is found once.
      for (const seen of begun) if (seen.known.stream === null) store.nodes.keep(keptOf(knownOf(seen)));
      for (const { key } of gone) store.nodes.keep(left.get(key)!);
      parts.events.write(events);
    });
    parts.events.log(events);
  };

  /** A disk that is full keeps nobody from being polled. */
  const attempt = (failure: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      log.error({ detail: error instanceof Error ? error.message : String(error) }, failure);
    }
  };

  return {
    enlist: (targets) => {
      const keys = new Set(targets.map(({ key }) => key));
      const dropped = [...sights.values()].filter(({ target }) => !keys.has(target.key));
      for (const seen of dropped) drop(seen);
      const changed = targets.flatMap((target, order) => taken(sights.get(target.key), target, order));
      const begun = targets.flatMap((target, order) => (sights.has(target.key) ? [] : [begin(target, order)]));
      const added = begun.map(({ seen }) => seen);
      // When all are there: who is a clone shows beside others.
      for (const seen of added) remember(seen);
      for (const { target } of added) left.delete(target.key);
      const gone = dropped.map(({ target }) => target);
      attempt('a change of the roster could not be written', () => {
        const found = begun.flatMap((one) => one.found);
        write(added, gone, found);
      });
      return { added, gone, changed };
    },
    get: (key) => sights.get(key) ?? null,
    all: () => sights.values(),
    namesakes: named.of,
    know: (seen, known) => {
      const isSame = seen.known.nodeId === known.nodeId;
      if (!isSame) named.remove(seen);
      know(seen, known);
      if (!isSame) named.add(seen);
    },
    tidy: () =>
      attempt('what is known of nodes that are gone could not be dropped', () => {
        for (const key of [...left.keys()]) {
          const event = eventsOf(key).findLast(({ kind }) => kind === 'gone');
          if (event !== undefined && clock.now() - event.at <= rememberGoneMs) continue;
          store.nodes.forget(key);
          left.delete(key);
        }
      }),
  };
}

const presenceIn = (events: readonly NodeEvent[]): NodeEvent | undefined =>
  events.findLast(({ kind }) => kind === 'found' || kind === 'gone');

/** The new target of one that is known already; answers it where it is reached otherwise now. */
function taken(seen: Seen | undefined, target: Target, order: number): RosterChange['changed'] {
  if (seen === undefined) return [];
  const before = seen.target;
  seen.target = target;
  seen.order = order;
  return JSON.stringify(before.contact) === JSON.stringify(target.contact) ? [] : [{ seen, before }];
}
