// Tries to reach one endpoint: resolves it, dials every address, and keeps what each attempt came to.

import type { InTurn } from '../../contract/in-turns.ts';
import type { DialAnswer, DialRequest, LookupAnswer, Machine } from '../../contract/machine.ts';
import { classify, type Verdict } from './classify.ts';
import { ipFamily } from './ip-family.ts';
import type { Endpoint, Settings } from './settings.ts';
import { proxyOf, type Target, targetOf } from './target.ts';

/** Names of vendors have up to eight addresses in each family; more than this would crowd out the other endpoints. */
const addressesMax = 16;

/** Block pages and status documents fit. */
const bodyBytesMax = 65_536;

const secretBytesMax = 8_192;

export interface Attempt {
  readonly address: string;
  readonly verdict: Verdict;
  readonly answer: DialAnswer;
}

export type Watched =
  | { readonly kind: 'not-tried'; readonly target: Target | null; readonly verdict: Verdict }
  | { readonly kind: 'tried'; readonly target: Target; readonly resolveMs: number | null; readonly attempts: readonly Attempt[] };

/** What attempts of one look share. */
export interface Shared {
  readonly machine: Machine;
  readonly settings: Pick<Settings, 'blockPageMarkers' | 'tlsInterception'>;
  /** Each name is looked up once. */
  lookup(name: string, family: 0 | 4 | 6): Promise<LookupAnswer>;
  /** Waits for one of the places that may dial at the same time. */
  readonly inTurn: InTurn;
}

export async function watch(endpoint: Endpoint, shared: Shared): Promise<Watched> {
  const target = targetOf(endpoint);
  if (target === null) return notTried(null, 'its url names no port');
  const proxy = endpoint.proxy === undefined ? null : proxyOf(endpoint.proxy);
  if (proxy === null && endpoint.proxy !== undefined) return notTried(target, 'its proxy is not http://host:port');
  const secrets = await readSecrets(endpoint, shared.machine);
  if (typeof secrets === 'string') return notTried(target, secrets);
  // Behind a proxy it is the proxy that resolves the name.
  const found = await addressesOf((proxy ?? target).host, endpoint, shared);
  if ('class' in found) return { kind: 'not-tried', target, verdict: found };
  const attempts = await Promise.all(
    found.addresses.map((address) =>
      shared.inTurn(async () => {
        const answer = await shared.machine.dial(requestFor(endpoint, target, address, proxy?.port ?? null, secrets));
        return { address, answer, verdict: classify(answer, target, endpoint, shared.settings) };
      }),
    ),
  );
  return { kind: 'tried', target, resolveMs: found.resolveMs, attempts };
}

const notTried = (target: Target | null, cause: string): Watched => ({ kind: 'not-tried', target, verdict: { class: 'unseen', cause } });

interface Secrets {
  readonly headers: Readonly<Record<string, string>>;
  readonly proxyAuthorization: string | null;
}

/** A sentence where a file cannot be read. What is in the files goes to the port and nowhere else. */
async function readSecrets(endpoint: Endpoint, machine: Machine): Promise<Secrets | string> {
  const headers: Record<string, string> = {};
  for (const [name, { file, prefix = '' }] of Object.entries(endpoint.headersFrom ?? {})) {
    const content = await readSecret(machine, file);
    if (content === null) return `the file for its header ${name} cannot be read`;
    headers[name] = prefix + content;
  }
  if (endpoint.proxyAuthorizationFile === undefined) return { headers, proxyAuthorization: null };
  const account = await readSecret(machine, endpoint.proxyAuthorizationFile);
  if (account === null) return 'the file with its proxy authorization cannot be read';
  return { headers, proxyAuthorization: `Basic ${Buffer.from(account).toString('base64')}` };
}

async function readSecret(machine: Machine, path: string): Promise<string | null> {
  const answer = await machine.readFile(path, { bytesMax: secretBytesMax, isSecret: true });
  const content = answer.kind === 'file' && !answer.isCut ? answer.text.trim() : '';
  return content === '' ? null : content;
}

async function addressesOf(
  host: string,
  endpoint: Endpoint,
  shared: Shared,
): Promise<{ readonly addresses: readonly string[]; readonly resolveMs: number | null } | Verdict> {
  if (ipFamily(host) !== 0) return { addresses: [host], resolveMs: null };
  const family = familyOf(endpoint);
  const answer = await shared.lookup(host, family);
  switch (answer.kind) {
    case 'addresses':
      return { addresses: chosen(answer.addresses, endpoint.everyAddress ?? true), resolveMs: answer.tookMs };
    case 'no-such-name':
      return { class: 'no-such-name', cause: family === 0 ? '' : `no IPv${family} address` };
    case 'failed':
      return isResolversWord(answer)
        ? { class: 'lookup-failed', cause: answer.code ?? answer.reason }
        : { class: 'unseen', cause: `${host} could not be looked up` };
  }
}

/** From an IPv4 address only IPv4 addresses can be reached. */
function familyOf(endpoint: Endpoint): 0 | 4 | 6 {
  if (endpoint.family === 4 || endpoint.family === 6) return endpoint.family;
  return endpoint.sourceAddress === undefined ? 0 : ipFamily(endpoint.sourceAddress);
}

/** A resolver that is silent or at a loss has been seen; a lookup that could not be made has not. */
export const isResolversWord = (answer: Extract<LookupAnswer, { kind: 'failed' }>): boolean =>
  answer.reason === 'timeout' || answer.code?.startsWith('EAI_') === true;

function chosen(addresses: readonly string[], isEvery: boolean): readonly string[] {
  if (isEvery) return addresses.slice(0, addressesMax);
  const firsts = [4, 6].map((family) => addresses.find((address) => ipFamily(address) === family));
  return firsts.filter((address) => address !== undefined);
}

function requestFor(endpoint: Endpoint, target: Target, address: string, proxyPort: number | null, secrets: Secrets): DialRequest {
  const tls = tlsFor(endpoint, target);
  const http = httpFor(endpoint, target, secrets);
  const base = {
    timeoutMs: target.timeoutMs,
    ...(endpoint.sourceAddress !== undefined && { sourceAddress: endpoint.sourceAddress }),
    ...(tls !== null && { tls }),
  };
  if (proxyPort === null) return { ...base, address, port: target.port, ...(http !== null && { http }) };
  // Plain HTTP is asked of the proxy itself (RFC 9112 section 3.2.2); many refuse CONNECT to port 80.
  if (target.kind === 'http' && http !== null) return { ...base, address, port: proxyPort, http: absolute(http, target, secrets) };
  const authorization = secrets.proxyAuthorization === null ? {} : { authorization: secrets.proxyAuthorization };
  return {
    ...base,
    address: ipFamily(target.host) === 0 ? address : target.host,
    port: target.port,
    proxy: { address, port: proxyPort, ...authorization },
    proxyTarget: target.authority,
    ...(http !== null && { http }),
  };
}

function tlsFor(endpoint: Endpoint, target: Target): NonNullable<DialRequest['tls']> | null {
  if (target.kind === 'tcp' || target.kind === 'http') return null;
  return {
    serverName: target.host,
    mustBeTrusted: endpoint.expect?.trusted !== false,
    ...(target.kind === 'https' && { alpn: ['http/1.1'] }),
    ...(endpoint.authoritiesFile !== undefined && { authoritiesFile: endpoint.authoritiesFile }),
    ...(endpoint.clientCertificateFile !== undefined && { certificateFile: endpoint.clientCertificateFile }),
    ...(endpoint.clientKeyFile !== undefined && { keyFile: endpoint.clientKeyFile }),
    ...(endpoint.startTls !== undefined && { startTls: endpoint.startTls }),
  };
}

type Http = NonNullable<DialRequest['http']>;

function httpFor(endpoint: Endpoint, target: Target, secrets: Secrets): Http | null {
  if (target.kind === 'tcp' || target.kind === 'tls') return null;
  return {
    method: endpoint.method ?? 'GET',
    path: target.path,
    host: target.hostHeader,
    // Some web application firewalls turn away whoever gives no name.
    headers: { 'User-Agent': 'understudy', Accept: '*/*', ...endpoint.headers, ...secrets.headers },
    bodyBytesMax,
    ...(endpoint.body !== undefined && { body: endpoint.body }),
  };
}

function absolute(http: Http, target: Target, secrets: Secrets): Http {
  const credential = secrets.proxyAuthorization === null ? {} : { 'Proxy-Authorization': secrets.proxyAuthorization };
  return { ...http, path: `http://${target.authority}${target.path}`, headers: { ...http.headers, ...credential } };
}
