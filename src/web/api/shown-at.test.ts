import { expect, test } from 'vitest';
import { noteShownAt, oldestShownAt } from './shown-at.ts';

test('a page is as old as the oldest of what it shows', () => {
  const [one, other] = [{}, {}];
  expect(oldestShownAt.value).toBe(null);
  noteShownAt(one, 20);
  noteShownAt(other, 10);
  expect(oldestShownAt.value).toBe(10);
  noteShownAt(other, 30);
  expect(oldestShownAt.value).toBe(20);
  noteShownAt(one, null);
  noteShownAt(other, null);
  expect(oldestShownAt.value).toBe(null);
});
