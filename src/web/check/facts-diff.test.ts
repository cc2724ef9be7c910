import { expect, test } from 'vitest';
import { factsDiff } from './facts-diff.ts';

const changesOf = (before: unknown, after: unknown) =>
  factsDiff(before, after).changes.map((change) => [change.field, change.before, change.after]);

test('a value that became another is one change, with both', () => {
  expect(changesOf({ kernel: { effective: '5.15.0-311', booted: 1 } }, { kernel: { effective: '5.15.0-318', booted: 1 } })).toEqual([
    ['/kernel/effective', '5.15.0-311', '5.15.0-318'],
  ]);
});

test('one more at the head of a list is one more, not all others', () => {
  expect(changesOf({ names: ['b', 'c'] }, { names: ['a', 'b', 'c'] })).toEqual([['/names/[=a]', null, 'a']]);
  const list = [{ name: 'b', version: '1' }];
  expect(
    changesOf(list, [
      { name: 'a', version: '3' },
      { name: 'b', version: '2' },
    ]),
  ).toEqual([
    ['/[name=b]/version', '1', '2'],
    ['/[name=a]', null, '{"name":"a","version":"3"}'],
  ]);
});

test('entries that nothing names are matched by their place', () => {
  expect(changesOf([1, 2], [1, 3])).toEqual([['/1', '2', '3']]);
  expect(changesOf(['a', 'a'], ['a', 'b'])).toEqual([['/1', 'a', 'b']]);
});

test('what is of another kind is told as a whole, and null is not nothing', () => {
  expect(changesOf({ at: null }, { at: { day: 1 } })).toEqual([['/at', 'null', '{"day":1}']]);
  expect(changesOf({}, { at: null })).toEqual([['/at', null, 'null']]);
  expect(changesOf({ at: [] }, { at: {} })).toEqual([['/at', '[]', '{}']]);
  expect(changesOf(1, 2)).toEqual([['/', '1', '2']]);
});

test('the same facts have no changes, and many are bounded', () => {
  expect(factsDiff({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual({ changes: [], hasMore: false });
  const many = factsDiff({}, Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, n])));
  expect([many.changes.length, many.hasMore]).toEqual([200, true]);
});
