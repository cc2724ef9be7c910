// Makes real certificates with the openssl command: any dates, keys, digests and issuers.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeCertificate {
  readonly pem: string;
  readonly keyPem: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** As openssl writes them: `DNS:a.example`, `IP:10.0.0.1`. */
  readonly names?: readonly string[];
  /** ISO 8601 to the second. */
  readonly from?: string;
  readonly to?: string;
  readonly issuer?: MadeCertificate;
  readonly isAuthority?: boolean;
  /** Arguments of `openssl genpkey`. */
  readonly key?: readonly string[];
  /** Another certificate's key, in place of a new one. */
  readonly sameKeyAs?: MadeCertificate;
  readonly digest?: string;
  readonly organization?: string;
  /** Signs with RSA-PSS padding. */
  readonly isPss?: boolean;
}

export const ecKey = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const rsaKey = (bits: number): readonly string[] => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

export interface CertificateMaker {
  readonly folder: string;
  make(wish: CertificateWish): MadeCertificate;
  openssl(...args: readonly string[]): string;
  remove(): void;
}

export function certificateMaker(): CertificateMaker {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-certificates-'));
  let made = 0;
  const openssl = (...args: readonly string[]): string =>
    execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  return {
    folder,
    openssl,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    make: (wish) => makeCertificate(openssl, join(folder, String(++made)), wish),
  };
}

function makeCertificate(openssl: CertificateMaker['openssl'], at: string, wish: CertificateWish): MadeCertificate {
  mkdirSync(at);
  const file = (name: string): string => join(at, name);
  const { issuer, sameKeyAs } = wish;
  if (sameKeyAs === undefined) openssl('genpkey', ...(wish.key ?? ecKey), '-out', file('key.pem'));
  else writeFileSync(file('key.pem'), sameKeyAs.keyPem);
  writeFileSync(file('index.txt'), '');
  writeFileSync(file('serial.txt'), `1${randomBytes(7).toString('hex')}0\n`);
  writeFileSync(file('ca.cnf'), configuration(at, wish));
  const subject = `${wish.organization === undefined ? '' : `/O=${wish.organization}`}/CN=${wish.commonName}`;
  openssl('req', '-new', '-config', file('ca.cnf'), '-key', file('key.pem'), '-subj', subject, '-out', file('request.pem'));
  openssl(
    'ca',
    '-batch',
    '-notext',
    '-config',
    file('ca.cnf'),
    '-in',
    file('request.pem'),
    '-out',
    file('certificate.pem'),
    '-startdate',
    opensslDate(wish.from ?? '2026-10-01T00:00:00Z'),
    '-enddate',
    opensslDate(wish.to ?? '2027-10-01T00:00:00Z'),
    ...(issuer === undefined ? ['-selfsign', '-keyfile', file('key.pem')] : ['-cert', issuer.certificateFile, '-keyfile', issuer.keyFile]),
    ...(wish.isPss === true ? ['-sigopt', 'rsa_padding_mode:pss'] : []),
  );
  return {
    pem: readFileSync(file('certificate.pem'), 'utf8'),
    keyPem: readFileSync(file('key.pem'), 'utf8'),
    certificateFile: file('certificate.pem'),
    keyFile: file('key.pem'),
  };
}

const opensslDate = (iso: string): string => `${iso.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;

const configuration = (at: string, wish: CertificateWish): string =>
  `[req]
distinguished_name = dn
[dn]
[ca]
default_ca = issuing
[issuing]
database = ${at}/index.txt
serial = ${at}/serial.txt
new_certs_dir = ${at}
default_md = ${wish.digest ?? 'default'}
policy = any
unique_subject = no
x509_extensions = extensions
[any]
organizationName = optional
commonName = optional
[extensions]
basicConstraints = critical, CA:${wish.isAuthority === true ? 'TRUE' : 'FALSE'}
subjectKeyIdentifier = hash
${wish.issuer === undefined ? '' : 'authorityKeyIdentifier = keyid'}
${wish.names === undefined ? '' : `subjectAltName = ${wish.names.join(',')}`}
`;
