import { expect, test } from 'vitest';
import type { Verdict } from '../../contract/finding.ts';
import { fleetAnswer, foundOf, groupAnswer, obstacles } from './answer.ts';

const none = { blocker: 0, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };
const judged = (group: string, verdict: Verdict | null, counts = {}) => ({ group, verdict, counts: { ...none, ...counts } });

test('the answer counts what could take over, warnings or not', () => {
  const groups = [judged('a', 'not-ready'), judged('b', 'degraded'), judged('c', 'ready')];
  expect(fleetAnswer(groups, false)).toBe('2 of 3 groups could take over now');
  expect(fleetAnswer(groups, true)).toBe('2 of 3 groups could have taken over then');
  expect(fleetAnswer(groups.slice(1), false)).toBe('All 2 groups could take over now');
});

test('what is not known is never counted as able', () => {
  expect(fleetAnswer([judged('a', 'unknown'), judged('b', null), judged('c', 'suspended')], false)).toBe(
    'None of 3 groups could take over now',
  );
  expect(groupAnswer(judged('a', 'unknown'), false)).toBe('It is not known whether a could take over now');
  expect(groupAnswer(judged('a', null), true)).toBe('Nobody watched a then');
});

test('a fleet of one group is that group', () => {
  expect(fleetAnswer([judged('billing', 'not-ready')], false)).toBe('billing could not take over now');
  expect(fleetAnswer([], false)).toBe('No group is watched');
});

test('what stands in the way is told worst first, with what makes the verdict', () => {
  const groups = [judged('c', 'ready'), judged('b', 'degraded', { warning: 1 }), judged('a', 'not-ready', { blocker: 3, warning: 2 })];
  expect(obstacles(groups)).toEqual([
    { group: 'a', verdict: 'not-ready', because: '3 blockers' },
    { group: 'b', verdict: 'degraded', because: '1 warning' },
  ]);
});

test('what there is none of is not counted', () => {
  expect(foundOf(none)).toEqual([]);
  expect(foundOf({ ...none, blocker: 1, waived: 2 })).toEqual(['1 blocker', '2 waived']);
});
