// Keeps one Alertmanager in step with what fires: all of it when something changed and again before it would run out, each end until it is taken.
import type { Delivery } from '../../store/fleet/store.ts';
import { type Alert, alertsOf, endedBy, identityOf, postableOf } from './alerts.ts';
import { type Answer, answerOf } from './answers.ts';
import type { AlertmanagerAddressee, AlertmanagerChannel } from './channels.ts';
import { type Courier, type CourierParts, requestLimits } from './courier.ts';
import type { Firing } from './firing.ts';
import type { Item } from './items.ts';
import { createLoop } from './loop.ts';
import { createOutbox, waitingMax } from './outbox.ts';
import { backOffMs, createTurns } from './pace.ts';
import { createTrouble } from './trouble.ts';

/** An Alertmanager that was restarted knows no alerts: it learns them again within this. */
export const refreshMs = 60_000;
/** Survives a restart or an upgrade of the collector; what was not sent again by then is over as far as Alertmanager is concerned. */
export const firingForMs = 15 * 60_000;

/** What changes together is sent together. */
const settleMs = 1_000;
/** Some 200 KiB a request with usual texts. */
const alertsMax = 200;
/** As often in a row it refuses what it is sent before that is given up; what fires is sent again all the same. */
const refusalsMax = 4;

export function createAlertmanager(
  parts: CourierParts & { readonly firing: () => Firing },
  addressee: () => AlertmanagerAddressee,
): Courier {
  const { clock } = parts;
  const trouble = createTrouble(parts, addressee);
  const outbox = createOutbox(parts, addressee().key);
  const turns = createTurns(clock.monotonicMs);
  /** What it may hold as firing, and what it was not told the end of, as far as this run of ours knows. */
  let known: ReadonlyMap<string, Alert> = new Map();
  let refusals = 0;
  let dueAt = clock.monotonicMs();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const step = async (): Promise<number> => {
    const now = clock.monotonicMs();
    const waitMs = Math.max(dueAt - now, pausedUntil - now, turns.waitMs(addressee().channel.perMinuteMax));
    if (waitMs > 0) return waitMs;
    turns.take();
    dueAt = now + refreshMs;
    await bringUpToDate(outbox.waiting());
    return 0;
  };

  const bringUpToDate = async (waiting: readonly Delivery[]): Promise<void> => {
    const { channel } = addressee();
    const firing = alertsOf(parts.firing(), channel);
    // An end that waits for what fires again is overtaken by it.
    known = new Map([...ended(known, clock.now()), ...endedIn(waiting, channel), ...firing]);
    const answer = await post(parts, addressee(), [...known.values()]);
    if (answer.kind !== 'taken') return notTaken(answer, waiting);
    trouble.taken();
    refusals = 0;
    known = firing;
    outbox.delivered(waiting);
    if (waiting.length === waitingMax) dueAt = clock.monotonicMs();
  };

  const notTaken = (answer: Exclude<Answer, { kind: 'taken' }>, waiting: readonly Delivery[]): void => {
    trouble.failed(answer.reason);
    refusals = answer.kind === 'refused' ? refusals + 1 : 0;
    const backedOffMs = backOffMs(trouble.failures(), parts.random, refreshMs);
    const waitMs = answer.kind === 'refused' ? refreshMs : Math.max(backedOffMs, answer.retryAfterMs ?? 0);
    dueAt = clock.monotonicMs();
    pausedUntil = dueAt + waitMs;
    if (refusals >= refusalsMax) outbox.giveUp(waiting, waiting, answer.reason);
    else outbox.failed(waiting, waitMs, answer.reason);
    outbox.giveUpOld(trouble.forMs(), answer.reason);
  };

  const loop = createLoop(clock, step, trouble.broke);
  const wake = (): void => {
    dueAt = Math.min(dueAt, clock.monotonicMs() + settleMs);
    loop.wake(settleMs);
  };
  return { start: loop.start, wake, stop: loop.stop, failedCount: trouble.failedCount, trouble: trouble.state };
}

const ended = (known: ReadonlyMap<string, Alert>, now: number): readonly (readonly [string, Alert])[] =>
  [...known].map(([identity, alert]) => [identity, alert.endsAt === null ? { ...alert, endsAt: now } : alert]);

const endedIn = (waiting: readonly Delivery[], channel: AlertmanagerChannel): readonly (readonly [string, Alert])[] =>
  waiting
    .map(({ body }) => endedBy(body as Item, channel))
    .filter((alert) => alert !== null)
    .map((alert) => [identityOf(alert), alert]);

/** An empty list too: a wrong address is found before the day on which something fires. */
async function post(parts: CourierParts, { channel, url, shownUrl }: AlertmanagerAddressee, alerts: readonly Alert[]): Promise<Answer> {
  let worst: Answer = { kind: 'taken' };
  for (let first = 0; first === 0 || first < alerts.length; first += alertsMax) {
    const now = parts.clock.now();
    const answer = await parts.http.send(`${url.replace(/\/$/, '')}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts.slice(first, first + alertsMax).map((alert) => postableOf(alert, now + firingForMs))),
      tokenFile: channel.tokenFile,
      authoritiesFile: channel.authoritiesFile,
      ...requestLimits,
    });
    const meant = answerOf(answer, shownUrl, now);
    if (meant.kind === 'failed') return meant;
    // It takes the good ones of a request of which it refuses some; the other requests have to come to it all the same.
    if (meant.kind === 'refused') worst = meant;
  }
  return worst;
}
