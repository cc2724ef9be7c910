// Reads what the Certificates service says of a certificate without its text: names, dates, key, versions.
// https://docs.oracle.com/en-us/iaas/api/#/en/certificatesmgmt/latest/Certificate/
import type { UnseenPart } from '../../contract/region.ts';
import { field, listIn, numberIn, textIn, textsIn, timeIn } from '../../formats/oci.ts';
import type { Certificate } from './facts.ts';
import { nameText } from './names.ts';
import { describe, plainSerial, readPem } from './parse-pem.ts';

/** `certificate` is an entry of the list or the certificate itself: only the version that is CURRENT is served. Null without a name. */
export function readManaged(certificate: unknown, versions: readonly unknown[] | null, chain: UnseenPart): Certificate | null {
  const id = textIn(certificate, 'id');
  const name = textIn(certificate, 'name');
  if (id === null || name === null) return null;
  const current = currentOf(certificate, versions);
  const validity = field(current, 'validity');
  return {
    id,
    name,
    sha256: null,
    subject: textIn(field(certificate, 'subject'), 'commonName'),
    names: namesOf(current),
    notBefore: isoIn(validity, 'timeOfValidityNotBefore'),
    notAfter: isoIn(validity, 'timeOfValidityNotAfter'),
    serial: serialOf(current),
    key: keyOf(textIn(certificate, 'keyAlgorithm')),
    state: textIn(certificate, 'lifecycleState'),
    isRevoked: field(current, 'revocationStatus') !== undefined,
    version: numberIn(current, 'versionNumber'),
    failedVersion: failedAfter(current, versions ?? []),
    chain,
  };
}

function currentOf(certificate: unknown, versions: readonly unknown[] | null): unknown {
  const own = field(certificate, 'currentVersion') ?? field(certificate, 'currentVersionSummary');
  const isCurrent = (version: unknown): boolean => textsIn(version, 'stages')?.includes('CURRENT') === true;
  return own !== undefined && textsIn(own, 'stages')?.includes('CURRENT') !== false ? own : versions?.find(isCurrent);
}

function failedAfter(current: unknown, versions: readonly unknown[]): number | null {
  const at = numberIn(current, 'versionNumber') ?? 0;
  const failed = versions
    .filter((version) => textsIn(version, 'stages')?.includes('FAILED') === true)
    .map((version) => numberIn(version, 'versionNumber') ?? 0)
    .filter((number) => number > at);
  return failed.length === 0 ? null : Math.max(...failed);
}

function namesOf(version: unknown): string[] {
  const names = (listIn(version, 'subjectAlternativeNames') ?? []).flatMap((name) => {
    const type = textIn(name, 'type');
    const value = textIn(name, 'value');
    return value === null || (type !== 'DNS' && type !== 'IP') ? [] : [nameText(type, value)];
  });
  return [...new Set(names)].sort();
}

function serialOf(version: unknown): string | null {
  const serial = textIn(version, 'serialNumber');
  return serial === null ? null : plainSerial(serial);
}

function isoIn(validity: unknown, name: string): string | null {
  const ms = timeIn(validity, name);
  return ms === null ? null : new Date(ms).toISOString();
}

/** `RSA2048`, `ECDSA_P256` in the words of a parsed certificate. */
function keyOf(algorithm: string | null): string | null {
  const [, kind, bits] = /^(RSA|ECDSA_P)(\d+)$/.exec(algorithm ?? '') ?? [];
  return kind === undefined ? algorithm : `${kind === 'RSA' ? 'rsa' : 'ec'} ${bits}`;
}

/** What the public bundle adds; null where it holds no certificate that can be read. */
export function readBundle(bundle: unknown): Pick<Certificate, PemField> | null {
  const own = readPem(textIn(bundle, 'certificatePem') ?? '');
  const others = readPem(textIn(bundle, 'certChainPem') ?? '');
  const described = own === null ? null : describe(own, others ?? []);
  return described === null ? null : { ...described, names: [...described.names] };
}

type PemField = 'sha256' | 'subject' | 'names' | 'notBefore' | 'notAfter' | 'serial' | 'key' | 'chain';
