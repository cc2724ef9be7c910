import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readJks } from './jks.ts';

const store = (name: string): Buffer => readFileSync(new URL(`fixtures/keystore/${name}`, import.meta.url));

describe('a Java keystore', () => {
  test('gives a key’s whole chain without its password', () => {
    const read = readJks(store('key.jks'));
    if (read.kind !== 'jks') throw new Error(read.detail);
    const [entry] = read.entries;
    expect(entry).toMatchObject({ alias: 'standby1', kind: 'key' });
    expect(entry!.chain.map((der) => new X509Certificate(der).validToDate.toISOString())).toEqual([
      '2027-12-25T03:21:50.000Z',
      expect.stringMatching(/^2036-11-20T/),
    ]);
  });

  test('of trusted certificates gives each under its alias', () => {
    const read = readJks(store('trust.jks'));
    if (read.kind !== 'jks') throw new Error(read.detail);
    expect(read.entries.map(({ alias, kind, chain }) => [alias, kind, chain.length])).toEqual([['ca', 'trusted', 1]]);
  });

  test('of the cipher extension is read alike', () => {
    const read = readJks(store('key.jceks'));
    if (read.kind !== 'jks') throw new Error(read.detail);
    expect(read.entries.map(({ alias, kind, chain }) => [alias, kind, chain.length])).toEqual([['a', 'key', 1]]);
  });

  test('cut anywhere is unparsable, never shorter', () => {
    const bytes = store('key.jks');
    const body = bytes.length - 20; // the digest over the password closes the file
    for (let size = 0; size < body; size += 7) expect(readJks(bytes.subarray(0, size)).kind).toBe('unparsable');
  });

  test('that claims four thousand million entries is refused', () => {
    const bytes = store('trust.jks');
    bytes.writeUInt32BE(0xffffffff, 8);
    expect(readJks(bytes)).toMatchObject({ kind: 'unparsable' });
  });
});
