import { expect, test } from 'vitest';
import { counted, listed } from './counts.ts';

test('one of something is said as one', () => {
  expect(counted(1, 'blind spot')).toBe('1 blind spot');
  expect(counted(1_200, 'pair')).toBe('1,200 pairs');
});

test('a long list is cut and says by how much', () => {
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  expect(listed(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
});
