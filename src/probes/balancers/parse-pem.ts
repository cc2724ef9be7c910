// Reads certificates out of PEM text and says what a client would make of the chain. Private keys are never asked for and never read.
import { X509Certificate } from 'node:crypto';
import { alternativeNames, nameText } from './names.ts';

export interface PemCertificate {
  readonly sha256: string;
  readonly subject: string;
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  readonly serial: string;
  readonly key: string | null;
  readonly chain: {
    readonly kind: 'seen';
    readonly issuers: string[];
    readonly missing: string | null;
    /** Roots do not count: clients have their own. */
    readonly endsFirst: { readonly subject: string; readonly notAfter: string } | null;
    readonly unlinked: string[];
  };
}

/** More than any chain or list of client authorities holds. */
const certificatesMax = 100;
const charsMax = 500_000;

/** Null where the text holds no certificate, or one that is damaged. */
export function readPem(text: string): readonly X509Certificate[] | null {
  if (text.length > charsMax) return null;
  const blocks = text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > certificatesMax) return null;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return null; // OpenSSL's words for what is no certificate tell an operator nothing
  }
}

/** The first certificate of `own`, followed through the rest of it and `others`. */
export function describe(own: readonly X509Certificate[], others: readonly X509Certificate[]): PemCertificate | null {
  const [leaf, ...rest] = own;
  if (leaf === undefined) return null;
  try {
    return {
      sha256: fingerprint(leaf),
      subject: oneLine(leaf.subject),
      names: namesOf(leaf),
      notBefore: leaf.validFromDate.toISOString(),
      notAfter: leaf.validToDate.toISOString(),
      serial: plainSerial(leaf.serialNumber),
      key: keyOf(leaf),
      chain: follow(leaf, [...rest, ...others]),
    };
  } catch {
    return null; // dates that are none
  }
}

export const fingerprint = (certificate: X509Certificate): string => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** `0A:1B` and `a1b` are one serial. */
export const plainSerial = (serial: string): string =>
  serial
    .replace(/[^0-9A-Fa-f]/g, '')
    .toLowerCase()
    .replace(/^0+(?=.)/, '');

/** The common name counts where there is no other: so old clients have it, and OCI's own console. */
function namesOf(leaf: X509Certificate): readonly string[] {
  const names = alternativeNames(leaf.subjectAltName);
  if (names.length > 0) return names;
  const common = /(?:^|\n)CN=([^\n]+)/.exec(leaf.subject ?? '')?.[1];
  return common === undefined ? [] : [nameText('DNS', common)];
}

/** The most telling part first, as RFC 4514 has it. */
const oneLine = (lines: string | undefined): string =>
  (lines ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .join(', ');

function follow(leaf: X509Certificate, others: readonly X509Certificate[]): PemCertificate['chain'] {
  const left = new Set(others);
  const issuers: X509Certificate[] = [];
  let end = leaf;
  while (!isIssuedBy(end, end)) {
    const issuer = latest([...left].filter((one) => isIssuedBy(end, one)));
    if (issuer === undefined) return chainOf(issuers, oneLine(end.issuer), left);
    left.delete(issuer);
    issuers.push(issuer);
    end = issuer;
  }
  return chainOf(issuers, null, left);
}

const chainOf = (
  issuers: readonly X509Certificate[],
  missing: string | null,
  left: ReadonlySet<X509Certificate>,
): PemCertificate['chain'] => ({
  kind: 'seen',
  issuers: issuers.map(({ subject }) => oneLine(subject)),
  missing,
  endsFirst: endsFirst(issuers),
  unlinked: subjectsOf(left),
});

/** An intermediate that was renewed with its key may be sent in both forms: clients take the one that is valid. */
const latest = (some: readonly X509Certificate[]): X509Certificate | undefined => some.toSorted(byEnd).at(-1);

function endsFirst(issuers: readonly X509Certificate[]): PemCertificate['chain']['endsFirst'] {
  const [first] = issuers.filter((one) => !isIssuedBy(one, one)).sort(byEnd);
  return first === undefined ? null : { subject: oneLine(first.subject), notAfter: first.validToDate.toISOString() };
}

const byEnd = (a: X509Certificate, b: X509Certificate): number => a.validToDate.getTime() - b.validToDate.getTime();

const subjectsOf = (left: ReadonlySet<X509Certificate>): string[] => [...new Set([...left].map(({ subject }) => oneLine(subject)))].sort();

function isIssuedBy(child: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return child.issuer === issuer.subject && child.checkIssued(issuer) && child.verify(issuer.publicKey);
  } catch {
    return false; // a key of an algorithm that this OpenSSL lacks
  }
}

function keyOf(leaf: X509Certificate): string | null {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey;
    const bits = asymmetricKeyDetails?.modulusLength ?? curveBits[asymmetricKeyDetails?.namedCurve ?? ''];
    return [asymmetricKeyType ?? 'unknown', ...(bits === undefined ? [] : [bits])].join(' ');
  } catch {
    return null;
  }
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
