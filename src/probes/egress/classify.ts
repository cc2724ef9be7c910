// Decides what one connection attempt came to: by the stage that ended it, and by what was expected.
import { X509Certificate } from 'node:crypto';
import type { DialAnswer, DialHttpSeen, DialTlsSeen } from '../../contract/machine.ts';
import type { AttemptClass } from './facts.ts';
import { ipFamily } from './ip-family.ts';
import type { Endpoint, Settings } from './settings.ts';
import type { Target } from './target.ts';

export interface Verdict {
  readonly class: AttemptClass;
  /** Stable: no addresses, no durations. */
  readonly cause: string;
}

type Known = Pick<Settings, 'blockPageMarkers' | 'tlsInterception'>;

export function classify(answer: DialAnswer, target: Target, endpoint: Endpoint, known: Known): Verdict {
  const certificate = answer.tls === undefined ? null : certificateVerdict(answer.tls, target, endpoint, known);
  if (certificate !== null) return certificate;
  if (answer.http !== undefined) return httpVerdict(answer, answer.http, endpoint, known);
  return answer.result === 'completed' ? { class: 'ok', cause: '' } : failureVerdict(answer, endpoint);
}

function failureVerdict(answer: DialAnswer, endpoint: Endpoint): Verdict {
  if (answer.result === 'local-error') return localVerdict(answer);
  switch (answer.stage) {
    case 'connect':
      return connectVerdict(answer, endpoint);
    case 'proxy':
      return { class: answer.result === 'denied' ? 'proxy-denied' : 'proxy-failed', cause: said(answer) };
    case 'tls':
      return { class: answer.result === 'refused' ? 'tls-refused' : 'tls-broken', cause: said(answer) };
    case 'http':
      return { class: answer.result === 'protocol-error' ? 'not-http' : 'no-answer', cause: said(answer) };
  }
}

/** Only this one local error is about the network; the others keep us from looking. */
function localVerdict(answer: DialAnswer): Verdict {
  if (answer.stage === 'connect' && answer.code === 'EADDRNOTAVAIL') return { class: 'source-address', cause: answer.code };
  return { class: 'unseen', cause: answer.detail };
}

function connectVerdict(answer: DialAnswer, endpoint: Endpoint): Verdict {
  const cause = said(answer);
  if (endpoint.proxy !== undefined) return { class: 'proxy-unreachable', cause };
  switch (answer.result) {
    case 'refused':
      return { class: 'connect-refused', cause };
    case 'timeout':
      return { class: 'connect-timeout', cause };
    case 'unreachable':
      return { class: 'unreachable', cause };
    case 'denied':
      return { class: 'local-firewall', cause };
    case 'reset':
    case 'closed':
    case 'protocol-error':
      return { class: 'connect-reset', cause };
    case 'completed':
      return { class: 'ok', cause: '' };
    case 'local-error':
      return { class: 'unseen', cause };
  }
}

function said({ code, result, proxyStatus }: DialAnswer): string {
  if (proxyStatus !== undefined && proxyStatus >= 300) return `HTTP ${proxyStatus}`;
  const alert = /ALERT_(.+)$/.exec(code)?.[1];
  if (alert !== undefined) return `alert ${alert.toLowerCase().replaceAll('_', ' ')}`;
  return code === '' ? result : code;
}

/** Null where the certificate gives no reason to stop. */
function certificateVerdict(tls: DialTlsSeen, target: Target, endpoint: Endpoint, known: Known): Verdict | null {
  const chain = certificatesOf(tls);
  // Who signed, not whom: a vendor's own name may be that of such a product.
  const middleman = known.tlsInterception.find((text) => chain.some((certificate) => includes(certificate.issuer, text)));
  if (middleman !== undefined) return { class: 'tls-intercepted', cause: `issued by ${middleman}` };
  const issuer = chain[0] === undefined ? '' : issuerOf(chain[0]);
  const wanted = endpoint.expect?.issuer;
  if (wanted !== undefined && !includes(chain[0]?.issuer ?? '', wanted))
    return { class: 'tls-intercepted', cause: `issued by ${issuer || 'nobody'}` };
  if (endpoint.expect?.trusted === false) return null;
  if (!tls.isTrusted) return { class: isAboutDates(tls.trustError) ? 'tls-expired' : 'tls-untrusted', cause: tls.trustError };
  return coversHost(chain[0], target.host) ? null : { class: 'tls-wrong-name', cause: 'the certificate is for other names' };
}

const isAboutDates = (trustError: string): boolean => trustError === 'CERT_HAS_EXPIRED' || trustError === 'CERT_NOT_YET_VALID';

function certificatesOf(tls: DialTlsSeen): readonly X509Certificate[] {
  return tls.chain.flatMap((der) => certificateOf(der) ?? []);
}

/** Parsed once while its bytes are held: the port gives the same ones for the same certificate in each look. */
const parsed = new WeakMap<Uint8Array, X509Certificate | null>();

function certificateOf(der: Uint8Array): X509Certificate | null {
  let certificate = parsed.get(der);
  if (certificate === undefined) {
    certificate = parse(der);
    parsed.set(der, certificate);
  }
  return certificate;
}

function parse(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

function coversHost(certificate: X509Certificate | undefined, host: string): boolean {
  if (certificate === undefined) return false;
  return (ipFamily(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

/** The organisation that issued the server's certificate, or its name: vendors rotate between intermediates of one house. */
export function issuerOrganisation(tls: DialTlsSeen): string | null {
  const [own] = certificatesOf({ ...tls, chain: tls.chain.slice(0, 1) });
  return own === undefined ? null : issuerOf(own);
}

/** Node prints one attribute a line. */
function issuerOf(certificate: X509Certificate): string {
  const attribute = (name: string): string | undefined => new RegExp(`^${name}=(.+)$`, 'm').exec(certificate.issuer)?.[1];
  return attribute('O') ?? attribute('CN') ?? '';
}

const deniedStatuses: readonly number[] = [401, 403, 407, 451, 511];

function httpVerdict(answer: DialAnswer, http: DialHttpSeen, endpoint: Endpoint, known: Known): Verdict {
  const isExpected = endpoint.expect?.status?.includes(http.status) ?? http.status < 400;
  const content = contentVerdict(http, endpoint);
  // Where the wanted text is there, it is the vendor who speaks.
  const isVendor = isExpected && content === null && endpoint.expect?.bodyContains !== undefined;
  const marker = isVendor ? undefined : markerIn(http, known.blockPageMarkers);
  if (marker !== undefined) return { class: 'block-page', cause: `HTTP ${http.status}, ${marker}` };
  // A status that is not asked for says more than the body that broke off after it.
  if (!isExpected) return statusVerdict(http.status, endpoint);
  if (answer.result !== 'completed') return { class: 'no-answer', cause: `HTTP ${http.status}, then ${said(answer)}` };
  return content ?? { class: 'ok', cause: '' };
}

function statusVerdict(status: number, endpoint: Endpoint): Verdict {
  if (status === 407 && endpoint.proxy !== undefined) return { class: 'proxy-denied', cause: `HTTP ${status}` };
  return { class: deniedStatuses.includes(status) ? 'http-denied' : 'unexpected-status', cause: `HTTP ${status}` };
}

function markerIn(http: DialHttpSeen, markers: readonly string[]): string | undefined {
  const headers = Object.entries(http.headers).map(([name, value]) => `${name}: ${value}`);
  const text = [...headers, http.body].join('\n').toLowerCase();
  return markers.find((marker) => text.includes(marker.toLowerCase()));
}

function contentVerdict(http: DialHttpSeen, endpoint: Endpoint): Verdict | null {
  const { header = {}, bodyContains, bodyLacks } = endpoint.expect ?? {};
  for (const [name, pattern] of Object.entries(header)) {
    const value = http.headers[name.toLowerCase()];
    if (value === undefined || !matches(value, pattern)) return { class: 'unexpected-header', cause: `header ${name.toLowerCase()}` };
  }
  if (bodyContains !== undefined && !http.body.includes(bodyContains))
    return { class: 'unexpected-body', cause: 'the expected text is missing' };
  if (bodyLacks !== undefined && http.body.includes(bodyLacks)) return { class: 'unexpected-body', cause: 'it holds the unwanted text' };
  return null;
}

/** A pattern that is none matches nothing. */
function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return false;
  }
}

const includes = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());
