// What a page that watches hears: that something changed, when it did, and nothing when it did not.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LiveEvent } from '../../src/contract/live.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, type ServedCollector, see, serveCollector, servePair, serveTwoGroups } from '../support/collector.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Listening {
  /** What was heard so far. */
  readonly events: readonly LiveEvent[];
  /** Resolves when the stream is over. */
  readonly over: Promise<void>;
  until(fits: (event: LiveEvent) => boolean): Promise<LiveEvent>;
}

/** As a page listens: with fetch. */
async function listen(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const response = await fetch(`${url}/v1/events`, { headers, signal: ending.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const events: LiveEvent[] = [];
  const waiting = new Set<() => void>();
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop()!;
      events.push(...parts.map(eventIn));
      for (const call of waiting) call();
    }
  };
  const over = read().catch(() => {});
  return {
    events,
    over,
    until: (fits) => {
      const { promise, resolve } = Promise.withResolvers<LiveEvent>();
      const look = (): void => {
        const found = events.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      return promise;
    },
  };
}

function eventIn(part: string): LiveEvent {
  const [, name, data] = /^event: (\S+)\ndata: (.+)$/.exec(part)!;
  const event = JSON.parse(data!) as LiveEvent;
  expect(event.kind).toBe(name);
  return event;
}

const isChanged = (event: LiveEvent): boolean => event.kind === 'changed';
const heardOf = (group: string) => (event: LiveEvent) => event.kind === 'changed' && event.groups.includes(group);

/** What changes within a settling time comes as one; a little more than that later all is said. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

describe('a page that listens', () => {
  test('is greeted, hears that a group changed when a finding opened, and of no other group', async () => {
    const served = await serveTwoGroups();
    const { events, until } = await listen(served.url);
    await settled();
    expect(events).toMatchObject([{ kind: 'hello' }]);
    await see(served.app2.primary, 9);
    await served.lookAround();
    expect(await until(isChanged)).toMatchObject({ groups: ['crm'] });
  });

  test('hears nothing of polls and looks that show the same', async () => {
    const served = await serveTwoGroups();
    const { events } = await listen(served.url);
    for (let n = 0; n < 3; n++) {
      await served.app1.standby.agent.agent.lookNow('levels');
      await served.app1.primary.agent.agent.lookNow('levels');
      await served.lookAround();
      await settled();
    }
    expect(events.filter(isChanged)).toEqual([]);
  });

  test('hears of a waiver, of its end, and of both as one when they come together', async () => {
    const served = await serveTwoGroups();
    const [finding] = (await got(served, '/v1/findings?group=billing')).findings;
    const { events, until } = await listen(served.url);
    const body = { group: 'billing', pair: 'app1', finding: finding.id, author: 'Ada', reason: 'known', until: Date.now() + 60_000 };
    const { json: waiver } = await ask(`${served.url}/v1/waivers`, { method: 'POST', body });
    await until(heardOf('billing'));
    const heard = events.length;
    await ask(`${served.url}/v1/waivers/${waiver.id}/end`, { method: 'POST', body: {} });
    await ask(`${served.url}/v1/waivers`, { method: 'POST', body });
    await settled();
    expect(events.slice(heard)).toMatchObject([{ kind: 'changed', groups: ['billing'] }]);
  });

  test('hears that a pair is in the fleet no more', async () => {
    const served = await serveTwoGroups();
    const { until } = await listen(served.url);
    const { collector, config } = served;
    await collector.reload({ ...config, groups: config.groups.filter(({ name }) => name === 'crm') });
    expect(await until(heardOf('billing'))).toBeDefined();
  });
});

describe('a stream ends', () => {
  test('with the doors, at once and not after a grace', async () => {
    const served = await serveCollector();
    const { over, until } = await listen(served.url);
    await until(({ kind }) => kind === 'hello');
    const before = performance.now();
    await served.doors.close();
    await over;
    // Doors give what is being answered two seconds.
    expect(performance.now() - before).toBeLessThan(1_500);
  });

  test('with the credential that it was asked with', async () => {
    const token = { name: 'page', sha256: sha256('page-token'), rights: ['read' as const] };
    const access = { tokens: [token], clients: [], localRights: [], requestsPerMinute: 60_000 };
    const served = await serveCollector({ config: { access } });
    const { events, over } = await listen(served.url, { authorization: 'Bearer page-token' });
    await served.collector.reload({ ...served.collector.config(), access: { ...access, tokens: [] } });
    served.collector.live.changed(['billing']);
    await over;
    expect(events.filter(isChanged)).toEqual([]);
  });

  test('when nobody reads it, however much changes, and holds up nobody else', async () => {
    const served = await serveCollector();
    const stuck = await listenWithoutReading(served);
    const { until } = await listen(served.url);
    const names = Array.from({ length: 2_000 }, (_, n) => `group-${n}-${'x'.repeat(180)}`);
    for (let n = 0; !stuck.isCut() && n < 60; n++) {
      served.collector.live.changed(names);
      await settled();
    }
    expect(stuck.isCut()).toBe(true);
    expect(await until(isChanged)).toBeDefined();
  }, 40_000);
});

/** Over the socket, whose buffers are small. */
async function listenWithoutReading({ socket }: ServedCollector): Promise<{ readonly isCut: () => boolean }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const connection = connect(socket, () => {
    connection.write('GET /v1/events HTTP/1.1\r\nhost: collector\r\n\r\n', () => resolve());
  });
  let isCut = false;
  connection.on('error', () => {
    isCut = true;
  });
  onTestFinished(() => void connection.destroy());
  await promise;
  // A socket that nobody reads says that it was closed only to who writes.
  const isStillThere = (): void => void connection.write('\r\n');
  return {
    isCut: () => {
      isStillThere();
      return isCut || connection.destroyed;
    },
  };
}

test('more than 64 listen to no collector at once, and the place of one that goes is free again', async () => {
  const served = await serveCollector();
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const listening = await Promise.all(Array.from({ length: 64 }, () => fetch(`${served.url}/v1/events`, { signal: ending.signal })));
  expect(listening.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 200));
  const refused = await ask(`${served.url}/v1/events`);
  expect([refused.status, refused.json.detail]).toEqual([503, expect.stringContaining('64 streams are open')]);
  expect((await ask(`${served.url}/v1/me`)).status).toBe(200);
  ending.abort();
  await expect.poll(async () => (await ask(`${served.url}/v1/events`, { method: 'HEAD' })).status).toBe(200);
  const { until } = await listen(served.url);
  expect(await until(({ kind }) => kind === 'hello')).toBeDefined();
});

describe('who asks', () => {
  test('is told by which name, with which rights, and by whom', async () => {
    const token = { name: 'page', sha256: sha256('page-token'), rights: ['read' as const] };
    const access = { tokens: [token], clients: [], localRights: ['read' as const, 'waive' as const], requestsPerMinute: 60_000 };
    const pair = await servePair('app1');
    const { url } = await serveCollector({ groups: [groupOf('billing', [pair.config])], config: { access } });
    const byToken = await ask(`${url}/v1/me`, { token: 'page-token' });
    expect(byToken.json).toMatchObject({ name: 'token page', rights: ['read'], collector: 'watch1', version: '0.0.0-test' });
    expect((await ask(`${url}/v1/me`)).json).toMatchObject({ name: 'loopback', rights: ['read', 'waive'] });
    expect((await ask(`${url}/v1/me`, { token: 'wrong' })).status).toBe(401);
  });

  test('hears nothing without the right to read', async () => {
    const access = { tokens: [], clients: [], localRights: [], requestsPerMinute: 60_000 };
    const { url } = await serveCollector({ config: { access } });
    expect((await ask(`${url}/v1/me`)).status).toBe(401);
    expect((await ask(`${url}/v1/events`)).status).toBe(401);
  });
});
