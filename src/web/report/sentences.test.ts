import { expect, test } from 'vitest';
import type { Report } from '../../contract/report.ts';
import { reportSentences } from './sentences.ts';

const day = 86_400_000;

const reportOf = (more: Partial<Report> = {}): Report => ({
  format: 'understudy-report/1',
  at: 31 * day,
  collector: 'watch1',
  version: '0.1.0',
  group: 'billing',
  from: 0,
  to: 30 * day,
  spans: [],
  shares: [],
  unwatchedMs: 0,
  pairs: [],
  findings: [],
  waivers: [],
  coverage: [],
  receipts: [],
  limits: [],
  ...more,
});

const share = (verdict: Report['shares'][number]['verdict'], days: number): Report['shares'][number] => ({
  verdict,
  ms: days * day,
  share: days / 30,
});

const finding = (more: Partial<Report['findings'][number]>): Report['findings'][number] => ({
  pair: 'app1',
  code: 'kernel/behind-primary',
  gap: 'kernel',
  severity: 'blocker',
  check: 'kernel',
  title: 'behind',
  subject: 'kernel',
  expected: '2',
  actual: '1',
  openedAt: day,
  resolvedAt: null,
  isEarlier: false,
  isUnwatched: false,
  openMs: day,
  waivers: [],
  ...more,
});

const waiver = (more: Partial<Report['waivers'][number]>): Report['waivers'][number] => ({
  id: 'w',
  group: 'billing',
  pair: 'app1',
  finding: 'f',
  code: 'kernel/behind-primary',
  check: 'kernel',
  subject: 'kernel',
  expected: '2',
  actual: '1',
  author: 'anna',
  by: 'token ops',
  reason: 'Sunday',
  createdAt: day,
  until: 40 * day,
  endedAt: null,
  endedBecause: null,
  ...more,
});

const receipt = (isPassed: boolean | null, override: Report['receipts'][number]['override'] = null): Report['receipts'][number] => ({
  id: 'r',
  issuedAt: day,
  by: 'token ci',
  verdict: 'ready',
  isPassed,
  override,
});

test('what stood is told with its share, and what nobody watched by itself', () => {
  const shares = [share('ready', 27), share('not-ready', 1), share('unknown', 2), share('degraded', 0), share('suspended', 0)];
  expect(reportSentences(reportOf({ shares, unwatchedMs: 1.5 * day })).standing).toBe(
    'Of the period, billing was ready for 90.0 % (27 d), not ready for 3.3 % (1 d) and not known for 1.7 % (12 h). ' +
      'Nobody watched for 5.0 % (1 d 12 h): nothing is known of that time.',
  );
});

test('a period that nobody watched is never told as a good one', () => {
  const { standing } = reportSentences(reportOf({ shares: [share('unknown', 30)], unwatchedMs: 30 * day }));
  expect(standing).toBe('Nobody watched billing in this period.');
  expect(reportSentences(reportOf({ shares: [share('ready', 30)] })).standing).toBe(
    'Of the period, billing was ready for 100 % (30 d). A verdict was kept all the time.',
  );
});

test('findings are counted by what became of them', () => {
  const findings = [
    finding({ isEarlier: true, resolvedAt: 2 * day }),
    finding({}),
    finding({ resolvedAt: 3 * day }),
    finding({ isUnwatched: true, resolvedAt: 4 * day }),
  ];
  expect(reportSentences(reportOf({ findings })).findings).toBe(
    '4 findings: 3 opened in the period, 1 open from before, 2 resolved, 1 not watched any more and 1 still open at its end.',
  );
  expect(reportSentences(reportOf()).findings).toBe('No finding was open at any time.');
});

test('waivers are counted by how they ended, as of the end of the period', () => {
  const waivers = [
    waiver({}),
    waiver({ endedAt: 5 * day, endedBecause: 'expired' }),
    waiver({ endedAt: 6 * day, endedBecause: 'evidence-changed' }),
    waiver({ endedAt: 35 * day, endedBecause: 'withdrawn' }),
  ];
  expect(reportSentences(reportOf({ waivers })).waivers).toBe(
    '4 waivers held: 1 ended with its time, 1 void because the evidence changed and 2 in force at the end of the period.',
  );
});

test('the gate is told by what it answered, an override apart', () => {
  const receipts = [receipt(true), receipt(false), receipt(true, { by: 'anna', reason: 'drill' }), receipt(null)];
  expect(reportSentences(reportOf({ receipts })).gate).toBe(
    'The gate was asked 4 times: 1 passed, 1 refused, 1 let pass by override and 1 asked for the record only.',
  );
  expect(reportSentences(reportOf({ receipts: [receipt(true)] })).gate).toBe('The gate was asked once: 1 passed.');
});

test('that a verdict was kept does not say that everything was watched: the least watched gap is named', () => {
  const of = (gap: Report['coverage'][number]['gap'], watched: number, notConfigured = 0): Report['coverage'][number] => ({
    pair: 'app1',
    gap,
    watchedMs: watched,
    unknownMs: 1_000 - watched - notConfigured,
    notConfiguredMs: notConfigured,
    checks: [],
  });
  const said = (...coverage: Report['coverage']): string => reportSentences(reportOf({ coverage })).coverage;
  expect(said(of('dns', 991), of('certificates', 987))).toBe('The least watched gap: certificates of app1, 98.7 % of the period.');
  expect(said(of('dns', 990), of('iam', 0, 1_000))).toBe(
    'The least watched gap: DNS of app1, 99.0 % of the period. 1 of 2 gaps had no check.',
  );
  expect(said(of('dns', 1_000))).toBe('Every gap that a check looked at was watched all the time.');
  expect(said(of('dns', 0, 1_000))).toBe('No gap had a check that looked at it.');
});
