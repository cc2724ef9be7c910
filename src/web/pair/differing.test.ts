import { expect, test } from 'vitest';
import { differing, type Piece } from './differing.ts';

const shown = (pieces: readonly Piece[]): string => pieces.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('');

const marked = (expected: string, actual: string): readonly string[] => {
  const both = differing(expected, actual);
  return [shown(both.expected), shown(both.actual)];
};

test('a hash that differs is marked, and what stands round it is not', () => {
  expect(marked('sha256 fa7117a0, 32 bytes', 'sha256 cf93a3f1, 32 bytes')).toEqual([
    'sha256 [fa7117a0], 32 bytes',
    'sha256 [cf93a3f1], 32 bytes',
  ]);
});

test('in a date the parts that differ are marked', () => {
  expect(marked('ends 2027-11-06T23:59:59.000Z', 'ends 2026-12-30T23:59:59.000Z')).toEqual([
    'ends [2027-11-06]T23:59:59.000Z',
    'ends [2026-12-30]T23:59:59.000Z',
  ]);
});

test('what one side has more is marked there', () => {
  expect(marked('TLSv1.2', 'TLSv1.2 TLSv1.3')[0]).toBe('TLSv1.2');
});

test('texts that say different things have no marks', () => {
  expect(marked('allowed, as on the primary', 'not authorised (HTTP 404)')).toEqual([
    'allowed, as on the primary',
    'not authorised (HTTP 404)',
  ]);
});

test('equal texts have no marks', () => {
  expect(marked('5.15.0', '5.15.0')).toEqual(['5.15.0', '5.15.0']);
});

test.each([
  ['', ''],
  ['', 'something'],
  ['–', '…'],
])('nothing to compare (%j, %j) has no marks', (expected, actual) => {
  expect(marked(expected, actual)).toEqual([expected, actual]);
});

test('a very long text is given back as it is', () => {
  const long = 'word '.repeat(600);
  expect(marked(long, `${long}more`)).toEqual([long, `${long}more`]);
});

test('all pieces together are the text', () => {
  const text = '2 missing: pcp-libs 6.2.2-7.el9_5, sysstat 12.5.4-9.0.1.el9';
  const { actual } = differing('2 missing: pcp-libs 6.2.2-8.el9_5, sysstat 12.5.4-9.0.2.el9', text);
  expect(actual.map((piece) => piece.text).join('')).toBe(text);
});
