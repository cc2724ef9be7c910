// What a broken or malicious file must never do: throw, hang, or pass for less than it is.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readContent } from './content.ts';
import { readDer, readMembers } from './der.ts';
import { readJks } from './jks.ts';
import { readPkcs12 } from './pkcs12.ts';

const store = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`fixtures/keystore/${name}`, import.meta.url)));

/** The file with some bytes changed, and perhaps cut. */
const damaged = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
    )
    .map(([changes, size]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      return copy.subarray(0, size);
    });

describe('damaged in any way', () => {
  test.each(['key.jks', 'trust.jks'])('%s is read or unparsable', (name) => {
    fc.assert(
      fc.property(damaged(store(name)), (bytes) => ['jks', 'unparsable'].includes(readJks(bytes).kind)),
      { numRuns: 1_000 },
    );
  });

  test.each(['modern.p12', 'legacy.p12', 'ec.p12'])('%s is read, locked or unparsable', async (name) => {
    await fc.assert(
      fc.asyncProperty(damaged(store(name)), async (bytes) =>
        ['pkcs12', 'unparsable'].includes((await readPkcs12(bytes, 'changeit')).kind),
      ),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(damaged(store(name)), async (bytes) => ['pkcs12', 'unparsable'].includes((await readPkcs12(bytes, null)).kind)),
      { numRuns: 1_000 },
    );
  });

  test('any bytes at all have an answer', async () => {
    const magics = [
      [0xfe, 0xed, 0xfe, 0xed],
      [0xce, 0xce, 0xce, 0xce],
      [0x30, 0x82],
      [0x30, 0x80],
      [...Buffer.from('-----BEGIN CERTIFICATE-----\n')],
      [],
    ];
    const bytes = fc
      .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }))
      .map(([magic, rest]) => Uint8Array.from([...magic, ...rest]));
    await fc.assert(
      fc.asyncProperty(bytes, async (each) => (await readContent(each, 'changeit')).kind !== 'read'),
      { numRuns: 2_000 },
    );
  });
});

describe('DER', () => {
  test('nested a hundred thousand deep is refused', () => {
    expect(readDer(Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80)))).toBeNull();
  });

  test('of indefinite length is the same as of definite length', () => {
    const definite = readDer(Uint8Array.from([0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07]))!;
    const indefinite = readDer(Uint8Array.from([0x30, 0x80, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07, 0x00, 0x00, 0xff]))!;
    expect(Buffer.from(indefinite.content)).toEqual(Buffer.from(definite.content));
    expect(readMembers(indefinite)?.length).toBe(2);
  });

  test('with millions of empty members is refused', () => {
    const bytes = new Uint8Array(2_000_004).fill(0);
    bytes.set([0x30, 0x83, 0x1e, 0x84, 0x7f]);
    expect(readMembers(readDer(bytes)!)).toBeNull();
  });
});
