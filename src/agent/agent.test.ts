import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildAgent, checkOf, fakeClock, hour, minute, settled, startAgent, temporaryFolder, testProbe } from '../../test/support/agent.ts';
import { absent, observed, unseen } from '../contract/outcome.ts';
import { health } from './health.ts';

const history = (agent: Awaited<ReturnType<typeof startAgent>>['agent'], check: string) =>
  (agent.ledger.ask((store) => store.observations.history(check, { limit: 100 })) ?? []).toReversed();

const kinds = (agent: Awaited<ReturnType<typeof startAgent>>['agent'], check: string) =>
  history(agent, check).map(({ outcome, count }) => [outcome.kind === 'unseen' ? outcome.reason : outcome.kind, count]);

describe('looking on a schedule', () => {
  test('looks at once when it was never looked, and then once a period', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent } = await startAgent({ probes: [probe], clock });
    await clock.advance(100);
    expect(probe.looks).toBe(1);
    await clock.advance(10 * minute);
    // The first one is out of step: the period's own moment comes up to a minute later.
    expect(probe.looks).toBe(11);
    expect(kinds(agent, 'dns')).toEqual([['observed', 11]]);
  });

  test('checks that are due together are started apart, and a slow one delays none', async () => {
    const clock = fakeClock();
    const slow = testProbe('a-slow');
    slow.answer = () => new Promise(() => {});
    const others = Array.from({ length: 20 }, (_, n) => testProbe(`check-${n}`));
    const startedAt: number[] = [];
    for (const probe of others) {
      probe.answer = async () => {
        startedAt.push(clock.monotonicMs());
        return observed({ value: 'same' });
      };
    }
    await startAgent({ probes: [slow, ...others], clock });
    await clock.advance(2_000);
    expect(startedAt.length).toBe(20);
    const gaps = startedAt.slice(1).map((time, index) => time - startedAt[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20);
  });

  test('a look never starts beside itself, by schedule or by request', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    let underWay = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    probe.answer = async () => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => finish.push(resolve));
      underWay--;
      return observed({ value: 'same' });
    };
    const { agent } = await startAgent({ probes: [probe], clock });
    await clock.advance(100);
    const asked = agent.lookNow('dns');
    await clock.advance(5 * minute);
    expect([probe.looks, most]).toEqual([1, 1]);
    for (const done of finish.splice(0)) done();
    await clock.advance(100);
    expect(await asked).toBe('looked');
  });

  test('looks that wait for a place are said to be late, and not for the hour until the next', async () => {
    const clock = fakeClock();
    const probes = Array.from({ length: 65 }, (_, n) => {
      const probe = testProbe(`p${n}`, { defaults: { everyMs: hour, timeoutMs: 60_000, staleAfterMs: 3 * hour } });
      probe.answer = () => new Promise((done) => clock.setTimer(15_000, () => done(observed({ value: 'x' }))));
      return probe;
    });
    const { agent } = await startAgent({ probes, clock });
    const isLate = () =>
      health(agent, { urls: () => [], doorProblems: () => [], reloadProblem: () => null })
        .problems.join()
        .includes('late');
    await clock.advance(17_000);
    expect([probes.every(({ looks }) => looks === 1), isLate()]).toEqual([true, true]);
    await clock.advance(75_000);
    expect(isLate()).toBe(false);
  });

  test('a machine that wakes two hours late records one gap with its span, and looks at once', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent, log } = await startAgent({ probes: [probe], clock });
    await clock.advance(2 * minute);
    const asleepAt = history(agent, 'dns')[0]!.lastAt;
    clock.jump(2 * hour);
    await clock.advance(10_100);
    expect(kinds(agent, 'dns').map(([kind]) => kind)).toEqual(['observed', 'missed', 'observed']);
    const [, gap, after] = history(agent, 'dns');
    expect(gap!.firstAt).toBe(asleepAt);
    expect(gap!.lastAt - gap!.firstAt).toBeGreaterThanOrEqual(2 * hour);
    expect(after!.firstAt).toBe(gap!.lastAt);
    expect(log.said.map(({ message }) => message)).toContain('the clock jumped: the machine was suspended, or its clock was set');
  });

  test('a look that somebody asks for right after waking does not hide the gap', async () => {
    const clock = fakeClock();
    const { agent } = await startAgent({ probes: [testProbe('dns')], clock });
    await clock.advance(2 * minute);
    clock.jump(2 * hour);
    const asked = agent.lookNow('dns');
    await clock.advance(100);
    await asked;
    expect(kinds(agent, 'dns').map(([kind]) => kind)).toEqual(['observed', 'missed', 'observed']);
  });

  test('a clock that is set forward a day leaves one gap and no rush', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent } = await startAgent({ probes: [probe], clock });
    await clock.advance(2 * minute);
    const looks = probe.looks;
    clock.jump(24 * hour);
    await clock.advance(3 * minute);
    expect(probe.looks - looks).toBeLessThanOrEqual(5);
    expect(kinds(agent, 'dns').filter(([kind]) => kind === 'missed').length).toBe(1);
  });

  test('a day of looks stays on its beat: none is early, late or lost', async () => {
    const clock = fakeClock();
    const starts = new Map<string, number[]>();
    const probes = ['a', 'b', 'c'].map((id) => {
      const probe = testProbe(id, { defaults: { everyMs: 10 * minute, timeoutMs: 10_000, staleAfterMs: hour } });
      starts.set(id, []);
      probe.answer = async () => {
        starts.get(id)!.push(clock.now());
        return observed({ value: 'x' });
      };
      return probe;
    });
    await startAgent({ probes, clock });
    await clock.advance(24 * hour);
    for (const times of starts.values()) {
      // The first is taken at once.
      const beat = times.slice(1);
      expect(beat.length).toBe(144);
      const phase = beat[0]! % (10 * minute);
      for (const at of beat) expect(Math.abs((at % (10 * minute)) - phase)).toBeLessThan(1_000);
    }
    // Spread: no two checks share a moment.
    const phases = [...starts.values()].map((times) => times.at(-1)! % (10 * minute));
    expect(new Set(phases).size).toBe(3);
  });

  test('a clock that is set back a year neither stalls nor records anything before it began', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent } = await startAgent({ probes: [probe], clock });
    await clock.advance(3 * minute);
    const looks = probe.looks;
    clock.jump(-365 * 24 * hour);
    await clock.advance(5 * minute);
    expect(probe.looks - looks).toBeGreaterThanOrEqual(4);
    for (const { firstAt, lastAt } of history(agent, 'dns')) expect(lastAt).toBeGreaterThanOrEqual(firstAt);
    expect(clock.now() - history(agent, 'dns').at(-1)!.lastAt).toBeLessThan(2 * minute);
    expect(kinds(agent, 'dns').map(([kind]) => kind)).not.toContain('missed');
  });

  test('the time during which no agent ran is one gap', async () => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const probe = testProbe('dns');
    const before = await buildAgent({ probes: [probe], clock, folder });
    await before.agent.start();
    await clock.advance(minute);
    await before.agent.stop();
    await clock.advance(3 * hour);
    const { agent } = await startAgent({ probes: [probe], clock, folder });
    await clock.advance(100);
    expect(kinds(agent, 'dns').map(([kind]) => kind)).toEqual(['observed', 'missed', 'observed']);
  });

  test('a quick restart is no gap and moves nobody', async () => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const probe = testProbe('dns');
    const before = await buildAgent({ probes: [probe], clock, folder });
    await before.agent.start();
    await clock.advance(5 * minute);
    const next = before.agent.schedule.nextAt('dns');
    await before.agent.stop();
    const { agent } = await startAgent({ probes: [probe], clock, folder });
    await clock.advance(100);
    expect(agent.schedule.nextAt('dns')).toBe(next);
    expect(kinds(agent, 'dns')).toEqual([['observed', 6]]);
  });

  test.each([
    ['is told what is known', observed({ value: 'same' }), true],
    ['waits for another look where the last saw nothing', unseen('denied', 'not for us'), false],
  ])('whoever starts it again at once %s', async (_, seen, isTold) => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const probe = testProbe('dns');
    probe.answer = async () => seen;
    const before = await buildAgent({ probes: [probe], clock, folder });
    await before.agent.start();
    await clock.advance(100);
    await before.agent.stop();
    const { agent } = await startAgent({ probes: [probe], clock, folder });
    const told = await Promise.race([agent.firstJudgement().then(() => true), settled().then(() => false)]);
    expect([told, probe.looks]).toEqual([isTold, 1]);
  });

  test('a probe that ignores the end of its time is given up, and said to overlap until it lets go', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { promise, resolve } = Promise.withResolvers<void>();
    probe.answer = async () => {
      await promise;
      return observed({ value: 'late' });
    };
    const { agent } = await startAgent({ probes: [probe], clock, checks: [checkOf(probe, { timeoutMs: 20 })] });
    await clock.advance(100);
    // The time limit itself runs on real time.
    await new Promise((done) => setTimeout(done, 2_200));
    await clock.advance(3 * minute);
    expect(kinds(agent, 'dns')).toEqual([
      ['timeout', 1],
      ['overlapped', 3],
    ]);
    expect(await agent.lookNow('dns')).toBe('stuck');
    resolve();
    await settled();
    probe.answer = async () => observed({ value: 'well again' });
    await clock.advance(minute);
    expect(kinds(agent, 'dns').at(-1)).toEqual(['observed', 1]);
  });
});

describe('judging', () => {
  const wrong = testProbe('dns', {
    rules: [
      {
        code: 'dns/wrong',
        kind: 'alone',
        severity: 'blocker',
        title: 'It is wrong',
        why: 'for tests',
        remedy: () => '$ true',
        judge: (facts: { value: string }) => (facts.value === 'wrong' ? [{ subject: 'it', expected: 'right', actual: 'wrong' }] : []),
      },
    ],
  });

  test('a planted defect is not-ready at the next look, and keeps since when over a restart', async () => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const first = await buildAgent({
      probes: [wrong],
      clock,
      folder,
      config: { node: { name: 'a', role: 'primary', group: null, twin: null, site: {} } },
    });
    await first.agent.start();
    await clock.advance(minute);
    expect(first.agent.review.latest().verdict).toBe('ready');
    wrong.answer = async () => observed({ value: 'wrong' });
    await clock.advance(2 * minute);
    const [finding] = first.agent.review.latest().findings;
    expect([first.agent.review.latest().verdict, finding?.code]).toEqual(['not-ready', 'dns/wrong']);
    await first.agent.stop();
    await clock.advance(hour);
    const { agent } = await startAgent({ probes: [wrong], clock, folder });
    await clock.advance(minute);
    expect(agent.review.latest().findings[0]?.since).toBe(finding!.since);
  });

  test('time alone makes a verdict unknown: looks that no longer come grow stale', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent } = await startAgent({
      probes: [probe],
      clock,
      config: { node: { name: 'a', role: 'primary', group: null, twin: null, site: {} } },
    });
    await clock.advance(2 * minute);
    expect(agent.review.latest().verdict).toBe('ready');
    agent.schedule.stop();
    await clock.advance(10 * minute);
    expect(agent.review.latest()).toMatchObject({ verdict: 'unknown', blindSpots: [{ check: 'dns', kind: 'stale' }] });
  });

  test('unseen stays unseen, and absent is told from it', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    probe.answer = async () => unseen('denied', 'no permission');
    const { agent } = await startAgent({ probes: [probe], clock });
    await clock.advance(100);
    probe.answer = async () => absent('not installed');
    await clock.advance(minute);
    expect(history(agent, 'dns').map(({ outcome }) => outcome)).toEqual([
      { kind: 'unseen', reason: 'denied', detail: 'no permission' },
      { kind: 'absent', detail: 'not installed' },
    ]);
  });
});

describe('reading the configuration again', () => {
  test('a check that is new is looked at at once; the others keep their time', async () => {
    const clock = fakeClock();
    const [dns, certs] = [testProbe('dns'), testProbe('certs')];
    const { agent, config } = await startAgent({ probes: [dns, certs], checks: [checkOf(dns)], clock });
    await clock.advance(90_000);
    const next = agent.schedule.nextAt('dns');
    await agent.reload({ ...config, checks: [checkOf(dns), checkOf(certs)] });
    expect(agent.schedule.nextAt('dns')).toBe(next);
    await clock.advance(100);
    expect(certs.looks).toBe(1);
  });

  test('a shorter period is no gap of the longer one before it', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent, config } = await startAgent({
      probes: [probe],
      checks: [checkOf(probe, { schedule: { kind: 'every', everyMs: hour } })],
      clock,
    });
    await clock.advance(50 * minute);
    await agent.reload({ ...config, checks: [checkOf(probe)] });
    await clock.advance(5 * minute);
    expect(kinds(agent, 'dns').map(([kind]) => kind)).toEqual(['observed']);
  });

  test('a check that is gone is neither looked at nor shown', async () => {
    const clock = fakeClock();
    const probe = testProbe('dns');
    const { agent, config } = await startAgent({ probes: [probe], clock });
    await clock.advance(minute);
    await agent.reload({ ...config, checks: [] });
    const { looks } = probe;
    await clock.advance(5 * minute);
    expect(probe.looks).toBe(looks);
    expect(agent.snapshot().checks).toEqual([]);
  });
});

test('a snapshot changes when what waited for the disk is written', async () => {
  const clock = fakeClock();
  const probe = testProbe('dns');
  const { agent, config } = await startAgent({ probes: [probe], clock });
  await clock.advance(minute);
  probe.answer = async () => observed({ value: randomBytes(20_000).toString('hex') });
  agent.ledger.setLimits({ ...config.store, bytesMax: 1 });
  await clock.advance(3 * minute);
  expect(agent.snapshot().checks[0]!.current!.seq).toBe(0);
  const before = agent.revision();
  agent.ledger.setLimits(config.store);
  const looks = probe.looks;
  while (agent.ledger.health().state !== 'ok') await clock.advance(1_000);
  expect(agent.revision() - before).toBeGreaterThan(probe.looks - looks);
});

test('stopping aborts a look and records nothing of it', async () => {
  const folder = temporaryFolder();
  const clock = fakeClock();
  const probe = testProbe('dns');
  probe.answer = (_machine, _settings, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(unseen('timeout', 'aborted')), { once: true }));
  const first = await buildAgent({ probes: [probe], clock, folder });
  await first.agent.start();
  await clock.advance(100);
  await first.agent.stop();
  probe.answer = async () => observed({ value: 'seen' });
  const { agent } = await startAgent({ probes: [probe], clock, folder });
  await clock.advance(100);
  expect(kinds(agent, 'dns')).toEqual([['observed', 1]]);
});

test('a second agent on the same history is refused', async () => {
  const folder = temporaryFolder();
  await startAgent({ probes: [testProbe('dns')], folder });
  const second = await buildAgent({ probes: [testProbe('dns')], folder });
  expect(await second.agent.start()).toMatchObject({ kind: 'refused', reason: 'locked' });
});

test('a check whose probe this release does not have is unseen, and says so', async () => {
  const clock = fakeClock();
  const { agent } = await startAgent({ probes: [], checks: [checkOf(testProbe('gone'))], clock });
  await clock.advance(100);
  expect(history(agent, 'gone')[0]?.outcome).toEqual({
    kind: 'unseen',
    reason: 'crashed',
    detail: 'there is no probe named gone in this release',
  });
});

test('the last good look is given to a probe that compares', async () => {
  const clock = fakeClock();
  const probe = testProbe('dns');
  const given: unknown[] = [];
  probe.answer = async (_machine, _settings, _signal, earlier) => {
    given.push(earlier);
    return probe.looks === 2
      ? unseen('timeout', 'once')
      : observed({ value: 'same' }, [{ name: 'lagMs', subject: '', value: probe.looks }]);
  };
  await startAgent({ probes: [probe], clock });
  await clock.advance(3 * minute);
  expect(given[0]).toBeUndefined();
  expect(given[2]).toMatchObject({ facts: { value: 'same' }, readings: [{ name: 'lagMs', subject: '', value: 1 }] });
});
