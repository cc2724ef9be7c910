// Describes one certificate in the words in which machines are compared.
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { readDer, readMembers, readOid } from './der.ts';
import type { Certificate } from './facts.ts';
import { canonicalAddress } from './names.ts';

/** A certificate with what only the checks of chain and key need, which stays out of the facts. */
export interface Parsed {
  readonly x509: X509Certificate;
  readonly described: Omit<Certificate, 'position' | 'alias' | 'use'>;
}

/** Certificates with a thousand names stay under this. */
const bytesMax = 65_536;

/** Null for what OpenSSL does not take for a certificate. Bytes after it (OpenSSL's trust settings) are left out. */
export function parseCertificate(bytes: Uint8Array): Parsed | null {
  const der = readDer(bytes)?.whole;
  if (der === undefined || der.length > bytesMax) return null;
  try {
    const x509 = new X509Certificate(der);
    return { x509, described: describe(x509) };
  } catch {
    return null; // OpenSSL's words for hostile bytes tell an operator nothing; dates that are none end here too
  }
}

/** True where the second certificate's key signed the first. */
export function isIssuedBy(child: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return child.issuer === issuer.subject && child.checkIssued(issuer) && child.verify(issuer.publicKey);
  } catch {
    return false; // a key of an algorithm that this OpenSSL lacks
  }
}

function describe(x509: X509Certificate): Parsed['described'] {
  return {
    sha256: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: distinguishedName(x509.subject),
    issuer: distinguishedName(x509.issuer),
    names: alternativeNames(x509.subjectAltName),
    serial: x509.serialNumber.toLowerCase(),
    notBefore: x509.validFromDate.toISOString(),
    notAfter: x509.validToDate.toISOString(),
    key: publicKey(x509),
    signature: signatureAlgorithm(x509),
    isCa: x509.ca,
    isSelfSigned: isIssuedBy(x509, x509),
  };
}

/** One line, the most telling part first as in RFC 4514: `CN=db.example.com, O=Example, C=US`. */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .join(', ');
}

/** Node writes `DNS:a, IP Address:10.0.0.1`, with JSON quotes round what could pretend to be two names. */
function alternativeNames(text: string | undefined): string[] {
  const names = [...(text ?? '').matchAll(/(DNS|IP Address|URI|email|DirName|Registered ID|othername):((?:"(?:[^"\\]|\\.)*")|[^,]*)/g)].map(
    ([, kind, value = '']) => {
      if (kind === 'IP Address') return `IP:${canonicalAddress(value) ?? value}`;
      return `${kind}:${kind === 'DNS' ? value.toLowerCase() : value}`;
    },
  );
  return [...new Set(names)].sort();
}

function publicKey(x509: X509Certificate): Certificate['key'] {
  let key: KeyObject;
  try {
    key = x509.publicKey;
  } catch {
    return { type: 'unknown', sha256: '' };
  }
  const sha256 = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const curve = namedCurve === undefined ? undefined : curves[namedCurve];
  const bits = modulusLength ?? curve?.bits;
  return {
    type: key.asymmetricKeyType ?? 'unknown',
    ...(bits === undefined ? {} : { bits }),
    ...(namedCurve === undefined ? {} : { curve: curve?.name ?? namedCurve }),
    sha256,
  };
}

/** OpenSSL's names, with the ones people say. Other curves keep OpenSSL's, and their size unknown. */
const curves: Readonly<Record<string, { readonly name: string; readonly bits: number }>> = {
  secp112r1: { name: 'secp112r1', bits: 112 },
  secp128r1: { name: 'secp128r1', bits: 128 },
  secp160r1: { name: 'secp160r1', bits: 160 },
  secp160k1: { name: 'secp160k1', bits: 160 },
  prime192v1: { name: 'P-192', bits: 192 },
  secp224r1: { name: 'P-224', bits: 224 },
  prime256v1: { name: 'P-256', bits: 256 },
  secp256k1: { name: 'secp256k1', bits: 256 },
  secp384r1: { name: 'P-384', bits: 384 },
  secp521r1: { name: 'P-521', bits: 521 },
  brainpoolP256r1: { name: 'brainpoolP256r1', bits: 256 },
  brainpoolP384r1: { name: 'brainpoolP384r1', bits: 384 },
};

function signatureAlgorithm(x509: X509Certificate): string {
  if (x509.signatureAlgorithmOid !== pssOid) return x509.signatureAlgorithm ?? x509.signatureAlgorithmOid;
  return `RSA-PSS-${pssDigest(x509.raw)}`;
}

const pssOid = '1.2.840.113549.1.1.10';

/** RFC 4055: the digest is context 0 of the parameters of the signature, and SHA-1 where it is left out. */
function pssDigest(raw: Uint8Array): string {
  const certificate = readDer(raw);
  const algorithm = certificate === null ? undefined : readMembers(certificate)?.[1];
  const parameters = algorithm === undefined ? undefined : readMembers(algorithm)?.[1];
  if (parameters === undefined) return 'unknown';
  const digest = readMembers(parameters)?.find(({ tag }) => tag === 0xa0);
  if (digest === undefined) return 'SHA1';
  const inner = readDer(digest.content);
  return digests[readOid((inner === null ? null : readMembers(inner))?.[0])] ?? 'unknown';
}

const digests: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA1',
  '2.16.840.1.101.3.4.2.1': 'SHA256',
  '2.16.840.1.101.3.4.2.2': 'SHA384',
  '2.16.840.1.101.3.4.2.3': 'SHA512',
};
