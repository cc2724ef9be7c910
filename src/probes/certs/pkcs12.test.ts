import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPkcs12 } from './pkcs12.ts';

const store = (name: string): Buffer => readFileSync(new URL(`fixtures/keystore/${name}`, import.meta.url));

async function certificates(name: string, password: string): Promise<readonly (readonly [string, string])[]> {
  const read = await readPkcs12(store(name), password);
  if (read.kind !== 'pkcs12') throw new Error(read.detail);
  expect(read.locked).toBe('none');
  return read.certificates.map(({ alias, der }) => [alias, new X509Certificate(der).subject.split('\n').at(-1)!] as const);
}

describe('a PKCS#12 store', () => {
  const pair = [
    ['standby1', 'CN=standby1.example.test'],
    ['', 'CN=Example DR Test CA'],
  ];

  test('of OpenSSL 3 opens, authority without a name included', async () => {
    expect(await certificates('modern.p12', 'changeit')).toEqual(pair);
  });

  test('of the RC2 days opens, as an old Oracle wallet does', async () => {
    expect(await certificates('legacy.p12', 'changeit')).toEqual(pair);
  });

  test('of keytool opens', async () => {
    expect(await certificates('key-keytool.p12', 'changeit')).toEqual([
      ['standby1', 'CN=standby1.example.test'],
      ['CN=Example DR Test CA,O=Example DR,C=US', 'CN=Example DR Test CA'],
    ]);
  });

  test('with an elliptic key gives its certificate', async () => {
    expect(await certificates('ec.p12', 'changeit')).toEqual([['ec', 'CN=ec.example.test']]);
  });

  test('marks which certificate is the key’s own', async () => {
    const read = await readPkcs12(store('modern.p12'), 'changeit');
    if (read.kind !== 'pkcs12') throw new Error(read.detail);
    expect(read.keys).toEqual([read.certificates[0]?.localKeyId]);
  });

  test('without a password is locked, not empty', async () => {
    expect(await readPkcs12(store('modern.p12'), null)).toMatchObject({ locked: 'needs-password', certificates: [] });
  });

  test.each(['modern.p12', 'legacy.p12', 'key-keytool.p12', 'ec.p12'])('%s says that a wrong password is one', async (name) => {
    expect(await readPkcs12(store(name), 'wrong')).toMatchObject({ locked: 'wrong-password', certificates: [] });
    expect(await readPkcs12(store(name), '')).toMatchObject({ locked: 'wrong-password' });
  });

  test('that asks for no believable number of rounds is refused before one is made', async () => {
    const bytes = store('modern.p12');
    const rounds = bytes.indexOf(Buffer.from([0x02, 0x02, 0x08, 0x00])); // INTEGER 2048 of the first derivation
    expect(rounds).toBeGreaterThan(0);
    bytes.set([0xff, 0xff], rounds + 2);
    expect(await readPkcs12(bytes, 'changeit')).toMatchObject({ kind: 'unparsable', detail: expect.stringContaining('rounds') });
  });
});
