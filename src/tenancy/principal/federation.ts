// Exchanges the instance's certificate for a token that is bound to a key of this process.
//
// Not through the SDK's own provider, which tries three times, has no limit of time, and tells of a refusal neither OCI's code nor the
// request's id. What goes over the wire is the same; a test compares the two.
import { createHash, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { CloudFailure } from '../../contract/cloud.ts';
import type { Deadline } from '../wire/deadline.ts';
import { exchange, type Watch } from '../wire/exchange.ts';
import { failureOfAnswer, notPrivate, unparsable } from '../wire/failure.ts';
import { isPrivateWay } from '../wire/private-way.ts';
import type { Certificate } from './certificate.ts';

export interface Session {
  readonly token: string;
  readonly privateKeyPem: string;
}

export interface Identity {
  readonly certificate: Certificate;
  readonly privateKeyPem: string;
  readonly intermediate: Certificate;
}

export async function beginSession(
  endpoint: string,
  identity: Identity,
  deadline: Deadline,
  watch: Watch,
): Promise<Session | CloudFailure> {
  if (!isPrivateWay(endpoint)) return notPrivate();
  const keys = await makeKeys('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const url = new URL(`${endpoint.replace(/\/+$/, '')}/v1/x509`);
  const body = JSON.stringify({
    certificate: identity.certificate.base64,
    purpose: 'DEFAULT',
    publicKey: keys.publicKey.toString('base64'),
    intermediateCertificates: [identity.intermediate.base64],
  });
  const exchanged = await exchange(url.href, { method: 'POST', body, headers: signed(url, body, identity) }, { signal: deadline() }, watch);
  if (exchanged.kind === 'not-answered') return exchanged.failure;
  if (exchanged.status !== 200) return failureOfAnswer(exchanged);
  const token = tokenIn(exchanged.text);
  return token === null ? unparsable(exchanged, 'the answer holds no token') : { token, privateKeyPem: keys.privateKey };
}

const makeKeys = promisify(generateKeyPair);

/** https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm */
function signed(url: URL, body: string, { certificate, privateKeyPem }: Identity): Record<string, string> {
  const headers = {
    date: new Date().toUTCString(),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-content-sha256': createHash('sha256').update(body).digest('base64'),
  };
  const lines = {
    date: headers.date,
    '(request-target)': `post ${url.pathname}`,
    host: url.host,
    'content-type': headers['content-type'],
    'content-length': headers['content-length'],
    'x-content-sha256': headers['x-content-sha256'],
  };
  const text = Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  const signature = sign('rsa-sha256', Buffer.from(text), privateKeyPem).toString('base64');
  const keyId = `${certificate.seen.tenancyId}/fed-x509/${certificate.fingerprint}`;
  const names = Object.keys(lines).join(' ');
  return {
    ...headers,
    authorization: `Signature version="1",keyId="${keyId}",algorithm="rsa-sha256",headers="${names}",signature="${signature}"`,
  };
}

function tokenIn(text: string): string | null {
  try {
    const { token } = JSON.parse(text) as { token?: unknown };
    return typeof token === 'string' && /^[\w.-]{20,16384}$/.test(token) ? token : null;
  } catch {
    return null;
  }
}
