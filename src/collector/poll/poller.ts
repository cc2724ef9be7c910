// Asks every node in its turn for what it has not told yet, and keeps what it tells.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import type { HttpClient } from '../http/client.ts';
import type { Target } from '../inventory/roster.ts';
import type { RosterChange } from '../node/memory.ts';
import type { Seen } from '../node/sight.ts';
import type { Nodes } from '../nodes.ts';
import { ask, type Failure } from './ask.ts';
import { backOffMs } from './back-off.ts';
import { createBatch } from './batch.ts';
import { createCalendar } from './calendar.ts';
import { lagMeter } from './lag.ts';
import { createLanes } from './lanes.ts';
import type { Heard } from './plan.ts';
import { createRecorder } from './record.ts';
import { createTicking } from './ticking.ts';

export interface PollerParts {
  readonly nodes: Nodes;
  readonly store: FleetStore;
  readonly http: HttpClient;
  readonly config: () => FleetConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** What was heard of a node is on disk, or is nothing that has to be. `hasRows`: rows, or trouble that came or went. */
  readonly onHeard: (
    key: string,
    heard: { readonly hasRows: boolean; readonly hasDescription: boolean; readonly hasLooks: boolean },
  ) => void;
}

export interface Poller {
  start(): void;
  /** Gives up what is under way, and writes where everything stands. */
  stop(): Promise<void>;
  /** Asks one node, or each, at once, until it has nothing more to tell; resolves when that is kept, or failed. */
  pollNow(key?: string): Promise<void>;
  stats(): PollerStats;
}

export interface PollerStats {
  readonly nodes: number;
  /** Whose last poll failed. */
  readonly failing: number;
  readonly underWay: number;
  readonly due: number;
  readonly catchingUp: number;
  /** Since the start. */
  readonly polls: number;
  readonly failures: number;
  readonly rows: number;
  readonly bytes: number;
  /** From asking to having the answer, of all that were answered. */
  readonly tookMs: number;
  /** How late the next burst is at this moment: of a loop that is blocked, or a timer that ended. */
  readonly lateMs: number;
  /** From when a node was due until it was heard, over the last few thousand polls; null where there was none. */
  readonly lagMs: { readonly p50: number | null; readonly p99: number | null };
  /** Why nothing can be written; null when it can. */
  readonly trouble: string | null;
}

/** So many that are new are asked at once; a whole fleet in its turns. */
const atOnceMax = 500;
const tidyEveryMs = 3_600_000;

export function createPoller(parts: PollerParts): Poller {
  const { nodes, http, config, clock, log } = parts;
  const { desk } = nodes;
  const stopping = new AbortController();
  const moment = () => ({ now: clock.now(), monotonicMs: clock.monotonicMs() });
  const asking = { http, config, moment, signal: stopping.signal };
  const counts = { polls: 0, failures: 0, rows: 0, bytes: 0, tookMs: 0 };
  const lag = lagMeter();
  const dueMs = new Map<string, number>();
  const failing = new Set<Seen>();
  const unsettled = new Set<string>();
  const asked = new Map<string, { readonly done: (() => void)[]; isAgain: boolean }>();
  let tickedMs: number | null = null;

  const calendar = createCalendar(() => config().poll.everyMs);
  const recorder = createRecorder({ ...parts, desk });
  const batch = createBatch<Heard>(clock, (heard) => settle(heard));
  const lanes = createLanes({ clock, concurrency: () => config().poll.concurrency, run: (key) => poll(key), onIdle: batch.flush });

  const poll = async (key: string): Promise<void> => {
    const seen = desk.get(key);
    if (seen === null) return;
    const askedMs = clock.monotonicMs();
    const answer = await ask(asking, seen);
    if (desk.get(key) !== seen) {
      // It left the roster while it was asked: nobody's business any more, but for one that came back under that address.
      dueSoon(key);
      return;
    }
    if (answer.kind === 'failed') {
      if (!answer.isAborted) failed(seen, answer);
      return;
    }
    unsettled.add(key);
    batch.add({ seen, told: answer, askedMs }, answer.bytes);
  };

  const settle = (heard: readonly Heard[]): void => {
    for (const { seen } of heard) unsettled.delete(seen.target.key);
    const known = heard.filter(({ seen }) => desk.get(seen.target.key) === seen);
    for (const { seen } of heard) if (!known.some((one) => one.seen === seen)) dueSoon(seen.target.key);
    for (const [index, { seen, error, hasMore }] of recorder.record(known).entries()) {
      const { told } = known[index]!;
      counts.bytes += told.bytes;
      counts.tookMs += told.waitedMs + told.readMs;
      counts.rows += error === null ? told.page.observations.length : 0;
      // It is not the node's fault: it is asked again in its turn.
      if (error !== null) failed(seen, { kind: 'failed', error, retryAfterMs: config().poll.everyMs, isAborted: false });
      else if (hasMore) more(seen);
      else succeeded(seen);
    }
  };

  /** Not within a poll of it: lanes take no second one of a node until the first has returned. */
  const dueSoon = (key: string): void =>
    void clock.setTimer(0, () => {
      if (desk.get(key) !== null && !stopping.signal.aborted) due(key);
    });

  const more = (seen: Seen): void => {
    counts.polls++;
    noted(seen, 0, null, 0);
    lanes.add(seen.target.key, 'catching-up');
  };

  const succeeded = (seen: Seen): void => {
    const { key } = seen.target;
    failing.delete(seen);
    if (seen.failureLogged !== null) log.info({ target: key }, 'a node is polled again');
    seen.failureLogged = null;
    counts.polls++;
    calendar.inTurn(key);
    noted(seen, 0, null, calendar.untilMs(key) ?? 0);
    ended(key);
  };

  const failed = (seen: Seen, { error, retryAfterMs }: Failure): void => {
    const { key } = seen.target;
    const failures = seen.poll.failures + 1;
    failing.add(seen);
    // Once for each reason, not with every attempt.
    if (seen.failureLogged !== error) log.warn({ target: key, detail: error }, 'a node could not be polled');
    seen.failureLogged = error;
    counts.polls++;
    counts.failures++;
    calendar.after(key, backOffMs({ failures, everyMs: config().poll.everyMs, retryAfterMs, random: Math.random() }));
    noted(seen, failures, error, calendar.untilMs(key) ?? 0);
    ended(key);
  };

  const noted = (seen: Seen, failures: number, error: string | null, untilMs: number): void => {
    const at = clock.now();
    seen.poll = { at, failures, error, nextAt: Math.round(at + untilMs) };
  };

  /** It has nothing more to tell for now. */
  const ended = (key: string): void => {
    const since = dueMs.get(key);
    if (since !== undefined) lag.add(clock.monotonicMs() - since);
    dueMs.delete(key);
    const waiting = asked.get(key);
    if (waiting === undefined) return;
    if (waiting.isAgain) {
      waiting.isAgain = false;
      dueSoon(key);
      return;
    }
    asked.delete(key);
    for (const done of waiting.done) done();
  };

  const due = (key: string): void => {
    calendar.remove(key);
    dueMs.set(key, clock.monotonicMs());
    lanes.add(key, 'due');
  };

  /** An answer to a question that was asked before does not count. */
  const now = (key: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const isBusy = lanes.isBusy(key) || unsettled.has(key);
    asked.set(key, { done: [...(asked.get(key)?.done ?? []), resolve], isAgain: isBusy });
    if (!isBusy) due(key);
    return promise;
  };

  const begin = (seens: readonly Seen[]): void => {
    for (const { target } of seens)
      if (seens.length <= atOnceMax) due(target.key);
      else calendar.inTurn(target.key);
  };

  const forget = ({ key, contact }: Target): void => {
    calendar.remove(key);
    lanes.remove(key);
    dueMs.delete(key);
    http.forget(contact);
    for (const done of asked.get(key)?.done ?? []) done();
    asked.delete(key);
  };

  const follow = ({ added, gone, changed }: RosterChange): void => {
    for (const seen of failing) if (desk.get(seen.target.key) !== seen) failing.delete(seen);
    for (const target of gone) forget(target);
    for (const { seen, before } of changed) {
      http.forget(before.contact);
      void now(seen.target.key);
    }
    begin(added);
  };

  const ticking = createTicking(clock, calendar.burstMs, () => {
    tickedMs = clock.monotonicMs();
    for (const key of calendar.tick()) due(key);
    recorder.noticeSilence(failing);
    recorder.endClones();
  });
  const tidying = createTicking(clock, () => tidyEveryMs, desk.tidy);

  return {
    start: () => {
      begin([...desk.all()]);
      desk.watch(follow);
      tickedMs = clock.monotonicMs();
      ticking.start();
      tidying.start();
    },
    stop: async () => {
      ticking.stop();
      tidying.stop();
      stopping.abort();
      await lanes.stop();
      // What was answered is kept; what was not is asked for again after the next start.
      batch.flush();
      recorder.keepAll();
      for (const { done } of asked.values()) for (const one of done) one();
      asked.clear();
    },
    pollNow: async (key) => {
      const keys = key === undefined ? [...desk.all()].map(({ target }) => target.key) : desk.get(key) === null ? [] : [key];
      await Promise.all(keys.map(now));
    },
    stats: () => ({
      ...counts,
      ...lanes.counts(),
      nodes: [...desk.all()].length,
      failing: failing.size,
      lateMs: tickedMs === null ? 0 : Math.max(0, clock.monotonicMs() - tickedMs - calendar.burstMs()),
      lagMs: { p50: lag.quantile(0.5), p99: lag.quantile(0.99) },
      trouble: recorder.trouble(),
    }),
  };
}
