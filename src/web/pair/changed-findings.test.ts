import { expect, test } from 'vitest';
import { finding, waivedUntil } from '../../../test/support/standing-finding.ts';
import { changedFindings, changedWords } from './changed-findings.ts';

test('a finding that is gone was resolved, and one that was not there is new', () => {
  const [a, b] = [finding({ id: '1' }), finding({ id: '2' })];
  expect(changedFindings([a], [b])).toEqual({ opened: [b], changed: [], resolved: [a] });
  expect(changedWords(changedFindings([a], [b]))).toBe('1 finding resolved, 1 new');
});

test('one more look at the same is no change', () => {
  const before = finding({ confirmation: { bad: 1, good: 0, needs: { bad: 3, good: 2 } } });
  const after = finding({ confirmation: { bad: 2, good: 0, needs: { bad: 3, good: 2 } }, mark: '2:2' });
  expect(changedWords(changedFindings([before], [after]))).toBe('');
});

test('another value, another state and a waiver are changes', () => {
  const before = [finding({ id: '1' }), finding({ id: '2' }), finding({ id: '3' })];
  const after = [
    finding({ id: '1', actual: 'empty' }),
    finding({ id: '2', state: 'clearing' }),
    finding({ id: '3', waiver: waivedUntil(5) }),
  ];
  expect(changedWords(changedFindings(before, after))).toBe('3 findings changed');
});
