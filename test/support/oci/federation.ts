// The exchange of an instance's certificate for a token, bound to the public key of a session.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { notAuthenticated, type OciAnswer, ok, problem } from './answer.ts';
import { colons, type Keys } from './keys.ts';
import { verifySignature, type WireRequest } from './signature.ts';

/** As that of a published one. */
const tokenLifeMs = 1_200_000;

export interface Exchange {
  readonly answer: OciAnswer;
  /** Why not, for whoever reads a test's failure; OCI does not say. */
  readonly why: string | null;
}

interface TokenRequest {
  readonly certificate: string;
  readonly intermediateCertificates: readonly string[];
  readonly publicKey: string;
  readonly purpose: string;
}

/** Certificates are believed where this authority issued them. */
export function federation(authorityPem: string, keys: Keys) {
  const authority = new X509Certificate(authorityPem);
  const signer = createPrivateKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return (request: WireRequest, nowMs: number): Exchange => {
    const asked = parse(request);
    if (asked === null)
      return { answer: problem(400, 'CannotParseRequest', 'Incorrectly formatted request'), why: 'not the body of a token request' };
    const leaf = new X509Certificate(derOf(asked.certificate));
    const subject = subjectOf(leaf);
    const keyId = `${subject.tenancyId}/fed-x509/${colons(leaf.fingerprint.replaceAll(':', ''))}`;
    const why = distrust(leaf, authority, asked, nowMs);
    if (why !== null) return { answer: notAuthenticated(), why };
    const verified = verifySignature(request, { keyFor: (given) => (given === keyId ? leaf.publicKey : null), nowMs });
    if (verified.kind === 'refused') return { answer: notAuthenticated(), why: verified.why };
    const session = createPublicKey({ key: derOf(asked.publicKey), format: 'der', type: 'spki' });
    const token = makeToken(signer, claims(subject, session, nowMs));
    keys.addToken(token, session, { id: subject.instanceId, tenancyId: subject.tenancyId }, nowMs + tokenLifeMs);
    return { answer: ok({ token }), why: null };
  };
}

/** Base64 without header and line ends, as the request carries it. */
const derOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

function parse({ method, target, body }: WireRequest): TokenRequest | null {
  if (method !== 'POST' || target !== '/v1/x509') return null;
  try {
    const asked = JSON.parse(body.toString()) as TokenRequest;
    const texts = [asked.certificate, asked.publicKey, ...asked.intermediateCertificates];
    return asked.purpose === 'DEFAULT' && texts.every((text) => /^[A-Za-z0-9+/]+=*$/.test(text)) ? asked : null;
  } catch {
    return null;
  }
}

function subjectOf(leaf: X509Certificate) {
  const unit = (name: string): string => new RegExp(`opc-${name}:(\\S+)`).exec(leaf.subject)?.[1] ?? '';
  return { tenancyId: unit('tenant'), instanceId: unit('instance'), compartmentId: unit('compartment') };
}

function distrust(leaf: X509Certificate, authority: X509Certificate, asked: TokenRequest, nowMs: number): string | null {
  const [intermediate] = asked.intermediateCertificates;
  if (intermediate === undefined || !derOf(intermediate).equals(authority.raw))
    return 'the intermediate certificate is not the authority’s';
  if (!leaf.verify(authority.publicKey)) return 'the authority did not issue this certificate';
  const isValid = leaf.validFromDate.getTime() <= nowMs && nowMs <= leaf.validToDate.getTime();
  return isValid ? null : 'the certificate is not valid now';
}

function claims({ tenancyId, instanceId, compartmentId }: ReturnType<typeof subjectOf>, session: KeyObject, nowMs: number) {
  const seconds = Math.floor(nowMs / 1000);
  return {
    sub: instanceId,
    'opc-certtype': 'instance',
    iss: 'authService.oracle.com',
    ptype: 'instance',
    aud: 'oci',
    ttype: 'x509',
    'opc-instance': instanceId,
    'opc-compartment': compartmentId,
    'opc-tenant': tenancyId,
    tenant: tenancyId,
    iat: seconds,
    exp: seconds + tokenLifeMs / 1000,
    jwk: JSON.stringify({ ...session.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }),
  };
}

function makeToken(signer: KeyObject, body: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ kid: 'asw_oc1_example', alg: 'RS256' })}.${part(body)}`;
  return `${text}.${sign('rsa-sha256', Buffer.from(text), signer).toString('base64url')}`;
}
