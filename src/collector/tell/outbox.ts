// One addressee's part of the outbox: what waits, what was sent and could not be marked, and what is given up.
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { Delivery, FleetStore } from '../../store/fleet/store.ts';
import { type Item, isEnding, lifeOf } from './items.ts';

/** So much of it is looked at together: unpacking it takes some 15 ms, in which nothing else is done. */
export const waitingMax = 2_000;
/** What waits longer than this is not worth telling any more, and would only fill the disk. */
export const keepTryingMs = 24 * 3_600_000;
/** Until a channel has failed for so long, nothing is too old: a collector that was off for days tells late rather than never. */
const failingBeforeGivingUpMs = 3_600_000;
const groupsSaidMax = 20;

export interface Outbox {
  /** Those not told yet, oldest first. */
  waiting(): readonly Delivery[];
  delivered(deliveries: readonly Delivery[]): void;
  failed(deliveries: readonly Delivery[], inMs: number, reason: string): void;
  /** Loudly; with what they began goes what `waiting` holds of its end. */
  giveUp(deliveries: readonly Delivery[], waiting: readonly Delivery[], reason: string): void;
  /** Those that waited too long, where the channel has been failing long enough. */
  giveUpOld(failingForMs: number, reason: string): void;
}

export interface OutboxParts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
}

export function createOutbox({ store, clock, log }: OutboxParts, key: string): Outbox {
  // Told, and the store could not take that in (a full disk): telling it again every minute would be worse than a restart's double.
  let unmarked: readonly number[] = [];

  const mark = (): void => {
    if (unmarked.length === 0) return;
    store.deliveries.delivered(unmarked, clock.now());
    unmarked = [];
  };

  const waiting = (): readonly Delivery[] => {
    mark();
    return store.deliveries.waiting(key, waitingMax);
  };

  const giveUp: Outbox['giveUp'] = (deliveries, all, reason) => {
    const begun = new Set(deliveries.flatMap(begunBy));
    const lost = all.filter((delivery) => deliveries.includes(delivery) || isEndOf(delivery, begun));
    if (lost.length === 0) return;
    store.deliveries.givenUp(idsOf(lost), clock.now(), reason);
    const groups = [...new Set(lost.map(({ group }) => group))].slice(0, groupsSaidMax);
    log.error({ channel: key, items: lost.length, groups, detail: reason }, 'items were given up: the channel was never told of them');
  };

  return {
    waiting,
    delivered: (deliveries) => {
      unmarked = [...unmarked, ...idsOf(deliveries)];
      mark();
    },
    failed: (deliveries, inMs, reason) => store.deliveries.failed(idsOf(deliveries), clock.now() + inMs, reason),
    giveUp,
    giveUpOld: (failingForMs, reason) => {
      if (failingForMs < failingBeforeGivingUpMs) return;
      const all = waiting();
      giveUp(
        all.filter((delivery) => clock.now() - delivery.createdAt > keepTryingMs),
        all,
        reason,
      );
    },
  };
}

const idsOf = (deliveries: readonly Delivery[]): readonly number[] => deliveries.map(({ id }) => id);

function begunBy({ body }: Delivery): readonly string[] {
  const item = body as Item;
  return item.kind === 'finding' && item.before === null ? [lifeOf(item.group, item.pair, item.finding)] : [];
}

/** The end of something that was never told is not told either. */
function isEndOf({ body }: Delivery, begun: ReadonlySet<string>): boolean {
  const item = body as Item;
  return item.kind === 'finding' && isEnding(item) && begun.has(lifeOf(item.group, item.pair, item.finding));
}
