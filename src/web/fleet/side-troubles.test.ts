import { expect, test } from 'vitest';
import type { SideLine } from '../../contract/fleet-lines.ts';
import { troubledPairs, troubledWords, troublesOf } from './side-troubles.ts';

const now = 1_800_000_000_000;
const side = (more: Partial<SideLine> = {}): SideLine => ({
  target: 'http://node',
  name: 'node',
  site: null,
  heardAt: now - 70_000,
  failures: 0,
  troubles: [],
  ...more,
});
const silent = { kind: 'silent', detail: 'has not answered for more than 5 m', since: now } as const;
const clock = { kind: 'clock', detail: 'its clock is ahead', since: now } as const;

const said = (standby: SideLine | null, primary: SideLine | null = side()) => troublesOf({ standby, primary }, now).map(({ text }) => text);

test('a node whose last poll failed is said to be not heard, long before it is called silent', () => {
  expect(said(side())).toEqual([]);
  expect(said(side({ failures: 1 }))).toEqual(['standby not heard for 1 min']);
  expect(said(side(), side({ failures: 4, heardAt: null }))).toEqual(['primary never heard']);
});

test('a silent node is told once, with how long by now', () => {
  expect(said(side({ failures: 9, heardAt: now - 400_000, troubles: [silent] }))).toEqual(['standby not heard for 6 min']);
});

test('every other trouble is told in its own words, and whose it is', () => {
  expect(said(side({ troubles: [clock] }), side({ failures: 1 }))).toEqual(['standby: its clock is ahead', 'primary not heard for 1 min']);
});

test('where nobody stands, and at a past moment, nothing is said', () => {
  expect(said(null, null)).toEqual([]);
});

test('a pair is counted once, as what is worse', () => {
  const pairs = [
    { standby: side({ failures: 1, troubles: [clock] }), primary: side({ failures: 2 }) },
    { standby: side({ troubles: [clock] }), primary: side() },
    { standby: side(), primary: side() },
  ];
  expect(troubledWords(troubledPairs(pairs)).map(({ text }) => text)).toEqual([
    '1 pair with a node that is not heard',
    '1 pair with trouble at a node',
  ]);
});
