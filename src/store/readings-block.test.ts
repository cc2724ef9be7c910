import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LookNumbers, packReadings, unpackReadings } from './readings-block.ts';

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1_000),
  fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, -1e300, 0.1, 2 ** 50),
);

const looks: fc.Arbitrary<readonly LookNumbers[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 4e12 }),
      values: fc.dictionary(fc.constantFrom('1', '2', '7', '300'), value, { minKeys: 1 }),
    }),
    {
      minLength: 1,
      maxLength: 80,
    },
  )
  .map((all) =>
    all
      .map(({ at, values }) => ({ at, values: new Map(Object.entries(values).map(([id, one]) => [Number(id), one === 0 ? 0 : one])) }))
      .sort((a, b) => a.at - b.at),
  );

const plain = (all: readonly LookNumbers[]) => all.map(({ at, values }) => [at, [...values].sort(([a], [b]) => a - b)]);

test('what is packed comes back as it was, whatever the numbers', () => {
  fc.assert(
    fc.property(looks, (all) => {
      expect(plain(unpackReadings(packReadings(all)))).toEqual(plain(all));
    }),
    { numRuns: 300 },
  );
});

test('only the series asked for are read', () => {
  const all = [
    {
      at: 5,
      values: new Map([
        [1, 1.5],
        [2, 2.5],
      ]),
    },
  ];
  expect(plain(unpackReadings(packReadings(all), new Set([2])))).toEqual([[5, [[2, 2.5]]]]);
});

test('an hour of four readings a minute takes under ten bytes a look', () => {
  let seed = 7;
  const noise = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const milliseconds = (mean: number): number => Math.round((mean + noise() * mean * 0.1) * 1_000) / 1_000;
  const hour = Array.from({ length: 60 }, (_, n) => ({
    at: 1_770_000_000_000 + n * 60_000 + Math.round(noise() * 4),
    values: new Map([
      [1, milliseconds(0.4)],
      [2, milliseconds(3)],
      [3, milliseconds(8)],
      [4, Math.round((42 - n / 1_440) * 1_000) / 1_000],
    ]),
  }));
  expect(packReadings(hour).length / 60).toBeLessThan(10);
});

test.each([[[]], [[1]], [[2, 1, 2, 3]], [[1, 255, 255, 255, 255]]])('bytes that were never packed are refused: %j', (bytes) => {
  expect(() => unpackReadings(Uint8Array.from(bytes))).toThrow();
});
