import { expect, test } from 'vitest';
import type { Verdict } from '../../contract/finding.ts';
import type { GroupRows, PairRow } from '../../contract/matrix.ts';
import { countsByVerdict, filtered, filterOf, queryOf } from './filter.ts';

const counts = { blocker: 0, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };
const pair = (name: string, verdict: Verdict | null): PairRow => ({
  pair: name,
  verdict,
  since: null,
  asOf: null,
  blind: null,
  standby: { target: '', name: `${name}-zrh`, site: null, heardAt: null, failures: 0, troubles: [] },
  primary: null,
  counts,
  cells: [],
});
const group = (name: string, pairs: PairRow[]): GroupRows => ({
  group: name,
  verdict: pairs[0]?.verdict ?? 'unknown',
  since: null,
  asOf: null,
  counts,
  shares: [],
  forecast: { kind: 'not-known' },
  pairs,
});
const fleet = [
  group('billing', [pair('db1', 'not-ready'), pair('app1', 'ready')]),
  group('web', [pair('web1', 'ready')]),
  group('empty', []),
];

const names = (query: Record<string, string>) =>
  filtered(fleet, filterOf(query)).map((one) => [one.group, ...one.pairs.map(({ pair: name }) => name)].join(' '));

test('without a filter everything is listed, groups without a pair too', () => {
  expect(filtered(fleet, filterOf({}))).toBe(fleet);
});

test('a text is sought in the names of groups, pairs and nodes', () => {
  expect(names({ q: 'billing' })).toEqual(['billing db1 app1']);
  expect(names({ q: 'DB1-zrh' })).toEqual(['billing db1']);
  expect(names({ q: 'billing app' })).toEqual(['billing app1']);
});

test('verdicts are listed together, and a word that is none is ignored', () => {
  expect(names({ show: 'not-ready,unknown,x' })).toEqual(['billing db1', 'empty']);
});

test('the address keeps the filter', () => {
  const query = { q: 'a b', show: 'not-ready,unknown' };
  expect(queryOf(filterOf(query))).toEqual(query);
  expect(queryOf(filterOf({}))).toEqual({ q: null, show: null });
});

test('counts are of all pairs', () => {
  expect([...countsByVerdict(fleet)]).toEqual([
    ['not-ready', 1],
    ['ready', 2],
  ]);
});
