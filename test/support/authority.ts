// Makes certificate authorities and certificates for tests, with any dates, names and faults.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';

export interface Issued {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly der: Buffer;
}

export interface IssueOptions {
  readonly commonName: string;
  readonly organization?: string;
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly isAuthority?: boolean;
  /** Self-signed when not given. */
  readonly issuer?: Issued;
}

const day = 86_400_000;

// One key for all: making one takes a tenth of a second, and no test here is about keys.
let sharedKeyPem: string | null = null;
let serial = 1;

/** RSA-2048, SHA-256. Valid from yesterday for a month unless said otherwise. */
export function issue(options: IssueOptions): Issued {
  sharedKeyPem ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  const key = forge.pki.privateKeyFromPem(sharedKeyPem);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  certificate.serialNumber = `01${(serial++).toString(16).padStart(8, '0')}`;
  certificate.validity.notBefore = options.notBefore ?? new Date(Date.now() - day);
  certificate.validity.notAfter = options.notAfter ?? new Date(Date.now() + 30 * day);
  certificate.setSubject(subjectOf(options));
  certificate.setIssuer(
    options.issuer === undefined ? subjectOf(options) : forge.pki.certificateFromPem(options.issuer.certificatePem).subject.attributes,
  );
  certificate.setExtensions(extensionsOf(options));
  certificate.sign(key, forge.md.sha256.create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'binary');
  return { certificatePem: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), keyPem: sharedKeyPem, der };
}

/** Writes text into a folder and answers the path. */
export function writeInto(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function subjectOf(options: IssueOptions): forge.pki.CertificateField[] {
  const commonName = { name: 'commonName', value: options.commonName };
  return options.organization === undefined ? [commonName] : [{ name: 'organizationName', value: options.organization }, commonName];
}

function extensionsOf(options: IssueOptions): unknown[] {
  const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);
  const altNames = (options.names ?? []).map((name) => (isAddress(name) ? { type: 7, ip: name } : { type: 2, value: name }));
  return [
    { name: 'basicConstraints', cA: options.isAuthority === true, critical: true },
    ...(options.isAuthority === true ? [{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }] : []),
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ];
}
