// Verifies a request's signature as OCI does: which headers must be signed, the digest of the body, the clock, the key.
// https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm, after draft-cavage-http-signatures-08.
import { createHash, type KeyObject, verify } from 'node:crypto';

export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export type Verified =
  | { readonly kind: 'signed'; readonly keyId: string; readonly signedHeaders: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

export interface Verifying {
  readonly keyFor: (keyId: string) => KeyObject | null;
  readonly nowMs: number;
  /** Object Storage takes uploads without signed body headers. */
  readonly isBodyUnsigned?: boolean;
}

/** More between the two clocks is refused. */
export const skewMaxMs = 300_000;

const bodyHeaders = ['content-length', 'content-type', 'x-content-sha256'];

export function verifySignature(request: WireRequest, verifying: Verifying): Verified {
  const signature = parseAuthorization(request.headers.authorization ?? '');
  if (signature === null) return refused('no signature of version 1 with rsa-sha256');
  const why =
    unsignedHeader(request, signature.headers, verifying.isBodyUnsigned === true) ??
    wrongClock(request, signature.headers, verifying.nowMs) ??
    wrongBody(request, signature.headers);
  if (why !== null) return refused(why);
  const key = verifying.keyFor(signature.keyId);
  if (key === null) return refused('no such key');
  const text = signingString(request, signature.headers);
  if (text === null) return refused('a signed header is not in the request');
  return verify('rsa-sha256', Buffer.from(text), key, Buffer.from(signature.signature, 'base64'))
    ? { kind: 'signed', keyId: signature.keyId, signedHeaders: signature.headers }
    : refused('the signature is not of this request by this key');
}

const refused = (why: string): Verified => ({ kind: 'refused', why });

interface Signature {
  readonly keyId: string;
  readonly headers: readonly string[];
  readonly signature: string;
}

function parseAuthorization(text: string): Signature | null {
  if (!text.startsWith('Signature ')) return null;
  const fields = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
  if (fields.version !== '1' || fields.algorithm !== 'rsa-sha256') return null;
  const { keyId, headers, signature } = fields;
  if (keyId === undefined || headers === undefined || signature === undefined) return null;
  return { keyId, headers: headers.toLowerCase().split(' '), signature };
}

function unsignedHeader({ method }: WireRequest, signed: readonly string[], isBodyUnsigned: boolean): string | null {
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method) && !isBodyUnsigned;
  const missing = ['(request-target)', 'host', ...(hasBody ? bodyHeaders : [])].find((name) => !signed.includes(name));
  if (missing !== undefined) return `${missing} is not signed`;
  return signed.includes('date') || signed.includes('x-date') ? null : 'neither date nor x-date is signed';
}

function wrongClock({ headers }: WireRequest, signed: readonly string[], nowMs: number): string | null {
  const date = Date.parse(headers[signed.includes('x-date') ? 'x-date' : 'date'] ?? '');
  if (Number.isNaN(date)) return 'no date';
  return Math.abs(nowMs - date) > skewMaxMs ? 'the date is more than five minutes off' : null;
}

function wrongBody({ headers, body }: WireRequest, signed: readonly string[]): string | null {
  if (!signed.includes('x-content-sha256')) return null;
  if (headers['x-content-sha256'] !== createHash('sha256').update(body).digest('base64')) return 'the digest is of another body';
  return Number(headers['content-length']) === body.length ? null : 'the length is of another body';
}

function signingString(request: WireRequest, signed: readonly string[]): string | null {
  const lines = signed.map((name) => {
    if (name === '(request-target)') return `(request-target): ${request.method.toLowerCase()} ${request.target}`;
    const value = request.headers[name];
    return value === undefined ? null : `${name}: ${value}`;
  });
  return lines.includes(null) ? null : lines.join('\n');
}
