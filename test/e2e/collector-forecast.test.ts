// When a verdict will turn by itself, kept by a real collector over real agents.
import { expect, test, vi } from 'vitest';
import type { Forecast } from '../../src/contract/forecast.ts';
import { hour } from '../support/agent.ts';
import { groupOf, pairOf, see, servePair, startCollector, type TestCollector } from '../support/collector.ts';

const day = 24 * hour;

/** Worked out beside everything else, some moments after the judgement. */
const forecastOf = ({ collector }: TestCollector, isAwaited: (forecast: Forecast) => boolean): Promise<Forecast> =>
  vi.waitFor(
    () => {
      const forecast = collector.forecasts.group('billing');
      expect(isAwaited(forecast), JSON.stringify(forecast)).toBe(true);
      return forecast;
    },
    { timeout: 20_000, interval: 20 },
  );

const isTurning = ({ kind }: Forecast): boolean => kind === 'turns';

test('a group of which all is known and nothing ends stands for as far as is looked', async () => {
  const app1 = await servePair('app1');
  const started = await startCollector({ groups: [groupOf('billing', [app1.config])] });
  const forecast = await forecastOf(started, ({ kind }) => kind !== 'not-known');
  expect(forecast).toMatchObject({ kind: 'stands' });
  expect(forecast.kind === 'stands' && forecast.until).toBeGreaterThan(Date.now() + 399 * day);
});

test('a declared difference that ends is the turn, and none once it has no end', async () => {
  const app1 = await servePair('app1');
  await see(app1.primary, 9);
  const until = Date.now() + 30 * day;
  const lawful = (end: number | null) => [{ check: 'levels', field: '/level', pairs: [], reason: 'is being moved', until: end }];
  const groups = [groupOf('billing', [app1.config], { lawful: lawful(until) })];
  const started = await startCollector({ groups });
  expect(await forecastOf(started, isTurning)).toMatchObject({ turn: { pair: 'app1', at: until, kind: 'lawful', check: 'levels' } });
  await started.collector.reload({ ...started.config, groups: [groupOf('billing', [app1.config], { lawful: lawful(null) })] });
  await started.lookAround();
  expect(await forecastOf(started, ({ kind }) => kind === 'stands')).toMatchObject({ kind: 'stands' });
});

test('a waiver that ends is the turn from when it was given, and is none any more when it is taken back', async () => {
  const app1 = await servePair('app1');
  await see(app1.primary, 9);
  const started = await startCollector({ groups: [groupOf('billing', [app1.config])] });
  const { collector } = started;
  const until = Date.now() + 3 * day;
  const open = collector.review.pair('billing', 'app1')!.findings.filter(({ severity }) => severity !== 'note');
  const waived = open.map(({ id }) =>
    collector.waiving.accept({ group: 'billing', pair: 'app1', finding: id, author: 'Mara', reason: 'known', until, by: 'local' }),
  );
  expect(collector.review.pair('billing', 'app1')?.verdict).toBe('ready');
  expect(await forecastOf(started, isTurning)).toMatchObject({
    turn: { at: until, kind: 'waiver', because: expect.stringContaining('The waiver of Mara ends') },
  });
  for (const one of waived) if (one.kind === 'waived') collector.waiving.withdraw(one.waiver.id, 'local');
  expect(await forecastOf(started, (forecast) => !isTurning(forecast))).toMatchObject({ kind: 'stands' });
});

test('what stood is not said to stand from the moment on in which something required is unknown', async () => {
  const app1 = await servePair('app1');
  const started = await startCollector({ groups: [groupOf('billing', [app1.config])] });
  await forecastOf(started, ({ kind }) => kind === 'stands');
  app1.standby.probe.answer = async () => ({ kind: 'unseen', reason: 'denied', detail: 'nobody may read it' });
  const before = app1.standby.probe.looks;
  while (app1.standby.probe.looks === before) await app1.standby.agent.agent.lookNow('levels');
  // Judged, and nothing is worked out of it yet.
  await started.lookAround();
  expect(started.collector.review.group('billing')?.verdict).toBe('unknown');
  expect(started.collector.forecasts.group('billing')).toEqual({ kind: 'not-known' });
});

test('of a group with a pair that was never heard nothing is known', async () => {
  const app1 = await servePair('app1');
  const nobody = pairOf('app2', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
  const started = await startCollector({ groups: [groupOf('billing', [app1.config, nobody])] });
  await started.lookAround();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(started.collector.forecasts.group('billing')).toEqual({ kind: 'not-known' });
});

test('of a group that nobody has nothing is known', async () => {
  const started = await startCollector({ groups: [groupOf('billing', [])] });
  expect(started.collector.forecasts.group('billing')).toEqual({ kind: 'not-known' });
  expect(started.collector.forecasts.group('crm')).toEqual({ kind: 'not-known' });
});
