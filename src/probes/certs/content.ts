// Decides by magic number what a file of certificates is, and takes it apart.

import type { UnseenReason } from '../../contract/outcome.ts';
import { type Parsed, parseCertificate } from './certificate.ts';
import type { SeenContent } from './facts.ts';
import { type JksRead, readJks } from './jks.ts';
import { readPem } from './pem.ts';
import { type Pkcs12Read, readPkcs12 } from './pkcs12.ts';

/** Certificates that belong together: a file, one entry of a keystore, what a listener sent. */
export interface Group {
  readonly members: readonly Member[];
  /** `first`: a server's own; `marked`: those with `isLeaf`; `guess`: what no other was issued by; `none`: all are trusted by themselves. */
  readonly leaves: 'first' | 'marked' | 'guess' | 'none';
  /** Whether the order of the members is one that reaches a client. */
  readonly isOrdered: boolean;
}

export interface Member extends Parsed {
  readonly position: number;
  readonly alias?: string;
  readonly isLeaf?: boolean;
}

export type Content =
  | {
      readonly kind: 'read';
      readonly format: SeenContent['format'];
      readonly groups: readonly Group[];
      readonly damaged: readonly string[];
      /** Whether a private key lies in the same place. */
      readonly ownKey: 'none' | 'in-file' | 'in-store';
    }
  /** It was understood, and there is no certificate in it: a private key, a request, an empty store. */
  | { readonly kind: 'no-certificate' }
  | { readonly kind: 'unseen'; readonly reason: UnseenReason; readonly detail: string };

/** `password` is null where none is known; only PKCS#12 wants one. */
export async function readContent(bytes: Uint8Array, password: string | null): Promise<Content> {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (magic === 'feedfeed' || magic === 'cececece') return fromJks(readJks(bytes), magic === 'feedfeed' ? 'jks' : 'jceks');
  if (bytes[0] === 0x30) return fromDer(bytes, password);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.includes('-----BEGIN ')) return fromPem(text);
  return {
    kind: 'unseen',
    reason: 'unparsable',
    detail: bytes.length === 0 ? 'the file is empty' : 'neither PEM, DER, PKCS#12 nor a Java keystore',
  };
}

/** What a listener sent, in the order sent. */
export function fromServed(chain: readonly Uint8Array[]): Content {
  const parsed = chain.map(parseCertificate);
  const members = parsed.flatMap((each, position) => (each === null ? [] : [{ ...each, position }]));
  if (parsed[0] === null || members.length === 0)
    return { kind: 'unseen', reason: 'unparsable', detail: 'the certificate that was served cannot be read' };
  return {
    kind: 'read',
    format: 'tls',
    groups: [{ members, leaves: 'first', isOrdered: true }],
    damaged: damagedText(parsed.length - members.length),
    ownKey: 'none',
  };
}

function fromPem(text: string): Content {
  const read = readPem(text);
  const members = read.certificates.map(parseCertificate).flatMap((each, position) => (each === null ? [] : [{ ...each, position }]));
  const damaged = read.damaged + read.certificates.length - members.length;
  if (members.length === 0) return damaged === 0 ? { kind: 'no-certificate' } : unparsable('its certificates are damaged');
  return {
    kind: 'read',
    format: 'pem',
    groups: [{ members, leaves: 'guess', isOrdered: true }],
    damaged: [...damagedText(damaged), ...(read.isCut ? [`more than ${members.length} certificates; the others were not read`] : [])],
    ownKey: read.keys.length === 0 ? 'none' : 'in-file',
  };
}

async function fromDer(bytes: Uint8Array, password: string | null): Promise<Content> {
  const parsed = parseCertificate(bytes);
  if (parsed === null) return fromPkcs12(await readPkcs12(bytes, password));
  const group: Group = { members: [{ ...parsed, position: 0 }], leaves: 'guess', isOrdered: true };
  return { kind: 'read', format: 'der', groups: [group], damaged: [], ownKey: 'none' };
}

function fromJks(read: JksRead, format: 'jks' | 'jceks'): Content {
  if (read.kind === 'unparsable') return unparsable(read.detail);
  let position = 0;
  let damaged = 0;
  const groups = read.entries.map(({ alias, kind, chain }): Group => {
    const members = chain.flatMap((der) => {
      const parsed = parseCertificate(der);
      if (parsed === null) damaged++;
      return parsed === null ? [] : [{ ...parsed, alias, position: position++ }];
    });
    return { members, leaves: kind === 'key' ? 'first' : 'none', isOrdered: true };
  });
  const ownKey = read.entries.some(({ kind }) => kind === 'key') ? 'in-store' : 'none';
  return inStore({ format, groups, damaged, ownKey });
}

function fromPkcs12(read: Pkcs12Read): Content {
  if (read.kind === 'unparsable') return unparsable(read.detail);
  if (read.certificates.length === 0 && read.locked !== 'none')
    return { kind: 'unseen', reason: 'denied', detail: lockedText[read.locked] };
  const owned = new Set(read.keys.filter((id) => id !== ''));
  const members = read.certificates.flatMap(({ der, alias, localKeyId }, position): Member[] => {
    const parsed = parseCertificate(der);
    return parsed === null ? [] : [{ ...parsed, position, ...(alias === '' ? {} : { alias }), isLeaf: owned.has(localKeyId) }];
  });
  const leaves = members.some(({ isLeaf }) => isLeaf) ? 'marked' : read.keys.length > 0 ? 'guess' : 'none';
  const content = inStore({
    format: 'pkcs12',
    groups: [{ members, leaves, isOrdered: false }],
    damaged: read.certificates.length - members.length,
    ownKey: read.keys.length > 0 ? 'in-store' : 'none',
  });
  return content.kind !== 'read' || read.locked === 'none'
    ? content
    : { ...content, damaged: [...content.damaged, lockedText[read.locked]] };
}

const lockedText = {
  'needs-password': 'its certificates need a password, and the settings name no passwordFile',
  'wrong-password': 'the password does not open it, or the file is damaged',
} as const;

function inStore(store: {
  format: 'jks' | 'jceks' | 'pkcs12';
  groups: readonly Group[];
  damaged: number;
  ownKey: 'none' | 'in-store';
}): Content {
  const groups = store.groups.filter(({ members }) => members.length > 0);
  if (groups.length > 0) return { kind: 'read', format: store.format, groups, damaged: damagedText(store.damaged), ownKey: store.ownKey };
  return store.damaged > 0 ? unparsable('its certificates are damaged') : { kind: 'no-certificate' };
}

const damagedText = (count: number): string[] =>
  count === 0 ? [] : [count === 1 ? 'one certificate is damaged' : `${count} certificates are damaged`];

const unparsable = (detail: string): Content => ({ kind: 'unseen', reason: 'unparsable', detail });
