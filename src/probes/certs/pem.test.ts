import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../../../test/support/openssl-certificates.ts';
import { parseCertificate } from './certificate.ts';
import { certificatesMax, readPem } from './pem.ts';

let maker: CertificateMaker;
let a: MadeCertificate;
let b: MadeCertificate;
beforeAll(() => {
  maker = certificateMaker();
  a = maker.make({ commonName: 'a' });
  b = maker.make({ commonName: 'b' });
});
afterAll(() => maker.remove());

const subjects = (text: string) => readPem(text).certificates.map((der) => parseCertificate(der)?.described.subject);

describe('a PEM file', () => {
  test('is read through comments, CRLF, indentation of its base64 and junk at its end', () => {
    const text = `# made by hand\n${a.pem.replaceAll('\n', '\r\n')}\nissuer=CN=b\n${b.pem}\nand so on -----BEGIN nothing\n`;
    expect(subjects(text)).toEqual(['CN=a', 'CN=b']);
  });

  test('gives what openssl’s trust settings stand behind', () => {
    const trusted = maker.openssl('x509', '-in', a.certificateFile, '-trustout', '-addtrust', 'serverAuth');
    expect(trusted).toContain('BEGIN TRUSTED CERTIFICATE');
    expect(subjects(trusted)).toEqual(['CN=a']);
  });

  test('notices a private key by its label and keeps nothing of it', () => {
    const read = readPem(a.keyPem + a.pem);
    expect(read.keys).toEqual([{ label: 'PRIVATE KEY', isEncrypted: false }]);
    const secret = a.keyPem.split('\n')[1]!;
    expect(JSON.stringify(read)).not.toContain(secret);
  });

  test('tells an encrypted key, in the new form and the old', () => {
    const modern = maker.openssl('pkcs8', '-topk8', '-in', a.keyFile, '-passout', 'pass:x');
    expect(readPem(modern).keys).toEqual([{ label: 'ENCRYPTED PRIVATE KEY', isEncrypted: true }]);
    const old =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n';
    expect(readPem(old).keys).toEqual([{ label: 'RSA PRIVATE KEY', isEncrypted: true }]);
  });

  test('counts a block that is cut or not base64 as damaged, and goes on', () => {
    const cut = a.pem.replace('-----END CERTIFICATE-----', '');
    expect(readPem(cut + b.pem)).toMatchObject({ damaged: 1, certificates: [expect.anything()] });
    expect(readPem(a.pem.replace(/\n[A-Za-z0-9+/]{10}/, '\n!!!!!!!!!!'))).toMatchObject({ damaged: 1, certificates: [] });
  });

  test('with thousands of certificates is cut, and says so', () => {
    const read = readPem(a.pem.repeat(certificatesMax + 1));
    expect(read.certificates.length).toBe(certificatesMax);
    expect(read.isCut).toBe(true);
  });

  test('of any content is read without an exception', () => {
    const piece = fc.oneof(
      fc.constantFrom('-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----', '\n', 'AAAA', '='),
      fc.string(),
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => readPem(pieces.join('')).certificates.length <= certificatesMax));
  });
});
