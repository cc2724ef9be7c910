// A report for auditors, asked over HTTP: of a group whose past was written, and of one that is watched.
import { describe, expect, test, vi } from 'vitest';
import { type ReportFinding, ReportSchema } from '../../src/contract/report.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import type { FindingEvent, StandingFinding } from '../../src/contract/standing.ts';
import { hour, minute } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, pairOf, type ServedCollector, serveCollector, servePair, serveTwoGroups } from '../support/collector.ts';
import { standingOf, waiverOf } from '../support/receipt.ts';

const day = 24 * hour;
/** Long enough ago for what is judged now to be no part of it. */
const start = Math.floor(Date.now() / day) * day - 20 * day;
const at = (hours: number): number => start + hours * hour;
const nobody = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });

const path = (query: Record<string, string | number>): string =>
  `/v1/report?${new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]))}`;

const event = (kind: FindingEvent['kind'], hours: number, more: Partial<StandingFinding> = {}): FindingEvent => ({
  kind,
  at: at(hours),
  group: 'payroll',
  pair: 'app1',
  finding: standingOf({ openedAt: at(10), ...more }),
  detail: '',
});

/** Of a group that is no more: ready for ten hours, two of them not, and nobody watched from 12 to 20. */
async function serveWithPast(): Promise<ServedCollector> {
  const served = await serveCollector({ groups: [groupOf('billing', [nobody])] });
  const { store } = served.collector;
  const spans = [['ready', 0, 10] as const, ['not-ready', 10, 12] as const, ['ready', 20, 30] as const];
  for (const pair of [null, 'app1'])
    for (const [verdict, from, until] of spans)
      for (let time = at(from); time <= at(until); time += 5 * minute)
        store.verdicts.confirm({ group: 'payroll', pair }, verdict, time, 6 * minute);
  store.findings.record([event('opened', 10), event('resolved', 12, { state: 'resolved', resolvedAt: at(12) })]);
  store.waivers.add(waiverOf({ group: 'payroll', author: '=cmd()', createdAt: at(11), until: at(40) }));
  store.waivers.add(waiverOf({ id: 'w2', group: 'payroll', createdAt: at(35), until: at(40) }));
  return served;
}

const period = { group: 'payroll', from: at(-5), to: at(25) };

describe('a report of a group that is no more', () => {
  test('tells what stood, and where nobody watched', async () => {
    const report = await got(await serveWithPast(), path(period));
    expect(schemaProblems(ReportSchema, report)).toEqual([]);
    const stood = (spans: { verdict: string; hole: string | null; from: number; until: number }[]) =>
      spans.map(({ verdict, hole, from, until }) => [hole ?? verdict, (until - from) / hour]);
    expect(stood(report.spans)).toEqual([
      ['nobody-watched', 5],
      ['ready', 10],
      ['not-ready', 2],
      ['nobody-watched', 8],
      ['ready', 5],
    ]);
    expect(report.unwatchedMs).toBe(13 * hour);
    expect(report.shares.find(({ verdict }: { verdict: string }) => verdict === 'ready')).toEqual({
      verdict: 'ready',
      ms: 15 * hour,
      share: 0.5,
    });
    expect(report.pairs).toMatchObject([{ pair: 'app1', readyMs: 15 * hour, unwatchedMs: 13 * hour }]);
  });

  test('has each finding with what held it, and the waivers of the period alone', async () => {
    const report = await got(await serveWithPast(), path(period));
    expect(report.findings).toMatchObject([
      { pair: 'app1', code: 'kernel/behind-primary', openedAt: at(10), resolvedAt: at(12), openMs: 2 * hour, waivers: ['w1'] },
    ]);
    expect(report.waivers.map(({ id }: { id: string }) => id)).toEqual(['w1']);
  });

  test('holds what happened at its first moment, and nothing of what happens at its last', async () => {
    const served = await serveWithPast();
    const told = async (from: number, to: number) => {
      const { pairs, findings, waivers } = await got(served, path({ group: 'payroll', from: at(from), to: at(to) }));
      return [pairs.length, findings.length, waivers.length];
    };
    expect(await told(-5, 0)).toEqual([0, 0, 0]);
    expect(await told(0, 10)).toEqual([1, 0, 0]);
    expect(await told(10, 11)).toEqual([1, 1, 0]);
    expect(await told(11, 12)).toEqual([1, 1, 1]);
    expect(await told(12, 35)).toEqual([1, 0, 1]);
    expect(await told(40, 50)).toEqual([0, 0, 0]);
  });

  test('says of what it cannot tell', async () => {
    const report = await got(await serveWithPast(), path(period));
    expect(report.coverage).toEqual([]);
    expect(report.limits).toEqual([expect.stringContaining('app1 is a pair of this group no more')]);
  });
});

describe('a report of a group that is watched', () => {
  test('tells for each gap of each pair how much of the period was watched', async () => {
    const served = await serveTwoGroups();
    const now = Date.now();
    const report = await got(served, path({ group: 'billing', from: now - hour }));
    expect(schemaProblems(ReportSchema, report)).toEqual([]);
    for (const { watchedMs, unknownMs, notConfiguredMs } of report.coverage)
      expect(watchedMs + unknownMs + notConfiguredMs).toBe(report.to - report.from);
    const watched = report.coverage.filter(({ checks }: { checks: string[] }) => checks.length > 0);
    expect(watched).toMatchObject([{ pair: 'app1', checks: ['levels'] }]);
    expect(watched[0].notConfiguredMs).toBeGreaterThan(50 * minute);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.limits).toEqual([]);
  });

  test('holds what was asked at the gate', async () => {
    const served = await serveTwoGroups();
    await got(served, '/v1/gate/billing?failOn=degraded');
    // What was asked in this very millisecond is the next period's.
    await vi.waitFor(async () => {
      const report = await got(served, path({ group: 'billing' }));
      expect(report.receipts).toMatchObject([{ verdict: 'not-ready', isPassed: false, override: null }]);
    });
  });

  test('has the findings of a pair that left as ended since then, and not as mended', async () => {
    const served = await serveTwoGroups();
    await served.lookAround();
    await served.collector.reload({ ...served.config, groups: served.config.groups.filter(({ name }) => name === 'crm') });
    const leftAt = served.collector.store.verdicts.latest({ group: 'billing', pair: 'app1' })!.until;
    const told = async (from: number): Promise<ReportFinding[]> => (await got(served, path({ group: 'billing', from }))).findings;
    await vi.waitFor(async () => expect((await told(leftAt - hour)).length).toBeGreaterThan(0));
    for (const one of await told(leftAt - hour)) expect(one).toMatchObject({ resolvedAt: leftAt, isUnwatched: true });
    expect(await told(leftAt + 1)).toEqual([]);
  });

  test('says where nobody was ever heard', async () => {
    const served = await serveCollector({ groups: [groupOf('billing', [nobody])] });
    const { limits, coverage } = await got(served, path({ group: 'billing' }));
    expect(limits).toEqual([
      'app1: http://127.0.0.1:2 has never answered: nothing was watched there.',
      'app1: http://127.0.0.1:1 has never answered: nothing was watched there.',
    ]);
    expect(coverage.every(({ watchedMs }: { watchedMs: number }) => watchedMs === 0)).toBe(true);
  });
});

describe('as CSV', () => {
  test('it is one table with times that people read and a name that tells what it is', async () => {
    const { status, headers, text } = await ask((await serveWithPast()).url + path({ ...period, format: 'csv', table: 'findings' }));
    const [from, to] = [at(-5), at(25)].map((ms) => new Date(ms).toISOString().slice(0, 10));
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    expect(headers['content-disposition']).toBe(`attachment; filename="understudy-payroll-${from}-to-${to}-findings.csv"`);
    const [header, line, end] = text.split('\r\n');
    expect(header?.split(',').slice(0, 4)).toEqual(['group', 'pair', 'code', 'gap']);
    expect(line).toContain(`,${new Date(at(10)).toISOString()},${new Date(at(12)).toISOString()},false,false,7200000,w1`);
    expect(end).toBe('');
  });

  test('it holds nothing that a spreadsheet computes', async () => {
    const { text } = await ask((await serveWithPast()).url + path({ ...period, format: 'csv', table: 'waivers' }));
    expect(text).toContain(",'=cmd(),");
  });

  test.each(['verdicts', 'coverage', 'receipts'])('there is a table of %s', async (table) => {
    const { status, text } = await ask((await serveWithPast()).url + path({ ...period, format: 'csv', table }));
    expect([status, text.split('\r\n')[0]?.split(',').includes('group')]).toEqual([200, true]);
  });
});

describe('what is refused', () => {
  test.each([
    [{ group: 'nobody' }, 404],
    [{ group: 'payroll', format: 'csv' }, 400],
    [{ group: 'payroll', table: 'findings' }, 400],
    [{ group: 'payroll', format: 'csv', table: 'people' }, 400],
    [{ group: 'payroll', from: at(0), to: at(0) }, 400],
    [{ group: 'payroll', from: start - 500 * day }, 400],
  ])('%j', async (query, status) => {
    expect((await ask((await serveWithPast()).url + path(query))).status).toBe(status);
  });
});

test('a group that is known by no other name is named in the file as far as a header may hold it', async () => {
  const pair = await servePair('app1', { group: 'zahlung/"ü"' });
  const served = await serveCollector({ groups: [groupOf('zahlung/"ü"', [pair.config])] });
  const { headers } = await ask(served.url + path({ group: 'zahlung/"ü"', format: 'csv', table: 'verdicts' }));
  expect(headers['content-disposition']).toMatch(
    /^attachment; filename="understudy-zahlung-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d-verdicts\.csv"$/,
  );
});
