// Knows which authorities the clients of this machine trust without being sent them.
import { createHash, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Machine } from '../../contract/machine.ts';
import type { Trust } from './chain.ts';
import type { Unsearched } from './facts.ts';
import { readPem } from './pem.ts';

/** Oracle Linux and RHEL, Debian, SUSE, Alpine: the bundle that OpenSSL, curl and most runtimes use. */
const systemBundles = [
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Today's bundles have 230 kB; private roots add little. */
const bundleBytesMax = 2 * 1024 * 1024;

/** DER: a parsed certificate holds several times as much memory, and only a few are ever asked for. */
type BySubject = ReadonlyMap<string, readonly Uint8Array[]>;

/**
 * The listed authorities and this machine's own bundle. Only a machine without one gets Mozilla's list as Node carries it, so
 * that not every public chain is called incomplete there: what a bundle was purged of is not trusted by its clients, and parsing
 * Node's list costs a megabyte for good. A listed file that cannot be read is handed back.
 */
export async function loadTrust(
  machine: Machine,
  listed: readonly string[],
): Promise<{ readonly trust: Trust; readonly unsearched: readonly Unsearched[] }> {
  const unsearched: Unsearched[] = [];
  const own: BySubject[] = [];
  for (const path of listed) {
    const file = await machine.readFile(path, { bytesMax: bundleBytesMax });
    if (file.kind === 'file' && !file.isCut) own.push(indexed(readPem(file.text).certificates));
    else unsearched.push({ place: path, ...whyNot(file) });
  }
  const system = await systemBundle(machine);
  const find: Trust['find'] = (subject) => {
    const listedHere = own.flatMap((index) => index.get(subject) ?? []);
    const trustedHere = (system ?? publicRoots()).get(subject) ?? [];
    return [
      ...listedHere.map((der) => ({ x509: new X509Certificate(der), anchor: 'listed' as const })),
      ...trustedHere.map((der) => ({ x509: new X509Certificate(der), anchor: 'trusted-here' as const })),
    ];
  };
  return { unsearched, trust: { find } };
}

function whyNot(file: Awaited<ReturnType<Machine['readFile']>>): Pick<Unsearched, 'reason' | 'detail'> {
  switch (file.kind) {
    case 'missing':
      return { reason: 'unreadable', detail: 'there is no such file' };
    case 'failed':
      return { reason: file.reason, detail: file.detail };
    case 'file':
      return { reason: 'too-much-output', detail: `larger than ${bundleBytesMax} bytes` };
  }
}

async function systemBundle(machine: Machine): Promise<BySubject | null> {
  for (const path of systemBundles) {
    const file = await machine.readFile(path, { bytesMax: bundleBytesMax });
    if (file.kind === 'file' && !file.isCut) return parsedOnce(file.text);
  }
  return null;
}

/** Parsing a bundle takes some 15 ms, and it changes a few times a year. */
let lastBundle: { readonly digest: string; readonly index: BySubject } | null = null;

function parsedOnce(text: string): BySubject {
  const digest = createHash('sha256').update(text).digest('hex');
  if (lastBundle?.digest !== digest) lastBundle = { digest, index: indexed(readPem(text).certificates) };
  return lastBundle.index;
}

let publicIndex: BySubject | null = null;

function publicRoots(): BySubject {
  publicIndex ??= indexed(rootCertificates.flatMap((pem) => readPem(pem).certificates));
  return publicIndex;
}

function indexed(certificates: readonly Uint8Array[]): BySubject {
  const index = new Map<string, Uint8Array[]>();
  for (const der of certificates) {
    const subject = subjectOf(der);
    if (subject === null) continue;
    const known = index.get(subject);
    if (known === undefined) index.set(subject, [der]);
    else known.push(der);
  }
  return index;
}

function subjectOf(der: Uint8Array): string | null {
  try {
    return new X509Certificate(der).subject;
  } catch {
    return null; // a bundle may hold one that this OpenSSL cannot read
  }
}
