import { expect, test } from 'vitest';
import type { Verdict } from '../../contract/finding.ts';
import { fleetAnswer, foundOf, groupAnswer, obstacles, tenseOf } from './answer.ts';

const none = { blocker: 0, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };
const judged = (group: string, verdict: Verdict | null, counts = {}) => ({ group, verdict, counts: { ...none, ...counts } });

test('the answer counts what could take over, warnings or not', () => {
  const groups = [judged('a', 'not-ready'), judged('b', 'degraded'), judged('c', 'ready')];
  expect(fleetAnswer(groups, 'now')).toBe('2 of 3 groups could take over now');
  expect(fleetAnswer(groups, 'past')).toBe('2 of 3 groups could have taken over then');
  expect(fleetAnswer(groups.slice(1), 'now')).toBe('All 2 groups could take over now');
});

test('what is not known is never counted as able', () => {
  expect(fleetAnswer([judged('a', 'unknown'), judged('b', null), judged('c', 'suspended')], 'now')).toBe(
    'None of 3 groups could take over now',
  );
  expect(groupAnswer(judged('a', 'unknown'), 'now')).toBe('It is not known whether a could take over now');
  expect(groupAnswer(judged('a', null), 'past')).toBe('Nobody watched a then');
});

test('what was last heard is not said to be so now', () => {
  const groups = [judged('a', 'ready'), judged('b', 'ready')];
  expect(fleetAnswer(groups, tenseOf(false, true))).toBe('All 2 groups could take over when last heard of');
});

test('a fleet of one group is that group', () => {
  expect(fleetAnswer([judged('billing', 'not-ready')], 'now')).toBe('billing could not take over now');
  expect(fleetAnswer([], 'now')).toBe('No group is watched');
  expect(fleetAnswer([], 'past')).toBe('Nothing is known of that moment');
});

test('what stands in the way is told worst first, with what makes the verdict', () => {
  const groups = [judged('c', 'ready'), judged('b', 'degraded', { warning: 1 }), judged('a', 'not-ready', { blocker: 3, warning: 2 })];
  expect(obstacles(groups.map(({ group, ...rest }) => ({ name: group, ...rest })))).toEqual([
    { name: 'a', verdict: 'not-ready', because: '3 blockers' },
    { name: 'b', verdict: 'degraded', because: '1 warning' },
  ]);
});

test('what there is none of is not counted', () => {
  expect(foundOf(none)).toEqual([]);
  expect(foundOf({ ...none, blocker: 1, waived: 2 })).toEqual(['1 blocker', '2 waived']);
});

test('of a past verdict whose findings cannot be told no number is said', () => {
  const told = obstacles((['not-ready', 'unknown', 'degraded'] as const).map((verdict) => ({ name: verdict, verdict, counts: none })));
  expect(told.map(({ because }) => because)).toEqual(['', '', '']);
});
