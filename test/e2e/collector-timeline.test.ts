// The past of a group, asked over HTTP: a history as the review writes it, and moments that somebody will ask about.
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/contract/finding.ts';
import type { FindingEvent, StandingFinding } from '../../src/contract/standing.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { hour, minute } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { buildCollector, groupOf, pairOf, type ServedCollector, see, serveCollector, servePair } from '../support/collector.ts';
import { standingOf } from '../support/receipt.ts';

const day = 24 * hour;
const nobody = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
const gapMs = 6 * minute;
/** Long enough ago for what is judged now to be no part of it. */
const start = Math.floor(Date.now() / day) * day - 20 * day;

interface Past {
  readonly pair: string | null;
  readonly verdict: Verdict;
  /** Hours from the start. */
  readonly from: number;
  readonly until: number;
}

async function serveWithPast(past: readonly Past[], events: readonly FindingEvent[] = []): Promise<ServedCollector> {
  const served = await serveCollector({ groups: [groupOf('billing', [nobody])] });
  const { store } = served.collector;
  // What was judged just now is the newest; what happened before was written before.
  for (const { pair, verdict, from, until } of past) {
    const subject = { group: 'payroll', pair };
    for (let at = start + from * hour; at <= start + until * hour; at += 5 * minute) store.verdicts.confirm(subject, verdict, at, gapMs);
  }
  store.findings.record(events);
  return served;
}

const event = (kind: FindingEvent['kind'], hours: number, more: Partial<StandingFinding> = {}): FindingEvent => {
  const at = start + hours * hour;
  return {
    kind,
    at,
    group: 'payroll',
    pair: 'app1',
    finding: standingOf({ openedAt: at, changedAt: at, ...more }),
    detail: '',
  };
};

const spansOf = ({ spans }: { spans: { verdict: string; hole: string | null; from: number; until: number }[] }) =>
  spans.map(({ verdict, hole, from, until }) => [hole ?? verdict, (from - start) / hour, (until - start) / hour]);

const past: readonly Past[] = [
  { pair: null, verdict: 'ready', from: 0, until: 10 },
  { pair: null, verdict: 'not-ready', from: 10, until: 12 },
  // The collector was off from 12 to 20.
  { pair: null, verdict: 'ready', from: 20, until: 30 },
];

const path = (query: Record<string, number | string>): string =>
  `/v1/timeline?${new URLSearchParams({ group: 'payroll', ...Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)])) })}`;
const hours = (from: number, to: number) => ({ from: start + from * hour, to: start + to * hour });

describe('a stretch of time', () => {
  test('is told with its holes, which no verdict is made up for', async () => {
    const served = await serveWithPast(past);
    const body = await got(served, path(hours(-5, 25)));
    expect(spansOf(body)).toEqual([
      ['nobody-watched', -5, 0],
      ['ready', 0, 10],
      ['not-ready', 10, 12],
      ['nobody-watched', 12, 20],
      ['ready', 20, 25],
    ]);
    expect(body.shares).toEqual({
      suspended: { ms: 0, share: 0 },
      ready: { ms: 15 * hour, share: 0.5 },
      'not-ready': { ms: 2 * hour, share: 2 / 30 },
      degraded: { ms: 0, share: 0 },
      unknown: { ms: 13 * hour, share: 13 / 30 },
    });
    expect(body.holesMs).toBe(13 * hour);
    expect(body).toMatchObject({ group: 'payroll', pair: null, ...hours(-5, 25), moment: null });
  });

  test('is the last 30 days unless somebody says otherwise', async () => {
    const { from, to, at, spans } = await got(await serveWithPast(past), '/v1/timeline?group=payroll');
    expect([to - from, at - to]).toEqual([30 * day, 0]);
    expect([spans[0].from, spans.at(-1).until]).toEqual([from, to]);
  });

  test('says what is too long ago for anybody to know', async () => {
    const served = await serveWithPast(past);
    const store = { ...served.config.store, keepMs: Date.now() - start + 2 * hour };
    await served.collector.reload({ ...served.config, store });
    expect(spansOf(await got(served, path(hours(-5, 1)))).map(([what]) => what)).toEqual(['not-kept', 'nobody-watched', 'ready']);
  });

  test('has what became of findings, in pages', async () => {
    const events = [event('opened', 10), event('resolved', 12, { state: 'resolved', resolvedAt: start + 12 * hour }), event('opened', 40)];
    const served = await serveWithPast(past, events);
    const body = await got(served, path(hours(0, 30)));
    expect(body.events.map(({ kind, at }: FindingEvent) => [kind, (at - start) / hour])).toEqual([
      ['opened', 10],
      ['resolved', 12],
    ]);
    expect([body.hasMoreEvents, body.events[0].finding.code]).toEqual([false, 'kernel/behind-primary']);
    const first = await got(served, path({ ...hours(0, 30), limit: 1 }));
    expect([first.events.length, first.hasMoreEvents]).toEqual([1, true]);
  });

  test('has what happened to the nodes that stand there', async () => {
    const served = await serveWithPast([]);
    const { nodeEvents } = await got(served, '/v1/timeline?group=billing&pair=app1');
    expect(nodeEvents.map(({ kind, target }: { kind: string; target: string }) => [kind, target]).sort()).toEqual([
      ['found', 'http://127.0.0.1:1'],
      ['found', 'http://127.0.0.1:2'],
    ]);
  });

  test.each([
    ['ends before it begins', hours(10, 5), /from has to lie before to/],
    ['lies in the future', { from: Date.now() + day }, /from has to lie before to, and before now/],
    ['is longer than anything is kept', { from: 0 }, /At most 400 days/],
    ['is asked of a moment that has not come', { at: Date.now() + hour }, /at lies in the future/],
  ])('is refused where it %s', async (_, query, detail) => {
    const served = await serveWithPast(past);
    expect(await ask(served.url + path(query))).toMatchObject({ status: 400, json: { detail: expect.stringMatching(detail) } });
  });
});

describe('were we ready then', () => {
  const moment = async (served: ServedCollector, at: number, more: Record<string, string> = {}) =>
    (await got(served, path({ at: start + at * hour, ...more }))).moment;

  test('is answered by one request, also for a group that left the fleet', async () => {
    const served = await serveWithPast(past);
    expect(await moment(served, 9)).toMatchObject({ verdict: 'ready', since: start, findings: [] });
    expect(await moment(served, 11)).toMatchObject({ verdict: 'not-ready', since: start + 10 * hour });
    expect(await moment(served, 25)).toMatchObject({ verdict: 'ready', since: start + 20 * hour });
  });

  test('with “nobody knows”, where nobody watched', async () => {
    const served = await serveWithPast(past);
    expect(await moment(served, 15)).toMatchObject({ verdict: null, since: null });
    expect(await moment(served, -1)).toMatchObject({ verdict: null, since: null });
  });

  test('with the findings that were open then, as they read then', async () => {
    const served = await serveWithPast(past, [
      event('opened', 10),
      event('changed', 11, { openedAt: start + 10 * hour, actual: 'older still' }),
      event('resolved', 12, { openedAt: start + 10 * hour, state: 'resolved', resolvedAt: start + 12 * hour }),
    ]);
    const found = async (at: number) =>
      (await moment(served, at)).findings.map(({ pair, actual }: { pair: string; actual: string }) => [pair, actual]);
    expect(await found(9)).toEqual([]);
    expect(await found(10.5)).toEqual([['app1', '5.15.0-311']]);
    expect(await found(11.5)).toEqual([['app1', 'older still']]);
    expect(await found(13)).toEqual([]);
  });

  test('with all of them where many changed in one moment', async () => {
    const many = Array.from({ length: 700 }, (_, n) => event('opened', 10, { id: `f${n}`, subject: `s${n}` }));
    const served = await serveWithPast(past, many);
    expect(new Set((await moment(served, 10)).findings.map(({ id }: { id: string }) => id)).size).toBe(700);
  });

  test('with no findings at all, not with none, where it is too long ago', async () => {
    const served = await serveWithPast(past);
    await served.collector.reload({ ...served.config, store: { ...served.config.store, keepMs: day } });
    expect(await moment(served, 11)).toMatchObject({ findings: null });
  });

  test('for one pair, and for a group with each pair that it has', async () => {
    const pair = await servePair('app1');
    const served = await serveCollector({ groups: [groupOf('billing', [pair.config])] });
    const before = Date.now();
    const group = (await got(served, `/v1/timeline?group=billing&at=${before}`)).moment;
    expect(group).toMatchObject({ verdict: 'ready', pairs: [{ pair: 'app1', verdict: 'ready' }] });
    const alone = (await got(served, `/v1/timeline?group=billing&pair=app1&at=${before}`)).moment;
    expect(alone).toMatchObject({ verdict: 'ready', pairs: [], since: group.pairs[0].since });
  });

  test('the same whenever it is asked: what is mended was not ready before it was mended', async () => {
    const pair = await servePair('app1');
    const served = await serveCollector({ groups: [groupOf('billing', [pair.config])] });
    await see(pair.primary, 9);
    await served.lookAround();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const meanwhile = Date.now();
    const asked = async () => (await got(served, `/v1/timeline?group=billing&at=${meanwhile}`)).moment;
    const then = await asked();
    expect(then).toMatchObject({ verdict: 'not-ready', findings: [{ code: 'levels/behind' }] });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await see(pair.standby, 9);
    await served.lookAround();
    expect((await got(served, '/v1/fleet')).verdict).toBe('ready');
    expect(await asked()).toEqual(then);
  });
});

test('a collector that was off leaves a hole, and what it knew before is known after', async () => {
  const pair = await servePair('app1');
  const groups = [groupOf('billing', [pair.config])];
  const earlier = { ...systemClock(), now: () => Date.now() - 3 * hour };
  const first = buildCollector({ groups, clock: earlier });
  await first.collector.start();
  await first.lookAround();
  const knownAt = earlier.now();
  await first.lookAround();
  await first.collector.stop();
  const second = await serveCollector({ groups, folder: first.folder });
  const kinds = (spans: readonly { verdict: string; hole: string | null; from: number; until: number }[]) =>
    spans.filter(({ from, until }) => from < until).map(({ verdict, hole }) => hole ?? verdict);
  const body = await got(second, `/v1/timeline?group=billing&at=${knownAt}`);
  expect(kinds(body.spans)).toEqual(['nobody-watched', 'ready', 'nobody-watched', 'ready']);
  expect(body.moment).toMatchObject({ verdict: 'ready' });
  expect((await got(second, `/v1/timeline?group=billing&at=${knownAt + hour}`)).moment).toMatchObject({ verdict: null });
});
