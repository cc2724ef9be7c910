import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLikeAny } from './wildcard.ts';

test.each([
  ['vault-pay/token', 'vault-pay/token', true],
  ['vault-pay/token', 'vault-pay/*', true],
  ['vault-pay/token', '*/token', true],
  ['vault-pay/token', 'v*pay*en', true],
  ['vault-pay/token', 'vault', false],
  ['aba', 'ab*ba', false],
  ['', '*', true],
  ['a.c', 'a?c', false],
])('%j is %j: %s', (text, pattern, expected) => {
  expect(isLikeAny(text, [pattern])).toBe(expected);
});

test('nothing is like one of none', () => {
  expect(isLikeAny('a', [])).toBe(false);
});

test('a text is like itself with any part of it left open', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, from, length) => {
      fc.pre(!text.includes('*'));
      expect(isLikeAny(text, [`${text.slice(0, from)}*${text.slice(from + length)}`])).toBe(true);
    }),
  );
});
