import { expect, test } from 'vitest';
import { keptText } from './kept-text.ts';

test.each([
  ['longer', 'x'.repeat(5_000)],
  ['shorter', ''],
  ['of the same length', 'öß 漢 ✓ 🦉'],
  ['beyond ASCII and longer', 'öß 漢 ✓ 🦉'.repeat(100)],
])('a text that is replaced by one that is %s is the new one', (_, text) => {
  const kept = keptText('[1,2,3,4,5,6,7]');
  kept.put(text);
  expect(kept.get()).toBe(text);
});

test('texts do not share a place', () => {
  const [one, other] = [keptText('one'), keptText('other')];
  one.put('eno');
  expect([one.get(), other.get()]).toEqual(['eno', 'other']);
});

test('that it was replaced shows', () => {
  const kept = keptText('a');
  const before = kept.version();
  kept.put('a');
  expect(kept.version()).not.toBe(before);
});
