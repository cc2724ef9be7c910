// Tells one webhook what waits for it: one group a request, in order, again until it is taken or given up.
import { readFileSync, statSync } from 'node:fs';
import type { Delivery } from '../../store/fleet/store.ts';
import { type Answer, answerOf } from './answers.ts';
import type { WebhookAddressee } from './channels.ts';
import { type Courier, type CourierParts, requestLimits } from './courier.ts';
import { createLoop } from './loop.ts';
import { createOutbox } from './outbox.ts';
import { backOffMs, createTurns } from './pace.ts';
import { signatureOf } from './signature.ts';
import { createTrouble } from './trouble.ts';
import { type Letter, letterOf } from './webhook-body.ts';

/** What becomes known of a group within this is told in one message. */
export const groupWaitMs = 10_000;

const itemsMax = 100;
const failureWaitMsMax = 600_000;
/** Waits between tries of what is refused; after the last of them it is given up. An hour is for somebody to mend the address or the token. */
const refusalWaitsMs = [60_000, 600_000, 3_600_000] as const;
/** A time further ahead than any wait of ours was written before the clock was set back. */
const aheadMsMax = 2 * 3_600_000;

/** `addressee` is asked each time: a reload changes it under way. */
export function createWebhook(parts: CourierParts, addressee: () => WebhookAddressee): Courier {
  const { clock } = parts;
  const trouble = createTrouble(parts, addressee);
  const outbox = createOutbox(parts, addressee().key);
  const turns = createTurns(clock.monotonicMs);
  const refusals = new Map<string, number>();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const step = async (): Promise<number> => {
    const waiting = outbox.waiting();
    const next = firstDue(waiting, clock.now());
    if (next === null) return Number.POSITIVE_INFINITY;
    const waitMs = Math.max(next.inMs, pausedUntil - clock.monotonicMs(), turns.waitMs(addressee().channel.perMinuteMax));
    if (waitMs > 0) return waitMs;
    turns.take();
    await tell(next.group, waiting);
    return 0;
  };

  const tell = async (group: string, waiting: readonly Delivery[]): Promise<void> => {
    const ofGroup = waiting.filter((delivery) => delivery.group === group);
    // One of them may be what is refused: alone it does not take the others with it.
    const letter = letterOf(headingOf(parts, group), ofGroup, refusals.has(group) ? 1 : itemsMax);
    const answer = await send(parts, addressee(), letter);
    if (answer.kind === 'taken') {
      trouble.taken();
      refusals.delete(group);
      outbox.delivered(letter.deliveries);
      return;
    }
    trouble.failed(answer.reason);
    if (answer.kind === 'refused') return refuse(group, letter, waiting, answer.reason);
    refusals.delete(group);
    const waitMs = Math.max(backOffMs(trouble.failures(), parts.random, failureWaitMsMax), answer.retryAfterMs ?? 0);
    pausedUntil = clock.monotonicMs() + waitMs;
    outbox.failed(letter.deliveries, waitMs, answer.reason);
    outbox.giveUpOld(trouble.forMs(), answer.reason);
  };

  const refuse = (group: string, letter: Letter, waiting: readonly Delivery[], reason: string): void => {
    const count = refusals.get(group) ?? 0;
    const waitMs = refusalWaitsMs[count];
    if (waitMs !== undefined) {
      refusals.set(group, count + 1);
      outbox.failed(letter.deliveries, waitMs, reason);
    } else {
      refusals.delete(group);
      outbox.giveUp(letter.deliveries, waiting, reason);
    }
    outbox.giveUpOld(trouble.forMs(), reason);
  };

  const loop = createLoop(clock, step, trouble.broke);
  return { start: loop.start, wake: () => loop.wake(0), stop: loop.stop, failedCount: trouble.failedCount, trouble: trouble.state };
}

/** The group whose turn it is, and when; null where nothing waits. Order is kept within a group: its oldest item says when. */
function firstDue(waiting: readonly Delivery[], now: number): { readonly group: string; readonly inMs: number } | null {
  const heads = new Map<string, Delivery>();
  for (const delivery of waiting) if (!heads.has(delivery.group)) heads.set(delivery.group, delivery);
  const [first] = [...heads.values()].sort((a, b) => a.nextAt - b.nextAt);
  if (first === undefined) return null;
  const inMs = first.nextAt - now;
  return { group: first.group, inMs: inMs > aheadMsMax ? 0 : inMs };
}

function headingOf({ store, clock, collector }: CourierParts, group: string) {
  const span = group === '' ? null : store.verdicts.latest({ group, pair: null });
  return {
    at: clock.now(),
    collector: { name: collector, instance: store.instanceId },
    group: group === '' ? null : group,
    verdict: span === null ? null : { now: span.verdict, since: span.from, confirmedAt: span.until },
  };
}

async function send(parts: CourierParts, { channel, url, shownUrl }: WebhookAddressee, letter: Letter): Promise<Answer> {
  const signed = signatureHeader(channel.secretFile, letter.body, parts.clock.now());
  if (signed.kind === 'failed') return signed;
  const answer = await parts.http.send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'understudy-delivery': letter.id, ...signed.headers },
    body: letter.body,
    tokenFile: channel.tokenFile,
    authoritiesFile: channel.authoritiesFile,
    ...requestLimits,
  });
  return answerOf(answer, shownUrl, parts.clock.now());
}

type Signed = { readonly kind: 'signed'; readonly headers: Readonly<Record<string, string>> } | Extract<Answer, { kind: 'failed' }>;

/** A key is some dozens of bytes; whatever is larger was named by mistake. */
const secretBytesMax = 4_096;

/** The file is read each time, so that a renewed secret is used. Without it nothing is sent: unsigned, a receiver would have to believe it. */
function signatureHeader(file: string | null, body: string, now: number): Signed {
  if (file === null) return { kind: 'signed', headers: {} };
  const failed = (what: string): Signed => ({ kind: 'failed', reason: `the secret file ${file} ${what}`, retryAfterMs: null });
  try {
    if (statSync(file).size > secretBytesMax) return failed(`is larger than ${secretBytesMax} bytes`);
    const secret = readFileSync(file, 'utf8').trim();
    return secret === '' ? failed('is empty') : { kind: 'signed', headers: { 'understudy-signature': signatureOf(secret, body, now) } };
  } catch (error) {
    return failed(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}
