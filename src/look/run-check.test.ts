import * as Type from 'typebox/type';
import { expect, test } from 'vitest';
import { checkOf, testProbe } from '../../test/support/agent.ts';
import { recordedMachine } from '../../test/support/recorded.ts';
import type { Check } from '../contract/check.ts';
import { observed, unseen } from '../contract/outcome.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { machineLooks } from '../machine/recording.ts';
import { lookOnce } from './look-once.ts';
import { runCheck } from './run-check.ts';

const at = Date.parse('2026-03-02T10:00:00Z');

async function run(probe: AnyProbe, more: Partial<Check> = {}, signal = new AbortController().signal) {
  const source = await recordedMachine({ files: { '/etc/os-release': 'ID=ol\n', '/etc/secret': 'password=hunter2\n' } });
  return runCheck({ check: checkOf(probe, more), probe, source: machineLooks(source), earlier: null, site: {}, signal, now: () => at });
}

test('a look has the outcome, the readings beside it, and the trail of what was asked', async () => {
  const probe = testProbe('kernel');
  probe.answer = async (machine) => {
    const file = await machine.readFile('/etc/os-release', { bytesMax: 100 });
    return observed({ value: file.kind }, [{ name: 'lagMs', subject: '', value: 3 }]);
  };
  const { look, letGo } = await run(probe);
  expect(look).toMatchObject({ check: 'kernel', outcome: { kind: 'observed', facts: { value: 'file' } }, readings: [{ value: 3 }], at });
  expect(look.outcome).not.toHaveProperty('readings');
  expect(look.trail).toMatchObject([{ asked: expect.stringContaining('/etc/os-release') }]);
  expect(letGo).toBeNull();
});

test('a probe that throws has seen nothing: the first line says why, without secrets', async () => {
  const probe = testProbe('kernel');
  probe.answer = async () => {
    throw new Error('cannot reach https://user:hunter2@db.example.com/\n    at somewhere');
  };
  const { look } = await run(probe);
  expect(look.outcome).toMatchObject({
    kind: 'unseen',
    reason: 'crashed',
    detail: expect.stringMatching(/^the probe failed: cannot reach/),
  });
  expect(JSON.stringify(look)).not.toMatch(/hunter2|somewhere/);
});

test('one that throws before its first await is caught too', async () => {
  const probe = testProbe('kernel');
  probe.answer = () => {
    throw new Error('at once');
  };
  expect((await run(probe)).look.outcome).toMatchObject({ reason: 'crashed', detail: 'the probe failed: at once' });
});

test('facts that are not what the probe promised are no facts', async () => {
  const probe = testProbe('kernel');
  probe.answer = async () => observed({ value: 5 });
  expect((await run(probe)).look.outcome).toEqual({
    kind: 'unseen',
    reason: 'crashed',
    detail: 'facts do not match the probe’s schema: /value must be string',
  });
});

test('a flood of readings is a probe gone wrong, and numbers that are none are left out', async () => {
  const probe = testProbe('kernel');
  probe.answer = async () =>
    observed(
      { value: 'x' },
      Array.from({ length: 2_001 }, (_, n) => ({ name: 'lagMs', subject: `${n}`, value: n })),
    );
  expect((await run(probe)).look.outcome).toMatchObject({ reason: 'crashed' });
  probe.answer = async () => observed({ value: 'x' }, [{ name: 'lagMs', subject: '', value: Number.NaN }]);
  expect((await run(probe)).look).toMatchObject({ outcome: { kind: 'observed' }, readings: [] });
});

test('at the end of its time a look is told to stop, and what it then says counts', async () => {
  const probe = testProbe('kernel');
  probe.answer = (_machine, _settings, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(unseen('timeout', 'uptrack did not answer')), { once: true }));
  const { look, letGo } = await run(probe, { timeoutMs: 20 });
  expect(look.outcome).toEqual({ kind: 'unseen', reason: 'timeout', detail: 'uptrack did not answer' });
  expect(letGo).toBeNull();
});

test('questions to the machine end with the time of the look', async () => {
  const probe = testProbe('kernel');
  const answers: unknown[] = [];
  probe.answer = async (machine, _settings, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    answers.push(await machine.readFile('/etc/os-release', { bytesMax: 10 }));
    return unseen('timeout', 'ended');
  };
  await run(probe, { timeoutMs: 20 });
  expect(answers).toMatchObject([{ kind: 'failed', reason: 'timeout' }]);
});

test('one that does not stop is given up a little later, and says when it lets go', async () => {
  const probe = testProbe('kernel');
  const { promise, resolve } = Promise.withResolvers<void>();
  probe.answer = async () => {
    await promise;
    throw new Error('nobody hears this');
  };
  const { look, letGo } = await run(probe, { timeoutMs: 20 });
  expect(look.outcome).toEqual({
    kind: 'unseen',
    reason: 'timeout',
    detail: 'the look did not end within its 20 ms, nor when it was told to stop',
  });
  resolve();
  await expect(letGo).resolves.toBeUndefined();
});

test('a look that is aborted from outside ends at once', async () => {
  const probe = testProbe('kernel');
  probe.answer = (_machine, _settings, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(unseen('timeout', 'aborted')), { once: true }));
  const abort = new AbortController();
  const running = run(probe, { timeoutMs: 60_000 }, abort.signal);
  setTimeout(() => abort.abort(), 20);
  expect((await running).look.outcome).toMatchObject({ detail: 'aborted' });
});

test('looking once goes through every check, a few at a time, in the order of the configuration', async () => {
  let underWay = 0;
  let most = 0;
  const probes = Array.from({ length: 10 }, (_, n) => {
    const probe = testProbe(`probe-${n}`, { facts: Type.Object({ n: Type.Integer() }) });
    probe.answer = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5 * (10 - n)));
      underWay--;
      return observed({ n });
    };
    return probe;
  });
  const progress: number[] = [];
  const node = { id: 'a', name: 'a', role: null, group: null, twin: null, site: {}, version: 'test' };
  const snapshot = await lookOnce({
    checks: probes.map((probe) => checkOf(probe)),
    probes: new Map(probes.map((probe) => [probe.id, probe])),
    source: machineLooks(await recordedMachine()),
    node,
    onProgress: ({ done, total, underWay: now }) => {
      progress.push(done);
      expect(total).toBe(10);
      expect(now.length).toBeLessThanOrEqual(4);
    },
  });
  expect(most).toBe(4);
  expect(progress.at(-1)).toBe(10);
  expect(snapshot.checks.map(({ current }) => (current?.outcome.kind === 'observed' ? current.outcome.facts : null))).toEqual(
    Array.from({ length: 10 }, (_, n) => ({ n })),
  );
});
