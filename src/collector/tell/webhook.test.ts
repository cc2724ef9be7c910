// What a receiver of webhooks gets, and when: grouped, in order, signed, again until it takes it or is given up.
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/agent.ts';
import { became, resolvedAt, standing, verdictBecame, webhookChannel } from '../../../test/support/fleet-news.ts';
import { type Telling, telling } from '../../../test/support/telling.ts';
import { type WebhookReceiver, webhookReceiver } from '../../../test/support/webhook-receiver.ts';
import type { ChannelConfig } from '../../config/fleet-config.ts';
import type { WebhookItem } from './webhook-body.ts';

const t0 = fakeClock().now();
const minute = 60_000;
const hour = 60 * minute;

interface Scene extends Telling {
  readonly receiver: WebhookReceiver;
}

async function scene(more: Partial<Extract<ChannelConfig, { kind: 'webhook' }>> = {}): Promise<Scene> {
  let now = (): number => 0;
  const receiver = await webhookReceiver(() => now());
  const one = telling([webhookChannel(receiver.url, more)]);
  now = one.clock.now;
  return { ...one, receiver };
}

const finding = (id: string, more: object = {}) => standing(t0, { id, subject: id, ...more });
const opens = (id: string, where: { readonly group?: string; readonly pair?: string } = {}) => became('opened', t0, finding(id), where);

/** What each request said, as `opened a` or `not-ready`. */
const saidIn = ({ receiver }: Scene): readonly (readonly string[])[] => receiver.received.map(({ message }) => message.items.map(wordOf));

function wordOf(item: WebhookItem): string {
  switch (item.kind) {
    case 'finding':
      return `${item.event} ${item.finding.subject}`;
    case 'verdict':
      return item.to;
    case 'node':
      return item.event;
  }
}

const timesOf = ({ receiver }: Scene): readonly number[] => receiver.received.map(({ at }) => Math.round((at - t0) / 1_000));

describe('the message', () => {
  it('says what was found, since when, what mends it, and how its group stands now', async () => {
    const one = await scene();
    one.happens(verdictBecame(null, 'not-ready', t0 - hour), became('opened', t0, standing(t0 - minute)));
    one.happens(verdictBecame('not-ready', 'degraded', t0));
    await one.pass(10_000);
    const [got] = one.receiver.received;
    expect(got!.headers['content-type']).toBe('application/json');
    expect(got!.message).toEqual({
      format: 'understudy-webhook/1',
      id: got!.headers['understudy-delivery'],
      at: t0 + 10_000,
      collector: { name: 'collector-fra', instance: one.store().instanceId },
      group: 'billing',
      verdict: { now: 'degraded', since: t0, confirmedAt: t0 },
      links: { group: '/v1/groups/billing' },
      items: [
        { id: expect.any(String), at: t0 - hour, kind: 'verdict', from: null, to: 'not-ready', counts: expect.any(Object) },
        {
          id: expect.any(String),
          at: t0,
          kind: 'finding',
          event: 'opened',
          pair: 'app1',
          isOpen: true,
          severityBefore: null,
          detail: '',
          finding: {
            id: 'kernel-1',
            code: 'kernel/behind-primary',
            gap: 'kernel',
            severity: 'warning',
            check: 'kernel',
            title: 'The kernel on the standby is older than its primary’s',
            subject: 'kernel',
            expected: '5.15.0-9',
            actual: '5.15.0-1',
            remedy: '$ dnf update kernel-uek',
            since: t0 - minute,
            openedAt: t0 - minute,
            resolvedAt: null,
            reopenedCount: 0,
            isUnconfirmed: false,
            waiver: null,
            foldedUnder: null,
          },
          links: { pair: '/v1/pairs/billing/app1', findings: '/v1/findings?group=billing&pair=app1' },
        },
        { id: expect.any(String), at: t0, kind: 'verdict', from: 'not-ready', to: 'degraded', counts: expect.any(Object) },
      ],
    });
  });

  it('is signed so that a receiver can check it by itself', async () => {
    const one = await scene();
    const secretFile = join(one.folder, 'webhook.secret');
    writeFileSync(secretFile, 'hush, little one\n');
    one.configure([webhookChannel(one.receiver.url, { secretFile })]);
    one.happens(opens('a'));
    await one.pass(20_000);
    const [got] = one.receiver.received;
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got!.headers['understudy-signature'])) ?? [];
    expect(Number(seconds)).toBe(Math.floor(got!.at / 1_000));
    expect(signature).toBe(createHmac('sha256', 'hush, little one').update(`${seconds}.${got!.body}`).digest('hex'));
  });

  it('is signed with the secret as it is when it is sent', async () => {
    const one = await scene();
    const secretFile = join(one.folder, 'webhook.secret');
    one.configure([webhookChannel(one.receiver.url, { secretFile })]);
    writeFileSync(secretFile, 'old');
    await one.pass(10_000);
    one.happens(opens('a'));
    writeFileSync(secretFile, 'new');
    await one.pass(10_000);
    const [got] = one.receiver.received;
    const [, seconds, signature] = /^t=(\d+),v1=(.+)$/.exec(String(got!.headers['understudy-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', 'new').update(`${seconds}.${got!.body}`).digest('hex'));
  });

  it('never leaves unsigned where it is to be signed: it waits for the secret', async () => {
    const one = await scene();
    const secretFile = join(one.folder, 'webhook.secret');
    one.configure([webhookChannel(one.receiver.url, { secretFile })]);
    await one.pass(10_000);
    one.happens(opens('a'));
    await one.pass(minute);
    expect(one.receiver.received).toEqual([]);
    expect(one.log.said.map(({ fields }) => fields.detail)).toContain(`the secret file ${secretFile} cannot be read: ENOENT`);
    writeFileSync(secretFile, 'late');
    await one.pass(2 * minute);
    expect(saidIn(one)).toEqual([['opened a']]);
  });

  it.each([
    ['is empty', '  \n'],
    ['is larger than 4096 bytes', 'x'.repeat(5_000)],
  ])('is not signed with a file that %s', async (what, text) => {
    const one = await scene();
    const secretFile = join(one.folder, 'webhook.secret');
    writeFileSync(secretFile, text);
    one.configure([webhookChannel(one.receiver.url, { secretFile })]);
    await one.pass(10_000);
    one.happens(opens('a'));
    await one.pass(minute);
    expect(one.receiver.received).toEqual([]);
    expect(one.log.said.map(({ fields }) => fields.detail)).toContain(`the secret file ${secretFile} ${what}`);
  });

  it('is bounded: what finds no room comes in the next one', async () => {
    const one = await scene();
    const large = 'ä'.repeat(2_000);
    one.happens(...Array.from({ length: 250 }, (_, n) => became('opened', t0, finding(`f${n}`, { expected: large, actual: large }))));
    await one.pass(minute);
    for (const { body } of one.receiver.received) expect(Buffer.byteLength(body)).toBeLessThan(260 * 1_024);
    expect(saidIn(one).flat()).toEqual(Array.from({ length: 250 }, (_, n) => `opened f${n}`));
  });
});

describe('what happens together', () => {
  it('in one group is told in one request, ten seconds after the first of it', async () => {
    const one = await scene();
    one.happens(opens('a'));
    await one.pass(4_000);
    one.happens(opens('b', { pair: 'app2' }));
    await one.pass(4_000);
    one.happens(verdictBecame('ready', 'degraded', t0 + 8_000));
    await one.pass(minute);
    expect(saidIn(one)).toEqual([['opened a', 'opened b', 'degraded']]);
    expect(timesOf(one)).toEqual([10]);
  });

  it('in two groups is told in two requests', async () => {
    const one = await scene();
    one.happens(opens('a'), opens('b', { group: 'payroll' }), opens('c'));
    await one.pass(minute);
    expect(one.receiver.received.map(({ message }) => message.group)).toEqual(['billing', 'payroll']);
    expect(saidIn(one)).toEqual([['opened a', 'opened c'], ['opened b']]);
  });

  it('and more often than the channel wants is grouped, not lost', async () => {
    const one = await scene({ perMinuteMax: 2 });
    for (let n = 0; n < 12; n++) {
      one.happens(opens(`f${n}`));
      await one.pass(10_000);
    }
    await one.pass(2 * minute);
    expect(saidIn(one).flat()).toEqual(Array.from({ length: 12 }, (_, n) => `opened f${n}`));
    const times = timesOf(one);
    expect(times.filter((at) => times.filter((other) => other <= at && other > at - 60).length > 2)).toEqual([]);
  });
});

describe('a receiver that fails', () => {
  it('is asked again, later each time, until it takes it', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: one.receiver.received.length < 5 ? 503 : 200 }));
    one.happens(opens('a'));
    await one.pass(10 * minute);
    // Chance is held at its latest: 5, 10, 20, 40 and 80 seconds after one another.
    expect(timesOf(one)).toEqual([10, 15, 25, 45, 85, 165]);
    expect(new Set(one.receiver.received.map(({ message }) => message.id)).size).toBe(1);
    expect(one.tell().stats()).toMatchObject([{ channel: 'ops', waiting: 0, delivered: 1, failed: 5, givenUp: 0, oldestWaitingMs: null }]);
  });

  it('holds up its own channel only', async () => {
    const one = await scene();
    const other = await webhookReceiver(one.clock.now);
    one.receiver.reply(() => ({ status: 500 }));
    one.configure([webhookChannel(one.receiver.url), webhookChannel(other.url, { name: 'other' })]);
    await one.pass(10_000);
    one.happens(opens('a'));
    await one.pass(20_000);
    expect(other.items()).toHaveLength(1);
  });

  it('gets what came meanwhile in order, with what waited first', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: one.receiver.received.length < 3 ? 502 : 200 }));
    one.happens(opens('a'));
    await one.pass(12_000);
    one.happens(opens('b'));
    await one.pass(12_000);
    one.happens(became('resolved', t0 + 24_000, resolvedAt(t0 + 24_000, finding('a'))));
    await one.pass(5 * minute);
    expect(saidIn(one)).toEqual([
      ['opened a'],
      ['opened a', 'opened b'],
      ['opened a', 'opened b', 'resolved a'],
      ['opened a', 'opened b', 'resolved a'],
    ]);
  });

  it('is left alone for as long as it asks, and for an hour at most', async () => {
    const one = await scene();
    const waits = ['120', new Date(t0 + 10 * minute).toUTCString(), '999999999', 'soon'];
    one.receiver.reply(() => ({ status: 429, headers: { 'retry-after': waits[one.receiver.received.length] ?? '0' } }));
    one.happens(opens('a'));
    await one.pass(2 * hour, 10_000);
    expect(timesOf(one).slice(0, 4)).toEqual([10, 130, 600, 4_200]);
  });

  it('is left alone over a restart too', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: 503, headers: { 'retry-after': '600' } }));
    one.happens(opens('a'));
    await one.pass(minute);
    await one.restart();
    await one.pass(20 * minute, 10_000);
    expect(timesOf(one).slice(0, 2)).toEqual([10, 610]);
  });

  it('is not left alone for longer because the clock was set back', async () => {
    const one = await scene();
    one.happens(opens('a'));
    await one.pass(5_000);
    one.clock.jump(-30 * 24 * hour);
    await one.pass(2 * minute);
    expect(saidIn(one)).toEqual([['opened a']]);
  });

  it('is said once when it begins and once when it ends', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: one.receiver.received.length < 6 ? 500 : 200 }));
    one.happens(opens('a'));
    await one.pass(10 * minute);
    const said = one.log.said.filter(({ level }) => level !== 'debug').map(({ level, message }) => [level, message]);
    expect(said).toEqual([
      ['warn', 'a channel could not be told'],
      ['info', 'a channel is told again'],
    ]);
  });

  it('for more than five minutes is a problem of the collector until it takes something', async () => {
    const one = await scene();
    let status = 500;
    one.receiver.reply(() => ({ status }));
    one.happens(opens('a'));
    await one.pass(5 * minute);
    expect(one.tell().problems()).toEqual([]);
    await one.pass(minute);
    const origin = new URL(one.receiver.url).origin;
    expect(one.tell().problems()).toEqual([
      `channel ops has not been told anything at ${origin} since ${new Date(t0 + 10_000).toISOString()}: ${origin} answered with status 500`,
    ]);
    expect(one.tell().stats()).toMatchObject([{ to: origin, waiting: 1, oldestWaitingMs: 6 * minute }]);
    status = 200;
    await one.pass(10 * minute);
    expect(one.tell().problems()).toEqual([]);
  });

  it('for a day is given up, loudly', async () => {
    const one = await scene();
    let status = 500;
    one.receiver.reply(() => ({ status }));
    one.happens(opens('a'));
    await one.pass(23 * hour, 10 * minute);
    one.happens(opens('b'));
    await one.pass(2 * hour, 10 * minute);
    expect(one.log.said.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { channel: 'ops', items: 1, groups: ['billing'] }, message: 'items were given up: the channel was never told of them' },
    ]);
    expect(one.tell().stats()).toMatchObject([{ waiting: 1, givenUp: 1 }]);
    status = 200;
    await one.pass(hour, 10 * minute);
    expect(one.receiver.items()).toMatchObject([{ event: 'opened', finding: { id: 'b' } }]);
  });

  it('is not told the end of what it was never told', async () => {
    const one = await scene();
    let status = 500;
    one.receiver.reply(() => ({ status }));
    one.happens(opens('a'));
    await one.pass(23 * hour, 10 * minute);
    one.happens(became('resolved', t0 + 23 * hour, resolvedAt(t0 + 23 * hour, finding('a'))), opens('b'));
    await one.pass(2 * hour, 10 * minute);
    status = 200;
    await one.pass(hour, 10 * minute);
    expect(one.receiver.items()).toMatchObject([{ event: 'opened', finding: { id: 'b' } }]);
  });

  it('is told late rather than never what waited while the collector was off', async () => {
    const one = await scene();
    one.happens(opens('a'));
    await one.restart();
    one.clock.jump(72 * hour);
    one.receiver.reply(() => ({ status: one.receiver.received.length < 2 ? 500 : 200 }));
    await one.pass(minute);
    expect(one.receiver.items()).toMatchObject([{ event: 'opened', finding: { id: 'a' } }]);
  });
});

describe('a receiver that refuses', () => {
  it('is asked four times in more than an hour, then what it refuses is given up', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: 401 }));
    one.happens(opens('a'));
    await one.pass(2 * hour, 10_000);
    await one.pass(10 * hour, 10 * minute);
    expect(timesOf(one)).toEqual([10, 70, 670, 4_270]);
    expect(one.log.said.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { items: 1 } }]);
    expect(one.tell().stats()).toMatchObject([{ waiting: 0, delivered: 0, failed: 4, givenUp: 1 }]);
    expect(one.tell().problems()).toHaveLength(1);
  });

  it('loses the one item that it refuses, and none beside it', async () => {
    const one = await scene();
    one.receiver.reply(({ items }) => ({ status: JSON.stringify(items).includes('poison') ? 400 : 200 }));
    one.happens(opens('a'), opens('poison'), opens('b'), opens('c', { group: 'payroll' }));
    await one.pass(3 * hour, minute);
    expect(one.receiver.items().map((item) => (item.kind === 'finding' ? item.finding.id : null))).toEqual(['c', 'a', 'b']);
    expect(one.tell().stats()).toMatchObject([{ waiting: 0, delivered: 3, givenUp: 1 }]);
  });

  it('one message of a group takes the next ones together again', async () => {
    const one = await scene();
    one.receiver.reply(() => ({ status: one.receiver.received.length === 0 ? 400 : 200 }));
    one.happens(opens('a'), opens('b'), opens('c'));
    await one.pass(2 * minute);
    expect(saidIn(one)).toEqual([['opened a', 'opened b', 'opened c'], ['opened a'], ['opened b', 'opened c']]);
  });

  it.each([408, 425, 429])('with %i has only failed', async (status) => {
    const one = await scene();
    one.receiver.reply(() => ({ status }));
    one.happens(opens('a'));
    await one.pass(minute);
    expect(timesOf(one)).toEqual([10, 15, 25, 45]);
  });

  it('by sending elsewhere is not followed', async () => {
    const one = await scene();
    const elsewhere = await webhookReceiver();
    one.receiver.reply(() => ({ status: 307, headers: { location: elsewhere.url } }));
    one.happens(opens('a'));
    await one.pass(minute);
    expect([one.receiver.received.length, elsewhere.received.length]).toEqual([1, 0]);
  });
});

describe('over a restart', () => {
  it('what waited is told, and what was told is not told again', async () => {
    const one = await scene();
    one.happens(opens('a'));
    await one.pass(minute);
    one.happens(opens('b'));
    await one.restart();
    await one.restart();
    await one.pass(minute);
    expect(saidIn(one)).toEqual([['opened a'], ['opened b']]);
  });

  it('what was taken and could not be marked any more comes again under the same id', async () => {
    const one = await scene();
    one.happens(opens('a'));
    // The answer comes when the history is closed: to it, that was never sent.
    const closed = one.store().deliveries;
    one.receiver.reply(() => {
      one.store().close();
      return { status: 200 };
    });
    await one.pass(12_000);
    expect(() => closed.waiting('ops', 1)).toThrow();
    expect(one.log.said).toMatchObject([
      { level: 'warn', fields: { detail: expect.stringContaining('its outbox cannot be read or written') } },
    ]);
    one.receiver.reply(() => ({ status: 200 }));
    await one.restart();
    await one.pass(minute);
    const [first, second] = one.receiver.received;
    expect(one.receiver.received).toHaveLength(2);
    expect(second!.message.items).toEqual(first!.message.items);
    expect(second!.headers['understudy-delivery']).toBe(first!.headers['understudy-delivery']);
    expect(one.receiver.items()).toHaveLength(1);
  });

  it('what was taken and cannot be marked for now is not sent again meanwhile', async () => {
    const one = await scene();
    one.happens(opens('a'));
    const { deliveries } = one.store();
    const lock = new Database(join(one.folder, 'collector.db'));
    one.receiver.reply(() => {
      lock.exec('BEGIN IMMEDIATE');
      return { status: 200 };
    });
    await one.pass(90_000, 10_000);
    lock.exec('ROLLBACK');
    lock.close();
    expect(deliveries.waiting('ops', 10)).toHaveLength(1);
    await one.pass(2 * minute, 10_000);
    expect(deliveries.waiting('ops', 10)).toHaveLength(0);
    expect(one.receiver.received).toHaveLength(1);
  });
});

describe('a reload', () => {
  it('that brings a channel tells it what happens from then on', async () => {
    const one = await scene();
    const other = await webhookReceiver(one.clock.now);
    one.happens(opens('a'));
    one.configure([webhookChannel(one.receiver.url), webhookChannel(other.url, { name: 'other' })]);
    one.happens(opens('b'));
    await one.pass(minute);
    expect(other.items()).toMatchObject([{ finding: { id: 'b' } }]);
  });

  it('that gives a channel another address tells what waits there', async () => {
    const one = await scene();
    const other = await webhookReceiver(one.clock.now);
    one.receiver.reply(() => ({ status: 500 }));
    one.happens(opens('a'));
    await one.pass(minute);
    one.configure([webhookChannel(other.url)]);
    await one.pass(2 * minute);
    expect(other.items()).toMatchObject([{ finding: { id: 'a' } }]);
  });

  it('that takes a channel away ends its messages; after a day what waits for it is given up', async () => {
    const one = await scene();
    one.happens(opens('a'));
    one.configure([]);
    await one.pass(23 * hour, 10 * minute);
    expect(one.receiver.received).toEqual([]);
    expect(one.store().deliveries.counts()).toMatchObject([{ channel: 'ops', waiting: 1 }]);
    await one.pass(3 * hour, 10 * minute);
    expect(one.store().deliveries.counts()).toMatchObject([{ channel: 'ops', waiting: 0, givenUp: 1 }]);
    expect(one.log.said).toMatchObject([{ level: 'error', fields: { detail: 'the fleet file has no such channel any more' } }]);
  });
});

it('no secret is in a log, a message, a problem or the outbox', async () => {
  const one = await scene();
  const secrets = ['s3cret-of-the-webhook', 's3cret-token', 's3cret-path', 's3cret-query'];
  const [secretFile, tokenFile] = [join(one.folder, 'webhook.secret'), join(one.folder, 'token')];
  writeFileSync(secretFile, secrets[0]!);
  writeFileSync(tokenFile, secrets[1]!);
  const url = `${one.receiver.url}/${secrets[2]}?key=${secrets[3]}`;
  one.configure([
    webhookChannel(url, { secretFile, tokenFile }),
    webhookChannel(`http://127.0.0.1:1/${secrets[2]}?${secrets[3]}`, { name: 'down' }),
  ]);
  await one.pass(10_000);
  let status = 500;
  one.receiver.reply(() => ({ status }));
  one.happens(opens('a'));
  await one.pass(5 * minute);
  status = 403;
  await one.pass(6 * hour, 10 * minute);
  const [got] = one.receiver.received;
  expect(got!.path).toContain(secrets[2]);
  expect(got!.headers.authorization).toBe(`Bearer ${secrets[1]}`);
  const waiting = ['ops', 'down'].map((channel) => one.store().deliveries.waiting(channel, 100));
  const trace = JSON.stringify([
    one.log.said,
    one.receiver.received.map(({ body }) => body),
    one.tell().problems(),
    one.tell().stats(),
    waiting,
  ]);
  expect(trace).toContain('answered with status 403');
  expect(secrets.filter((secret) => trace.includes(secret))).toEqual([]);
});
