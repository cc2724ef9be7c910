// Agents that hang, lie, drip or never end: each is a failure with a sentence, and no other node is asked later or less for it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { fakeClock, hour, minute, settled, testProbe } from '../support/agent.ts';
import { type Polling, polling, targetOf } from '../support/polling.ts';
import { type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const endless: Answer = (_, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write('"x":'.repeat(10_000)));
  };
  response.on('drain', more);
  more();
};
const drip: Answer = (_, response) => {
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end('hunter2');
const text =
  (body: string): Answer =>
  (_, response) =>
    response.end(body);
/** A page that is right but for one thing. */
const edited = (agent: ScriptedAgent, edit: ScriptedAgent['edit']): ScriptedAgent => Object.assign(agent, { edit });

const failures: readonly (readonly [name: string, answer: Answer, error: RegExp])[] = [
  ['never begins to answer', () => {}, /did not begin to answer in time/],
  ['drips', drip, /did not end its answer in time/],
  ['never ends', endless, /more than is read/],
  ['hangs up', (request) => void request.socket.destroy(), /closed the connection/],
  ['answers garbage', text('{"instanceId":'), /not what an agent tells \(it is not JSON\)/],
  ['answers another document', text('{"status":"ok"}'), /not what an agent tells/],
  ['answers a page of another program', text('<html>'), /not what an agent tells/],
  ['answers a hundred thousand brackets', text('['.repeat(100_000)), /not what an agent tells/],
  ['sends elsewhere', status(302, { location: 'https://elsewhere.example/hunter2' }), /redirect, which is not followed/],
  ['does not know the token', status(401), /\(401\).*access/],
  ['gives no right', status(403), /\(403\).*`read`/],
  ['is something else', status(404), /\(404\).*correct the address/],
  ['is asked too often', status(429), /\(429\).*requestsPerMinute/],
  ['cannot read its history', status(503), /\(503\).*healthz/],
  ['has a fault', status(500), /status 500/],
];

describe('a node that', () => {
  test.each(failures)('%s', async (_, answer, error) => {
    const agent = await scriptedAgent();
    agent.answer = answer;
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], poll: { timeoutMs: answer === endless ? 20_000 : 300 } });
    await p.poller.pollNow();
    expect(p.view(target)).toMatchObject({ heardAt: null, cursor: 0, poll: { failures: 1, error: expect.stringMatching(error) } });
    await p.poller.pollNow();
    const said = p.log.said.filter(({ message }) => message === 'a node could not be polled');
    expect(said).toMatchObject([{ level: 'warn', fields: { target: agent.url, detail: expect.stringMatching(error) } }]);
    expect(JSON.stringify([p.view(target), p.log.said])).not.toContain('hunter2');
    agent.answer = null;
    agent.look('a', observed({ value: 1 }));
    await p.poller.pollNow();
    expect(p.view(target)).toMatchObject({ cursor: 1, poll: { failures: 0, error: null } });
  });

  test.each<[string, ScriptedAgent['edit']]>([
    ['sends rows out of order', (page) => ({ ...page, observations: [...page.observations].reverse() })],
    ['sends numbers that no store takes', (page) => ({ ...page, newestSeq: 1e300 })],
    ['says that there is more for ever', (page) => ({ ...page, observations: [], hasMore: true })],
    [
      'sends facts ten thousand levels deep',
      (page) => ({ ...page, observations: page.observations.map((one) => ({ ...one, outcome: { kind: 'observed', facts: deep(500) } })) }),
    ],
  ])('%s', async (_, edit) => {
    const agent = edited(await scriptedAgent(), edit);
    agent.look('a', observed({ value: 1 }));
    agent.look('a', observed({ value: 2 }));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    expect(p.view(target).poll.error).toMatch(/not what an agent tells/);
  });

  test('begins another history with every poll is not taken for long', async () => {
    let n = 0;
    const agent = edited(await scriptedAgent(), (page) => ({ ...page, instanceId: `i${n++}` }));
    agent.look('a', observed({ value: 1 }));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock: fakeClock() });
    for (let poll = 0; poll < 12; poll++) await p.poller.pollNow();
    expect(p.view(target).poll.error).toMatch(/five times within ten minutes/);
    expect(p.events(target).filter((kind) => kind === 'reinstalled').length).toBeLessThan(5);
  });

  test('contradicts itself harms no other in its transaction, and is no rollback', async () => {
    const bad = edited(await scriptedAgent(), (page) => ({
      ...page,
      observations: page.observations.map((one) => ({ ...one, check: 'a\u0000\ud800' })),
    }));
    const good = await scriptedAgent();
    for (const agent of [bad, good]) agent.look('a', observed({ value: 1 }));
    const targets = [targetOf(bad.url), targetOf(good.url)] as const;
    const p = polling({ targets });
    await p.poller.pollNow();
    expect(p.view(targets[0])).toMatchObject({ cursor: 0, poll: { error: expect.stringContaining('contradicts itself') } });
    expect(p.view(targets[1])).toMatchObject({ cursor: 1, poll: { error: null } });
    expect([p.events(targets[0]), p.poller.stats().trouble]).toEqual([[], null]);
  });

  test('tells another thing under a number that is here went back', async () => {
    const agent = await scriptedAgent();
    agent.look('a', observed({ value: 1 }));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    agent.look('a', observed({ value: 2 }));
    // Where a row came to rest is said of a row of another check.
    agent.edit = (page) => (page.observations.length === 1 ? { ...page, ended: page.ended.map((one) => ({ ...one, check: 'b' })) } : page);
    await p.poller.pollNow();
    expect([p.events(target), p.seqs(target)]).toEqual([['rolled-back'], [1, 2]]);
  });
});

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < levels; n++) value = [value];
  return value;
}

test('nodes that hang keep no other from being asked, though they are more than may be asked at once', async () => {
  const hanging = await Promise.all(Array.from({ length: 12 }, () => scriptedAgent()));
  for (const agent of hanging) agent.answer = () => {};
  const good = await Promise.all(Array.from({ length: 6 }, () => scriptedAgent()));
  for (const agent of good) agent.look('a', observed({ value: 1 }));
  const targets = [...hanging, ...good].map(({ url }) => targetOf(url));
  const p = polling({ targets, poll: { concurrency: 2, timeoutMs: 10_000 } });
  p.poller.start();
  await vi.waitFor(() => expect(good.map(({ url }) => p.view(targetOf(url)).cursor)).toEqual(good.map(() => 1)), { timeout: 8_000 });
  expect(hanging.map(({ url }) => p.view(targetOf(url)).poll.at)).toEqual(hanging.map(() => null));
});

test('a node that is asked for while it is asked is asked again, whatever came of the first', async () => {
  const agent = await scriptedAgent();
  const target = targetOf(agent.url);
  const p = polling({ targets: [target], poll: { timeoutMs: 400 } });
  agent.answer = () => {};
  const first = p.poller.pollNow(target.key);
  await vi.waitFor(() => expect(agent.asked.length).toBe(1));
  const second = p.poller.pollNow(target.key);
  agent.answer = null;
  await Promise.all([first, second]);
  expect([agent.asked.length, p.view(target).poll.failures]).toEqual([2, 0]);
  const [third, fourth] = [p.poller.pollNow(target.key), p.poller.pollNow(target.key)];
  await Promise.all([third, fourth]);
  expect(agent.asked.length).toBe(4);
});

test('a node that catches up lets the others go first', async () => {
  const late = await scriptedAgent({ rowsMax: 1 });
  for (let n = 0; n < 60; n++) late.look('a', observed({ value: n }));
  const others = await Promise.all(Array.from({ length: 3 }, () => scriptedAgent()));
  const p = polling({ targets: [late, ...others].map(({ url }) => targetOf(url)), poll: { concurrency: 1 } });
  const caughtUp = p.poller.pollNow(late.url);
  await vi.waitFor(() => expect(late.asked.length).toBeGreaterThan(2));
  await p.poller.pollNow(others[0]!.url);
  expect(late.asked.length).toBeLessThan(40);
  await caughtUp;
  expect(p.view(targetOf(late.url)).cursor).toBe(60);
});

describe('a silent node', () => {
  const start = Date.parse('2026-03-02T10:00:00Z');

  /** Lets time go on with real sockets in it: an answer is waited for before the next burst. */
  async function pass(p: Polling, ms: number): Promise<void> {
    const clock = p.clock as ReturnType<typeof fakeClock>;
    for (let passed = 0; passed < ms; passed += 1_500) {
      await clock.advance(1_500);
      await vi.waitFor(async () => {
        // What was answered is settled within a tenth of a second of this clock.
        await settled();
        expect(p.poller.stats()).toMatchObject({ underWay: 0, due: 0 });
      });
    }
  }

  test('is left alone longer and longer, said to be silent once, and heard again', async () => {
    const agent = await scriptedAgent();
    const clock = fakeClock(start);
    agent.now = clock.now;
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock });
    p.poller.start();
    await pass(p, 31_500);
    expect([p.troubles(target), agent.asked.length]).toEqual([[], 2]);
    const heardAt = p.view(target).heardAt!;
    const failedAt: number[] = [];
    agent.answer = (request) => {
      // A kept connection that is closed in the moment of asking is tried twice.
      if (failedAt.at(-1) !== clock.now()) failedAt.push(clock.now());
      request.socket.destroy();
    };
    await pass(p, 20 * minute);
    const waits = failedAt.slice(1).map((at, index) => at - failedAt[index]!);
    expect(waits.length).toBeGreaterThan(5);
    for (const [index, ms] of waits.entries()) {
      const doubled = 30_000 * 2 ** index;
      expect([index, ms >= Math.min(doubled * 0.8, 240_000), ms <= Math.min(doubled * 1.2, 300_000) + 1_500]).toEqual([index, true, true]);
    }
    expect(p.troubles(target)).toEqual(['silent']);
    expect(p.sight(target).troubles).toEqual([{ kind: 'silent', detail: 'has not answered for more than 5 m', since: heardAt }]);
    expect(p.events(target)).toEqual(['silent']);
    const [event] = p.store.nodes.events({ target: target.key, from: heardAt + 1, limit: 1 });
    expect([event!.at - heardAt >= 5 * minute, event!.at - heardAt <= 5 * minute + 3_000]).toEqual([true, true]);
    agent.answer = null;
    await pass(p, 6 * minute);
    expect([p.troubles(target), p.events(target)]).toEqual([[], ['silent', 'heard-again']]);
    const asked = agent.asked.length;
    await pass(p, minute);
    expect(agent.asked.length - asked).toBe(2);
  });

  test('is silent at once after a restart of the collector, and that is not said again', async () => {
    const agent = await scriptedAgent();
    const target = targetOf(agent.url);
    const clock = fakeClock(start);
    agent.now = clock.now;
    const first = polling({ targets: [target], clock });
    await first.poller.pollNow();
    agent.answer = (request) => void request.socket.destroy();
    first.poller.start();
    await pass(first, 8 * minute);
    expect(first.events(target)).toEqual(['silent']);
    await first.stop();
    const later = fakeClock(start + hour);
    const second = polling({ targets: [target], folder: first.folder, clock: later });
    expect(second.troubles(target)).toEqual(['silent']);
    second.poller.start();
    await pass(second, 10_000);
    expect(second.events(target)).toEqual(['silent']);
  });

  test('that was never heard has never answered', async () => {
    const agent = await scriptedAgent();
    agent.answer = (request) => void request.socket.destroy();
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock: fakeClock(start) });
    p.poller.start();
    await pass(p, 10_000);
    expect(p.troubles(target)).toEqual([]);
    await pass(p, 5 * minute);
    expect(p.sight(target).troubles).toMatchObject([{ kind: 'silent', detail: 'has never answered', since: start }]);
    expect([p.nodes.snapshot(p.sight(target)), p.view(target).name]).toEqual([null, null]);
  });

  test('is asked at once when the roster names it anew', async () => {
    const agent = await scriptedAgent();
    agent.answer = (request) => void request.socket.destroy();
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock: fakeClock(start) });
    agent.now = p.clock.now;
    p.poller.start();
    await pass(p, 10 * minute);
    agent.answer = null;
    p.setRoster([]);
    p.setRoster([target]);
    await vi.waitFor(() => expect(p.view(target).heardAt).not.toBeNull());
    expect(p.store.nodes.events({ target: target.key, limit: 100 }).map(({ kind }) => kind)).toEqual([
      'found',
      'silent',
      'gone',
      'found',
      'heard-again',
    ]);
  });

  test('that asks for time gets it', async () => {
    const agent = await scriptedAgent();
    agent.answer = status(429, { 'retry-after': '600' });
    const p = polling({ targets: [targetOf(agent.url)], clock: fakeClock(start) });
    p.poller.start();
    await pass(p, 9 * minute);
    expect(agent.asked.length).toBe(1);
    await pass(p, 2 * minute);
    expect(agent.asked.length).toBe(2);
  });
});

test('a fleet is spread over the interval', async () => {
  const agents = await Promise.all(Array.from({ length: 12 }, () => scriptedAgent()));
  const clock = fakeClock();
  const at = new Map<string, number[]>();
  for (const agent of agents) {
    agent.edit = (page) => {
      at.set(agent.url, [...(at.get(agent.url) ?? []), clock.monotonicMs()]);
      return page;
    };
  }
  const p = polling({ targets: agents.map(({ url }) => targetOf(url)), clock, probes: [testProbe('dns')] });
  p.poller.start();
  for (let burst = 0; burst < 60; burst++) {
    await clock.advance(1_500);
    await vi.waitFor(() => expect(p.poller.stats()).toMatchObject({ underWay: 0, due: 0 }));
    await clock.advance(0);
  }
  // Once when it was new, and then in its turn.
  for (const times of at.values()) expect([times.length >= 3, times.length <= 4]).toEqual([true, true]);
  const turns = [...at.values()].map((times) => times.at(-1)! - times.at(-2)!);
  expect(new Set(turns)).toEqual(new Set([30_000]));
  expect(new Set([...at.values()].map((times) => times.at(-1))).size).toBeGreaterThan(4);
});
