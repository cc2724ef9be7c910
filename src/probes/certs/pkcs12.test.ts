import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../../../test/support/openssl-certificates.ts';
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

  test('that keytool wrote without encrypting certificates needs no password', async () => {
    expect(await readPkcs12(store('no-password.p12'), null)).toMatchObject({ locked: 'none', certificates: [{ alias: 'a' }] });
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

describe('what openssl writes, by every way of encrypting', () => {
  let maker: CertificateMaker;
  let made: MadeCertificate;
  beforeAll(() => {
    maker = certificateMaker();
    made = maker.make({ commonName: 'app.example.com' });
  });
  afterAll(() => maker.remove());

  const written = (password: string, ...options: readonly string[]): Buffer => {
    const path = join(maker.folder, 'store.p12');
    maker.openssl(
      'pkcs12',
      '-export',
      '-in',
      made.certificateFile,
      '-inkey',
      made.keyFile,
      '-passout',
      `pass:${password}`,
      '-out',
      path,
      ...options,
    );
    return readFileSync(path);
  };

  test.each([
    ['3DES', ['-legacy', '-certpbe', 'PBE-SHA1-3DES']],
    ['3DES with two keys', ['-legacy', '-certpbe', 'PBE-SHA1-2DES']],
    ['RC2 with 128 bits', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128']],
    ['AES-128', ['-certpbe', 'AES-128-CBC']],
    ['AES-192', ['-certpbe', 'AES-192-CBC']],
    ['PBES2 with 3DES', ['-certpbe', 'DES-EDE3-CBC']],
    ['many rounds', ['-iter', '100000']],
    ['no encryption', ['-certpbe', 'NONE']],
    ['no MAC', ['-nomac']],
  ])('%s', async (_, options) => {
    for (const password of ['päßword', '']) {
      const read = await readPkcs12(written(password, ...options), password);
      expect(read).toMatchObject({ kind: 'pkcs12', locked: 'none', certificates: [{ alias: '' }] });
      if (read.kind === 'pkcs12') expect(new X509Certificate(read.certificates[0]!.der).subject).toBe('CN=app.example.com');
    }
  });

  test.each([[[]], [['-legacy', '-certpbe', 'PBE-SHA1-3DES']]])('an empty password need not be told (%j)', async (options) => {
    expect(await readPkcs12(written('', ...options), null)).toMatchObject({ locked: 'none', certificates: [{ alias: '' }] });
  });

  test('certificates that are not encrypted need no password', async () => {
    expect(await readPkcs12(written('x', '-certpbe', 'NONE'), null)).toMatchObject({ locked: 'none', certificates: [{ alias: '' }] });
  });
});
