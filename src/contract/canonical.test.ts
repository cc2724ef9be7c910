import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

/** The same value with the members of its objects put in another order. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, turned(member)] as const)
      .reverse(),
  );
};

test('the order in which members were put never shows, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(turned(value))).toBe(text);
      // What is in order already is written by another way.
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test.each([
  [{ b: 1, a: { d: [{ f: 1, e: 2 }], c: 3 } }, '{"a":{"c":3,"d":[{"e":2,"f":1}]},"b":1}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [{ a: { toJSON: () => ({ z: 1, y: 2 }) } }, '{"a":{"y":2,"z":1}}'],
])('%j becomes %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
