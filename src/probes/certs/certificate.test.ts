import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateMaker, certificateMaker, ecKey, rsaKey } from '../../../test/support/openssl-certificates.ts';
import { parseCertificate } from './certificate.ts';
import { readPem } from './pem.ts';

let maker: CertificateMaker;
beforeAll(() => {
  maker = certificateMaker();
});
afterAll(() => maker.remove());

const described = (pem: string) => parseCertificate(readPem(pem).certificates[0]!)!.described;

describe('a certificate is described as openssl describes it', () => {
  test.each([
    ['RSA', rsaKey(2048), { type: 'rsa', bits: 2048 }, 'sha256WithRSAEncryption'],
    ['short RSA', rsaKey(1024), { type: 'rsa', bits: 1024 }, 'sha256WithRSAEncryption'],
    ['elliptic', ecKey, { type: 'ec', bits: 256, curve: 'P-256' }, 'ecdsa-with-SHA256'],
    ['Ed25519', ['-algorithm', 'ED25519'], { type: 'ed25519' }, 'ED25519'],
  ])('%s', (_, key, publicKey, signature) => {
    const made = maker.make({
      commonName: 'app.example.com',
      organization: 'Example, Inc',
      names: ['DNS:App.example.com', 'DNS:*.b.example', 'IP:10.0.0.1', 'IP:2001:db8::1'],
      key,
    });
    const ours = described(made.pem);
    expect(ours).toMatchObject({
      subject: 'CN=app.example.com, O=Example\\, Inc',
      issuer: 'CN=app.example.com, O=Example\\, Inc',
      names: ['DNS:*.b.example', 'DNS:app.example.com', 'IP:10.0.0.1', 'IP:2001:db8::1'],
      notBefore: '2026-10-01T00:00:00.000Z',
      notAfter: '2027-10-01T00:00:00.000Z',
      signature,
      isCa: false,
      isSelfSigned: true,
    });
    expect(ours.key).toMatchObject(publicKey);
    const asked = (option: string): string => maker.openssl('x509', '-in', made.certificateFile, '-noout', option).trim();
    expect(ours.sha256).toBe(sha256Of(made.certificateFile));
    expect(ours.serial).toBe(asked('-serial').replace('serial=', '').toLowerCase());
    expect(asked('-enddate')).toBe('notAfter=Oct  1 00:00:00 2027 GMT');
  });

  test('RSA-PSS names its digest, which its algorithm does not', () => {
    const sha256 = maker.make({ commonName: 'pss', key: rsaKey(2048), isPss: true });
    expect(described(sha256.pem)).toMatchObject({ signature: 'RSA-PSS-SHA256' });
    const sha1 = maker.make({ commonName: 'pss', key: rsaKey(2048), isPss: true, digest: 'sha1' });
    expect(described(sha1.pem)).toMatchObject({ signature: 'RSA-PSS-SHA1' });
    const pssKey = maker.make({ commonName: 'pss', key: ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'] });
    expect(described(pssKey.pem).key).toMatchObject({ type: 'rsa-pss', bits: 2048 });
  });

  test('one that has long expired yields everything all the same', () => {
    const made = maker.make({ commonName: 'old', from: '2001-01-01T00:00:00Z', to: '2002-01-01T00:00:00Z', names: ['DNS:old.example'] });
    expect(described(made.pem)).toMatchObject({ notAfter: '2002-01-01T00:00:00.000Z', names: ['DNS:old.example'] });
  });

  test('an issuer is one by signature, not by name alone', () => {
    const root = maker.make({ commonName: 'Root', isAuthority: true });
    expect(described(root.pem)).toMatchObject({ isCa: true, isSelfSigned: true });
    const leaf = maker.make({ commonName: 'Root', issuer: root });
    expect(described(leaf.pem)).toMatchObject({ isSelfSigned: false, subject: 'CN=Root', issuer: 'CN=Root' });
  });
});

function sha256Of(file: string): string {
  const line = execFileSync('openssl', ['x509', '-in', file, '-noout', '-fingerprint', '-sha256'], { encoding: 'utf8' });
  return line.trim().split('=')[1]!.replaceAll(':', '').toLowerCase();
}

describe('hostile bytes', () => {
  test('are no certificate, and never an exception', () => {
    const made = maker.make({ commonName: 'app.example.com', names: ['DNS:app.example.com'] });
    const der = readPem(readFileSync(made.certificateFile, 'utf8')).certificates[0]!;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
        fc.nat(der.length),
        (changes, size) => {
          const bytes = Uint8Array.from(der);
          for (const [at, value] of changes) bytes[at] = value;
          const whole = parseCertificate(bytes);
          const cut = parseCertificate(bytes.subarray(0, size));
          return [whole, cut].every((each) => each === null || Number.isFinite(Date.parse(each.described.notAfter)));
        },
      ),
      { numRuns: 400 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => parseCertificate(bytes) === null));
  });
});
