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

test('a word or two that one side has more are marked there', () => {
  expect(marked('TLSv1.2, TLSv1.3', 'TLSv1.2')).toEqual(['TLSv1.2[, TLSv1.3]', 'TLSv1.2']);
});

test('a sentence that one side says more is not marked, and what differs before it is', () => {
  expect(marked('5.15.0-318.el9uek', '5.15.0-311.el9uek; 2 live patches fewer: aostn7o7')).toEqual([
    '5.15.0-[318].el9uek',
    '5.15.0-[311].el9uek; 2 live patches fewer: aostn7o7',
  ]);
});

test('texts that say different things have no marks', () => {
  expect(marked('allowed, as on the primary', 'not authorised (HTTP 404)')).toEqual([
    'allowed, as on the primary',
    'not authorised (HTTP 404)',
  ]);
});

test('a word that two sentences happen to end with makes no marks', () => {
  expect(marked('as on the primary', '2 newer: openssl 1.2 (primary 1.1)')[0]).toBe('as on the primary');
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

test('in a very long text what differs in its middle is marked', () => {
  const [begin, end] = ['word '.repeat(6_000), ' more'.repeat(6_000)];
  expect(marked(`${begin}one${end}`, `${begin}two${end}`)).toEqual([`${begin}[one]${end}`, `${begin}[two]${end}`]);
});

test('of two very long texts that differ all over, the whole middle is marked', () => {
  const [begin, one, other] = ['word '.repeat(5_000), 'a b c '.repeat(1_000), 'd e f '.repeat(1_000)];
  expect(differing(`${begin}${one}end`, `${begin}${other}end`).actual.map(({ isMarked }) => isMarked)).toEqual([false, true, false]);
});

test('all pieces together are the text', () => {
  const text = '2 missing: pcp-libs 6.2.2-7.el9_5, sysstat 12.5.4-9.0.1.el9';
  const { actual } = differing('2 missing: pcp-libs 6.2.2-8.el9_5, sysstat 12.5.4-9.0.2.el9', text);
  expect(actual.map((piece) => piece.text).join('')).toBe(text);
});
