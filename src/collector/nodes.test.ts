// Nodes as they are shown and judged: the fleet's word over the agents', times by our clock, and nothing unreadable taken for facts.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { fakeClock, hour, minute, testProbe } from '../../test/support/agent.ts';
import { groupOf, pairOf } from '../../test/support/collector.ts';
import { polling, targetOf } from '../../test/support/polling.ts';
import { descriptionOf, type ScriptedAgent, scriptedAgent } from '../../test/support/scripted-agent.ts';
import { observed, unseen } from '../contract/outcome.ts';

const start = Date.parse('2026-03-02T10:00:00Z');

async function agentAt(clock: { readonly now: () => number }, description = descriptionOf(['a'])): Promise<ScriptedAgent> {
  const agent = await scriptedAgent({ description });
  agent.now = clock.now;
  return agent;
}

describe('who a node is', () => {
  test('the fleet says over what the agent says', async () => {
    const own = {
      role: 'standby' as const,
      group: 'own',
      twin: 'own1',
      site: { name: 'here', networks: ['10.9.0.0/16'], tokens: { a: '1', b: '2' } },
    };
    const agent = await agentAt({ now: Date.now }, descriptionOf(['a'], own));
    const told = { group: 'billing', pair: 'app1', role: 'primary' as const, site: 'fra' };
    const sites = { fra: { name: 'eu-frankfurt-1', domains: ['fra.example.com'], tokens: { b: '3' } } };
    const [plain, over] = [targetOf(agent.url), targetOf(agent.url, told)];
    const p = polling({ targets: [plain], sites });
    await p.poller.pollNow();
    expect(p.sight(plain).identity).toMatchObject({ ...own, id: agent.nodeId });
    expect(p.troubles(plain)).toEqual([]);
    p.setRoster([over]);
    expect(p.sight(over).identity).toMatchObject({
      role: 'primary',
      group: 'billing',
      twin: 'app1',
      site: { name: 'eu-frankfurt-1', networks: ['10.9.0.0/16'], domains: ['fra.example.com'], tokens: { a: '1', b: '3' } },
    });
    expect(p.view(over)).toMatchObject({ role: 'primary', group: 'billing', pair: 'app1', site: 'fra' });
    await p.poller.pollNow();
    expect([p.troubles(over), p.events(over)]).toEqual([['role'], ['role']]);
    await p.poller.pollNow();
    expect(p.events(over)).toEqual(['role']);
  });

  test('is not known before it was heard, and what the fleet says of it is', async () => {
    const target = targetOf('http://127.0.0.1:1', { group: 'billing', pair: 'app1', role: 'standby' });
    const p = polling({ targets: [target] });
    expect(p.view(target)).toMatchObject({
      name: null,
      group: 'billing',
      pair: 'app1',
      role: 'standby',
      heardAt: null,
      cursor: 0,
      troubles: [],
    });
    expect([p.sight(target).identity, p.nodes.snapshot(p.sight(target)), p.nodes.lastLookAt(p.sight(target), 'a')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('a snapshot', () => {
  test('has every check that is watched, with where its newest look stands', async () => {
    const clock = fakeClock(start);
    const agent = await agentAt(clock, descriptionOf(['a', 'b', 'never']));
    const reading = [{ name: 'lagMs', subject: '', value: 3 }];
    agent.look('a', observed({ value: '1' }), { readings: reading });
    agent.look('b', observed({ value: '2' }));
    agent.look('b', unseen('denied', 'no'));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock, probes: [testProbe('dns')] });
    await p.poller.pollNow();
    clock.jump(minute);
    agent.look('a', observed({ value: '1' }), { readings: [{ ...reading[0]!, value: 4 }] });
    await p.poller.pollNow();
    expect(p.nodes.snapshot(p.sight(target))).toMatchObject({
      format: 'understudy-snapshot/1',
      takenAt: start + minute,
      seq: 3,
      checks: [
        { check: 'a', current: { seq: 1, firstAt: start, lastAt: start + minute, count: 2, readings: [{ value: 4 }] }, lastObserved: null },
        { check: 'b', current: { seq: 3, outcome: { kind: 'unseen' } }, lastObserved: { seq: 2, outcome: { facts: { value: '2' } } } },
        { check: 'never', current: null, lastObserved: null },
      ],
    });
    expect(['a', 'b', 'never'].map((check) => p.nodes.lastLookAt(p.sight(target), check))).toEqual([start + minute, start, null]);
  });

  test('takes facts that do not fit their probe for unseen, now and as the last that was seen', async () => {
    const agent = await agentAt({ now: Date.now }, descriptionOf(['a', 'b', 'c', 'd']));
    agent.look('a', observed({ value: 7 }), { readings: [{ name: 'lagMs', subject: '', value: 3 }] });
    agent.look('b', observed({ value: 7 }));
    agent.look('b', unseen('denied', 'no'));
    agent.look('c', observed({ value: 7 }), { factsVersion: 2 });
    agent.look('d', observed({ value: 7 }), { probe: 'unheard-of' });
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], probes: [testProbe('dns')] });
    await p.poller.pollNow();
    const checks = p.nodes.snapshot(p.sight(target))!.checks;
    expect(checks.map(({ current }) => current?.outcome)).toMatchObject([
      { kind: 'unseen', reason: 'unparsable' },
      { kind: 'unseen', reason: 'denied' },
      // The judge does not compare what is of another version, or of a probe that it does not know.
      { kind: 'observed' },
      { kind: 'observed' },
    ]);
    expect([checks[0]!.current!.readings, checks[1]!.lastObserved]).toEqual([[], null]);
  });

  test('of one that catches up has rows that are here, and does not stand where they are not', async () => {
    const clock = fakeClock(start);
    const agent = await agentAt(clock);
    agent.look('a', observed({ value: 'old' }));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock });
    await p.poller.pollNow();
    clock.jump(minute);
    agent.look('a', observed({ value: 'new' }));
    // Where the new row stands comes, the row itself does not.
    agent.edit = (page) => ({ ...page, observations: [] });
    await p.poller.pollNow();
    expect(p.nodes.snapshot(p.sight(target))?.checks[0]?.current).toMatchObject({
      seq: 1,
      lastAt: start,
      outcome: { facts: { value: 'old' } },
    });
    expect(p.nodes.lastLookAt(p.sight(target), 'a')).toBe(start);
  });

  test('is not moved by an offset that may be none', async () => {
    const agent = await scriptedAgent({ description: descriptionOf(['a']) });
    agent.now = () => Date.now() + 40;
    agent.look('a', observed({ value: '1' }));
    const at = agent.store().observations.currents()[0]!.lastAt;
    const target = targetOf(agent.url);
    // In the middle of a long round trip.
    agent.answer = async (_, response) => {
      await sleep(200);
      agent.answer = null;
      const page = await (await fetch(`${agent.url}/v1/changes`)).text();
      await sleep(200);
      response.end(page);
    };
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    const { clockOffsetMs, clockErrorMs } = p.view(target);
    expect([clockErrorMs! >= 200, Math.abs(clockOffsetMs!) < clockErrorMs!]).toEqual([true, true]);
    expect(p.nodes.lastLookAt(p.sight(target), 'a')).toBe(at);
  });
});

describe('the thresholds of a node', () => {
  test('are those of its pair, else of its group, else of the fleet', async () => {
    const limits = (silentAfterMs: number) => ({ silentAfterMs, primaryMaxAgeMs: hour, clockOffsetMaxMs: 10_000 });
    const pair = { ...pairOf('app1', { primary: 'http://a:1', standby: 'http://b:1' }), thresholds: limits(10 * minute) };
    const groups = [groupOf('billing', [pair], { thresholds: limits(20 * minute) })];
    const clock = fakeClock(start);
    const told = [
      { group: 'billing', pair: 'app1' },
      { group: 'billing', pair: 'app2' },
      { group: 'other', pair: 'app1' },
    ];
    const targets = told.map((one, n) => targetOf(`http://127.0.0.1:${n + 1}`, one));
    const p = polling({ targets, clock, groups, thresholds: { silentAfterMs: 30 * minute } });
    const silentAfter: number[] = [];
    for (let passed = 0; passed <= 40; passed += 5) {
      silentAfter.push(targets.filter((target) => p.troubles(target).includes('silent')).length);
      clock.jump(5 * minute);
    }
    expect(silentAfter).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3]);
  });
});

describe('the roster', () => {
  test('says once that a node is polled, and that it is not any more, over restarts', async () => {
    const agent = await agentAt({ now: Date.now });
    const target = targetOf(agent.url);
    const p = polling({ targets: [target] });
    p.setRoster([target]);
    await p.stop();
    const again = polling({ targets: [target], folder: p.folder });
    again.setRoster([]);
    await again.stop();
    const third = polling({ targets: [], folder: p.folder });
    const kinds = third.store.nodes.events({ target: target.key, limit: 100 }).map(({ kind }) => kind);
    expect(kinds).toEqual(['found', 'gone']);
  });

  test('that loses a node for a while loses nothing of it', async () => {
    const agent = await agentAt({ now: Date.now });
    agent.look('a', observed({ value: '1' }));
    const target = targetOf(agent.url);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    const { stream } = p.nodes.kept(p.sight(target));
    p.setRoster([]);
    expect(p.nodes.all()).toEqual([]);
    agent.look('a', observed({ value: '2' }));
    p.setRoster([target]);
    await p.poller.pollNow();
    expect([p.nodes.kept(p.sight(target)).stream, p.seqs(target)]).toEqual([stream, [1, 2]]);
    expect(agent.asked.at(-1)).toContain('after=1');
  });

  test('is polled though the disk takes nothing', async () => {
    const agent = await agentAt({ now: Date.now });
    const target = targetOf(agent.url);
    const full = () => {
      throw new Error('the disk is full');
    };
    const p = polling({ targets: [target], through: (store) => ({ ...store, together: full }) });
    await p.poller.pollNow();
    expect([agent.asked.length, p.view(target).poll.error]).toEqual([
      1,
      expect.stringContaining('cannot be stored here (the disk is full)'),
    ]);
    const said = p.log.said.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(said).toEqual([
      'a change of the roster could not be written',
      'what nodes tell cannot be stored; it is asked for again until it can',
    ]);
    expect(p.poller.stats().trouble).toBe('the disk is full');
  });

  test('that does not name a node for a week loses it for good', async () => {
    const clock = fakeClock(start);
    const agent = await agentAt(clock);
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock });
    await p.poller.pollNow();
    p.setRoster([]);
    clock.jump(6 * 24 * hour);
    p.nodes.desk.tidy();
    expect(p.store.nodes.all().length).toBe(1);
    clock.jump(2 * 24 * hour);
    p.nodes.desk.tidy();
    expect(p.store.nodes.all()).toEqual([]);
  });

  test('that reaches a node otherwise has it asked at once', async () => {
    const agent = await agentAt({ now: Date.now });
    const target = targetOf(agent.url);
    const p = polling({ targets: [target], clock: fakeClock(start) });
    p.poller.start();
    await vi.waitFor(() => expect(agent.asked.length).toBe(1));
    p.setRoster([targetOf(agent.url, { pair: 'app1' })]);
    p.setRoster([targetOf(agent.url, {}, { serverName: 'other' })]);
    await vi.waitFor(() => expect(agent.asked.length).toBe(2));
  });
});

test('equal checks of thousands of nodes are one object', async () => {
  const agents = await Promise.all([1, 2].map(() => agentAt({ now: Date.now }, descriptionOf(['a', 'b']))));
  const targets = agents.map(({ url }) => targetOf(url));
  const p = polling({ targets });
  await p.poller.pollNow();
  const [one, other] = targets.map((target) => p.nodes.kept(p.sight(target)).description!.checks);
  expect(one![0]).toBe(other![0]);
  expect(one![0]).not.toBe(one![1]);
});

test('a trouble that happened once is shown for a day', async () => {
  const clock = fakeClock(start);
  const agent = await agentAt(clock);
  const target = targetOf(agent.url);
  const p = polling({ targets: [target], clock });
  await p.poller.pollNow();
  agent.reinstall();
  await p.poller.pollNow();
  clock.jump(23 * hour);
  await p.poller.pollNow();
  expect(p.troubles(target)).toEqual(['reinstalled']);
  clock.jump(2 * hour);
  await p.poller.pollNow();
  expect(p.troubles(target)).toEqual([]);
});
