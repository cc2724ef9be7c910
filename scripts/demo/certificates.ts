// Makes the certificates of the demonstration when it starts: one that came with the source would end some day.
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface Issued {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface Wanted {
  /** The first is the common name. */
  readonly names: readonly [string, ...string[]];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Authority {
  readonly certificatePem: string;
  issue(wanted: Wanted): Issued;
}

const organization = (name: string) => ({ name: 'organizationName', value: name });
const commonName = (name: string) => ({ name: 'commonName', value: name });

const yearMs = 365 * 24 * 3_600_000;

/** A root that signs by itself, six years old with as many to go. */
export function createAuthority(of: string, name: string, now: number): Authority {
  const keys = keyPair();
  // One for all that it issues: making one takes a tenth of a second, and who starts the demonstration waits for it.
  const leafKeys = keyPair();
  const subject = [organization(of), commonName(name)];
  const validity = { notBefore: new Date(now - 6 * yearMs), notAfter: new Date(now + 6 * yearMs) };
  const own = certificate({ subject, issuer: subject, publicKey: keys.publicKey, validity, extensions: rootExtensions });
  own.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificatePem: pem(own),
    issue: ({ names, ...dates }) => {
      const leaf = certificate({
        subject: [organization(of), commonName(names[0])],
        issuer: subject,
        publicKey: leafKeys.publicKey,
        validity: dates,
        extensions: leafExtensions(names),
      });
      leaf.sign(keys.privateKey, forge.md.sha256.create());
      return { certificatePem: pem(leaf), keyPem: leafKeys.pem };
    },
  };
}

/** Node makes in a tenth of a second what forge makes in some. */
function keyPair() {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(privateKey);
  return { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e), pem: privateKey };
}

interface Parts {
  readonly subject: forge.pki.CertificateField[];
  readonly issuer: forge.pki.CertificateField[];
  readonly publicKey: forge.pki.rsa.PublicKey;
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date };
  readonly extensions: unknown[];
}

function certificate({ subject, issuer, publicKey, validity, extensions }: Parts): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = publicKey;
  // Positive, whatever the first random bit.
  made.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  made.validity.notBefore = validity.notBefore;
  made.validity.notAfter = validity.notAfter;
  made.setSubject(subject);
  made.setIssuer(issuer);
  made.setExtensions(extensions);
  return made;
}

const rootExtensions = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
];

const leafExtensions = (names: readonly string[]): unknown[] => [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
  { name: 'extKeyUsage', serverAuth: true },
  { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
];

const pem = (made: forge.pki.Certificate): string => forge.pki.certificateToPem(made).replaceAll('\r\n', '\n');
