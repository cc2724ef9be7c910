// Tells people what happened: writes it into the outbox with what it tells of, and sends it from there until each channel has it.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import type { HttpClient } from '../http/client.ts';
import { refreshMs } from './alertmanager.ts';
import { type Addressee, addresseesOf } from './channels.ts';
import type { Courier, CourierParts } from './courier.ts';
import { createCouriers, type Served } from './couriers.ts';
import { firingNow, type JudgedGroup } from './firing.ts';
import { additionOf, type Item } from './items.ts';
import type { News } from './news.ts';
import { createOutbox, keepTryingMs } from './outbox.ts';
import { groupWaitMs } from './webhook.ts';

export type { News } from './news.ts';

export interface TellParts {
  readonly config: () => Pick<FleetConfig, 'tell'>;
  readonly store: FleetStore;
  readonly http: Pick<HttpClient, 'send'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How the collector is called in messages. */
  readonly collector: string;
  /** Every group that is judged, configured or discovered, and its pairs. */
  readonly groups: () => readonly JudgedGroup[];
  /** Between 0 and 1: spreads what is tried again. */
  readonly random?: () => number;
}

export interface Tell {
  /** Inside the transaction in which it became so: what is told is exactly what was committed. */
  news(items: readonly News[]): void;
  start(): void;
  /** What is under way ends first, within its time limit. */
  stop(): Promise<void>;
  stats(): readonly ChannelStats[];
  /** For the collector's health: channels that cannot be told. One sentence each. */
  problems(): readonly string[];
}

/** One webhook, or one address of an Alertmanager channel. */
export interface ChannelStats {
  readonly channel: string;
  readonly kind: 'webhook' | 'alertmanager';
  /** Its address as far as it may be said. */
  readonly to: string;
  readonly waiting: number;
  /** Since the history was begun. */
  readonly delivered: number;
  readonly givenUp: number;
  /** Tries, since the start. */
  readonly failed: number;
  /** Null when nothing waits. */
  readonly oldestWaitingMs: number | null;
}

/** A channel that fails for less mends itself more often than not. */
const failingForMs = 5 * 60_000;
/** Channels that a reload brought or took are noticed within this. */
const lookEveryMs = 10_000;
/** What fires is read again after this though no news came: a pair that left the fleet says nothing. */
const firingKeptMs = refreshMs / 2;
/** Channels that are in the fleet file no more, and still have something waiting. */
const strangersEveryMs = 3_600_000;

export function createTell(given: TellParts): Tell {
  const parts: CourierParts = { random: Math.random, ...given };
  const { store, clock } = parts;
  const addressees = (): readonly Addressee[] => addresseesOf(given.config());
  const firing = createKept(clock, firingKeptMs, () => firingNow(store, given.groups()));
  const couriers = createCouriers({ ...parts, firing: firing.get });
  let cancel = (): void => {};
  let strangersSeenAt = Number.NEGATIVE_INFINITY;

  const tick = (): void => {
    couriers.serve(addressees());
    if (clock.monotonicMs() - strangersSeenAt >= strangersEveryMs) {
      strangersSeenAt = clock.monotonicMs();
      giveUpStrangers(parts, addressees());
    }
    cancel = clock.setTimer(lookEveryMs, tick);
  };

  return {
    news: (items) => {
      firing.forget();
      for (const addressee of addressees()) for (const news of endingsFirst(items)) add(parts, addressee, news);
      couriers.wake();
    },
    start: () => tick(),
    stop: async () => {
      cancel();
      await couriers.stop();
    },
    stats: () => {
      const counts = store.deliveries.counts();
      return couriers.all().map((served) => statsOf(parts, served, counts));
    },
    problems: () => couriers.all().flatMap(({ addressee, courier }) => problemsOf(addressee(), courier)),
  };
}

interface Kept<T> {
  get(): T;
  forget(): void;
}

function createKept<T>(clock: Clock, keptMs: number, read: () => T): Kept<T> {
  let kept: { readonly value: T; readonly readAtMs: number } | null = null;
  return {
    get: () => {
      if (kept === null || clock.monotonicMs() - kept.readAtMs > keptMs) kept = { value: read(), readAtMs: clock.monotonicMs() };
      return kept.value;
    },
    forget: () => {
      kept = null;
    },
  };
}

function add({ store, clock }: CourierParts, { key: channel, channel: wishes }: Addressee, news: News): void {
  const { deliveries } = store;
  const addition = additionOf(news, wishes, (prefix) => (deliveries.latest(channel, prefix)?.body ?? null) as Item | null);
  if (addition === null) return;
  const { key, item } = addition;
  const now = clock.now();
  deliveries.add({ channel, key, group: item.group ?? '', createdAt: now, nextAt: now + groupWaitMs, body: item });
}

/** Where another machine took the standby's place, the same finding ends and begins in one moment: a receiver hears of the end first. */
const endingsFirst = (items: readonly News[]): readonly News[] => items.toSorted((a, b) => Number(isEnd(b)) - Number(isEnd(a)));

const isEnd = (news: News): boolean => news.kind === 'finding' && (news.event.kind === 'resolved' || news.event.kind === 'unwatched');

/** A channel that was taken out of the fleet file by mistake has a day to come back. */
function giveUpStrangers(parts: CourierParts, addressees: readonly Addressee[]): void {
  const known = new Set(addressees.map(({ key }) => key));
  for (const { channel, waiting } of parts.store.deliveries.counts()) {
    if (known.has(channel) || waiting === 0) continue;
    createOutbox(parts, channel).giveUpOld(keepTryingMs, 'the fleet file has no such channel any more');
  }
}

type Count = ReturnType<FleetStore['deliveries']['counts']>[number];

function statsOf({ store, clock }: CourierParts, { addressee, courier }: Served, counts: readonly Count[]): ChannelStats {
  const { key, kind, channel, shownUrl } = addressee();
  const { waiting = 0, delivered = 0, givenUp = 0 } = counts.find((count) => count.channel === key) ?? {};
  const [oldest] = store.deliveries.waiting(key, 1);
  const oldestWaitingMs = oldest === undefined ? null : Math.max(clock.now() - oldest.createdAt, 0);
  return { channel: channel.name, kind, to: shownUrl, waiting, delivered, givenUp, failed: courier.failedCount(), oldestWaitingMs };
}

function problemsOf({ channel, shownUrl }: Addressee, courier: Courier): readonly string[] {
  const trouble = courier.trouble();
  if (trouble === null || trouble.forMs <= failingForMs) return [];
  return [
    `channel ${channel.name} has not been told anything at ${shownUrl} since ${new Date(trouble.since).toISOString()}: ${trouble.reason}`,
  ];
}
