// Says in an operator's words how an endpoint stands, and fills what a remedy needs.
import type { Draft } from '../../contract/rule.ts';
import { type AttemptClass, attemptClasses, type EndpointFacts, type Facts, type Result } from './facts.ts';
import { ipFamily } from './ip-family.ts';
import type { Endpoint, Settings } from './settings.ts';

export const words: Readonly<Record<AttemptClass, string>> = {
  ok: 'let through',
  'unexpected-status': 'another status than expected',
  'unexpected-header': 'another header than expected',
  'unexpected-body': 'another body than expected',
  'block-page': 'a block page',
  'http-denied': 'denied',
  'no-answer': 'connected, but no whole answer',
  'not-http': 'connected, but the answer is no HTTP',
  'tls-intercepted': 'TLS intercepted',
  'tls-expired': 'certificate out of its dates',
  'tls-untrusted': 'certificate not trusted',
  'tls-wrong-name': 'certificate for another name',
  'tls-refused': 'TLS refused',
  'tls-broken': 'TLS broke off',
  'proxy-failed': 'the proxy got no further',
  'proxy-denied': 'denied by the proxy',
  'connect-timeout': 'no answer to connecting, packets dropped',
  'connect-refused': 'connection refused',
  'connect-reset': 'connection reset',
  unreachable: 'unreachable',
  'local-firewall': 'stopped on this machine',
  'proxy-unreachable': 'the proxy cannot be reached',
  'source-address': 'the source address is not this machine’s',
  'no-such-name': 'no such name',
  'lookup-failed': 'the resolver gave no answer',
  unseen: 'not tried',
};

export const say = (result: Result): string => (result.cause === '' ? words[result.class] : `${words[result.class]} (${result.cause})`);

export const isThrough = (endpoint: EndpointFacts): boolean => endpoint.results.some((result) => result.class === 'ok');

/** What did not get through, without a family that this machine lacks while the other one is there. */
export function failures(endpoint: EndpointFacts, facts: Facts): readonly Result[] {
  return endpoint.results.filter((result) => result.class !== 'ok' && !isOfMissingFamily(result, endpoint, facts));
}

/** Names have IPv6 addresses also for machines without IPv6. */
export function isOfMissingFamily(result: Result, endpoint: EndpointFacts, facts: Facts): boolean {
  const [family] = result.families;
  if (result.class !== 'unreachable' || family === undefined || result.families.length !== 1) return false;
  if (!endpoint.results.some((other) => other.families.some((one) => one !== family))) return false;
  if (facts.defaultRoute.kind === 'unseen') return family === 6;
  return (family === 6 ? facts.defaultRoute.ipv6 : facts.defaultRoute.ipv4).length === 0;
}

/** The result that tells most: the one whose attempt came furthest. */
export function tellingFailure(endpoint: EndpointFacts, facts: Facts): Result | null {
  const found = failures(endpoint, facts);
  return [...found].sort((one, other) => rank(one) - rank(other))[0] ?? null;
}

const rank = (result: Result): number => attemptClasses.indexOf(result.class);

/** All failures of an endpoint, furthest first. */
export const sayAll = (results: readonly Result[]): string =>
  [...results]
    .sort((one, other) => rank(one) - rank(other))
    .map(say)
    .join('; ');

export const endpointNamed = (settings: Settings | undefined, name: string): Endpoint | undefined =>
  settings?.endpoints?.find((endpoint) => endpoint.name === name);

export function expectation(endpoint: Endpoint | undefined, facts: EndpointFacts): string {
  const status = endpoint?.expect?.status;
  if (facts.kind !== 'http' && facts.kind !== 'https') return `let through to ${facts.target}`;
  return `let through to ${facts.target} with HTTP ${status === undefined ? 'status below 400' : status.join(' or ')}`;
}

/** What remedies fill in. */
export function particulars(
  facts: Facts,
  endpoint: EndpointFacts,
  settings: Settings | undefined,
  result: Result | null,
): NonNullable<Draft['with']> {
  const configured = endpointNamed(settings, endpoint.name);
  const { host, port } = split(endpoint.target);
  const source = endpoint.sourceAddresses.join(', ');
  return {
    host,
    port,
    target: endpoint.target,
    cause: result?.cause ?? '',
    source: source === '' ? 'this machine’s address' : source,
    public: publicAddressOf(facts, source),
    proxy: configured?.proxy ?? '',
    check: checkCommand(endpoint, configured),
    handshake: handshakeCommand(endpoint, configured),
    route: ipFamily(host) === 0 ? `"$(getent ahosts ${quoted(host)} | awk 'NR==1 {print $1}')"` : host,
    files: secretFiles(configured).map(quoted).join(' '),
  };
}

const secretFiles = (configured: Endpoint | undefined): readonly string[] =>
  [
    ...Object.values(configured?.headersFrom ?? {}).map(({ file }) => file),
    configured?.proxyAuthorizationFile,
    configured?.authoritiesFile,
    configured?.clientCertificateFile,
    configured?.clientKeyFile,
  ].filter((file) => file !== undefined);

/** A cause that is not known to be about an address is better said than guessed. */
export function publicAddressOf(facts: Facts, source: string): string {
  if (facts.publicAddress.kind === 'seen') return facts.publicAddress.addresses.join(', ');
  const hint = facts.publicAddress.kind === 'unseen' ? 'the echo endpoint did not tell it' : 'configure egress.echo to learn it here';
  return `the public address behind ${source === '' ? 'this machine' : source} (see the NAT gateway; ${hint})`;
}

/** The attempt by hand. Secrets stay in their files; query, plain headers and body, which may hold some, are left out. */
function checkCommand(endpoint: EndpointFacts, configured: Endpoint | undefined): string {
  const { host, port } = split(endpoint.target);
  switch (endpoint.kind) {
    case 'tcp': {
      const source = configured?.sourceAddress === undefined ? '' : ` -s ${configured.sourceAddress}`;
      return `$ nc -vz -w 5${source} ${quoted(host)} ${port}`;
    }
    case 'tls':
      return `$ ${handshakeCommand(endpoint, configured)} </dev/null`;
    case 'http':
    case 'https': {
      const url = (configured?.url ?? `${endpoint.kind}://${endpoint.target}/`).replace(/\?.*$/, '');
      // -v would print what is secret onto the screen.
      const shown = secretFiles(configured).length === 0 ? '-v' : `-sS -w '%{http_code}\\n'`;
      return [`$ curl ${shown} -o /dev/null --max-time 10`, ...curlOptions(configured), quoted(url)].join(' ');
    }
  }
}

function handshakeCommand(endpoint: EndpointFacts, configured: Endpoint | undefined): string {
  const { host } = split(endpoint.target);
  const files = [
    ['-CAfile', configured?.authoritiesFile],
    ['-cert', configured?.clientCertificateFile],
    ['-key', configured?.clientKeyFile],
    ['-starttls', configured?.startTls],
  ].flatMap(([option, value]) => (value === undefined ? [] : [`${option} ${quoted(value)}`]));
  const name = ipFamily(host) === 0 ? `-servername ${quoted(host)}` : '-noservername';
  return ['openssl s_client -connect', quoted(endpoint.target), name, ...files].join(' ');
}

function curlOptions(configured: Endpoint | undefined): readonly string[] {
  const { method = 'GET', headersFrom = {}, proxy, proxyAuthorizationFile, sourceAddress } = configured ?? {};
  const headers = Object.entries(headersFrom).map(([name, { file, prefix = '' }]) => `-H ${quoted(`${name}: ${prefix}`)}${fromFile(file)}`);
  const files = [
    ['--cacert', configured?.authoritiesFile],
    ['--cert', configured?.clientCertificateFile],
    ['--key', configured?.clientKeyFile],
    ['--interface', sourceAddress],
    ['--proxy', proxy],
  ].flatMap(([option, value]) => (value === undefined ? [] : [`${option} ${quoted(value)}`]));
  return [
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : [`-X ${method}`]),
    ...headers,
    ...files,
    ...(proxyAuthorizationFile === undefined ? [] : [`--proxy-user ${fromFile(proxyAuthorizationFile)}`]),
  ];
}

/** The content of a file as a part of a word of the shell. */
const fromFile = (path: string): string => `"$(sudo cat ${quoted(path)})"`;

const quoted = (text: string): string => (/^[A-Za-z0-9._:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function split(target: string): { readonly host: string; readonly port: string } {
  const at = target.lastIndexOf(':');
  return { host: target.slice(0, Math.max(0, at)).replace(/^\[|\]$/g, ''), port: target.slice(at + 1) };
}
