import { expect, test } from 'vitest';
import { elided } from './elided.ts';

const long = `begin${'x'.repeat(500)}end`;

test('of a long stretch between two marks its beginning and its end stay', () => {
  const [, between] = elided([
    { text: 'one', isMarked: true },
    { text: long, isMarked: false },
    { text: 'two', isMarked: true },
  ]);
  expect([between!.text.startsWith('begin'), between!.text.endsWith('end'), between!.text.length]).toEqual([true, true, 123]);
});

test('before the first mark only what leads to it stays, and behind the last one only what follows it', () => {
  const [before, , behind] = elided([
    { text: long, isMarked: false },
    { text: 'one', isMarked: true },
    { text: long, isMarked: false },
  ]);
  expect(before!.text.startsWith(' … ')).toBe(true);
  expect(behind!.text.endsWith(' … ')).toBe(true);
});

test('what is marked, and what is short, stays whole', () => {
  const pieces = [
    { text: 'short', isMarked: false },
    { text: long, isMarked: true },
  ];
  expect(elided(pieces)).toEqual(pieces);
});
