// Reads the body of a balancer into what both sides are compared by. Certificates are looked up by whoever asks.
// https://docs.oracle.com/en-us/iaas/api/#/en/loadbalancer/latest/LoadBalancer/
import { canonicalJson } from '../../contract/canonical.ts';
import { addressText, readAddress } from '../../formats/cidr.ts';
import { entriesIn, field, flagIn, listIn, numberIn, textIn, textsIn } from '../../formats/oci.ts';
import type { Backend, BackendSet, Listener, Tls } from './facts.ts';

export interface ReadBalancer {
  readonly id: string;
  readonly name: string;
  readonly state: string | null;
  readonly isPrivate: boolean | null;
  readonly addresses: string[];
  readonly maxMbps: number | null;
  /** Null where the body does not show them. */
  readonly content: { readonly listeners: ReadListener[]; readonly backendSets: ReadSet[]; readonly rules: Record<string, string> } | null;
}

export interface ReadTls extends Omit<Tls, 'certificates' | 'authorities'> {
  readonly bundle: string | null;
  readonly certificateIds: readonly string[];
  readonly authorityIds: string[];
}

export type ReadListener = Omit<Listener, 'tls'> & { readonly tls: ReadTls | null };
export type ReadSet = Omit<BackendSet, 'tls' | 'health'> & { readonly tls: ReadTls | null };

/** Null where it is no balancer: without an OCID nothing more can be asked. */
export function readBalancer(body: unknown): ReadBalancer | null {
  const id = textIn(body, 'id');
  if (id === null) return null;
  return {
    id,
    name: textIn(body, 'displayName') ?? id,
    state: textIn(body, 'lifecycleState'),
    isPrivate: flagIn(body, 'isPrivate'),
    addresses: addressesOf(body),
    maxMbps: maxMbps(body),
    content: isWhole(body) ? { listeners: listenersOf(body), backendSets: setsOf(body), rules: rulesOf(body) } : null,
  };
}

export const isWhole = (body: unknown): boolean => field(body, 'listeners') !== undefined && field(body, 'backendSets') !== undefined;

const addressesOf = (body: unknown): string[] =>
  (listIn(body, 'ipAddresses') ?? []).flatMap((one) => textIn(one, 'ipAddress') ?? []).sort();

/** A fixed shape says it in its name: `100Mbps`. */
function maxMbps(body: unknown): number | null {
  const fixed = /^(\d+)Mbps$/.exec(textIn(body, 'shapeName') ?? '')?.[1];
  return fixed === undefined ? numberIn(field(body, 'shapeDetails'), 'maximumBandwidthInMbps') : Number(fixed);
}

function listenersOf(body: unknown): ReadListener[] {
  const hosts = new Map(entriesIn(body, 'hostnames').map(([name, one]) => [name, (textIn(one, 'hostname') ?? name).toLowerCase()]));
  return entriesIn(body, 'listeners')
    .map(([name, listener]) => ({
      name: textIn(listener, 'name') ?? name,
      port: numberIn(listener, 'port'),
      protocol: (textIn(listener, 'protocol') ?? 'unknown').toUpperCase(),
      hostnames: (textsIn(listener, 'hostnameNames') ?? []).map((one) => hosts.get(one) ?? one).sort(),
      backendSet: textIn(listener, 'defaultBackendSetName'),
      rules: ruleKeys(listener),
      tls: tlsOf(body, listener),
    }))
    .sort((a, b) => (a.port ?? 0) - (b.port ?? 0) || (a.name < b.name ? -1 : 1));
}

const ruleKeys = (listener: unknown): string[] =>
  [
    ...(textsIn(listener, 'ruleSetNames') ?? []).map((name) => `rule set ${name}`),
    ...[textIn(listener, 'routingPolicyName')].flatMap((name) => (name === null ? [] : [`routing policy ${name}`])),
    ...[textIn(listener, 'pathRouteSetName')].flatMap((name) => (name === null ? [] : [`path routes ${name}`])),
  ].sort();

function rulesOf(body: unknown): Record<string, string> {
  const part = (map: string, what: string, list: string) =>
    entriesIn(body, map).map(
      ([name, one]) => [`${what} ${name}`, canonicalJson(withoutNulls(listIn(one, list) ?? [])).slice(0, ruleCharsMax)] as const,
    );
  const all = [
    ...part('ruleSets', 'rule set', 'items'),
    ...part('routingPolicies', 'routing policy', 'rules'),
    ...part('pathRouteSets', 'path routes', 'pathRoutes'),
  ];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `null` and an absent key are one. */
const withoutNulls = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, one) => one ?? undefined)) as unknown;

/** Some hundred header rules; what lies beyond is not compared. */
const ruleCharsMax = 20_000;

function tlsOf(balancer: unknown, holder: unknown): ReadTls | null {
  const tls = field(holder, 'sslConfiguration');
  if (tls === undefined) return null;
  const cipherSuite = textIn(tls, 'cipherSuiteName');
  return {
    bundle: textIn(tls, 'certificateName'),
    certificateIds: textsIn(tls, 'certificateIds') ?? [],
    protocols: textsIn(tls, 'protocols')?.toSorted() ?? null,
    cipherSuite,
    ciphers: cipherSuite === null ? null : ciphersOf(balancer, cipherSuite),
    isVerifying: flagIn(tls, 'verifyPeerCertificate') ?? false,
    verifyDepth: numberIn(tls, 'verifyDepth'),
    authorityIds: [...(textsIn(tls, 'trustedCertificateAuthorityIds') ?? [])].sort(),
  };
}

function ciphersOf(balancer: unknown, suite: string): string[] | null {
  const own = entriesIn(balancer, 'sslCipherSuites').find(([name]) => name === suite)?.[1];
  return textsIn(own, 'ciphers')?.toSorted() ?? null;
}

function setsOf(body: unknown): ReadSet[] {
  return entriesIn(body, 'backendSets')
    .map(([name, set]) => ({
      name: textIn(set, 'name') ?? name,
      backends: (listIn(set, 'backends') ?? []).map(backendOf).sort(byAddress),
      tls: tlsOf(body, set),
      healthCheck: healthCheckText(field(set, 'healthChecker'), listIn(set, 'backends') ?? []),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Load balancers say `offline`, network load balancers `isOffline`. */
function backendOf(body: unknown): Backend {
  const isSaid = (...names: readonly string[]): boolean => names.some((name) => flagIn(body, name) === true);
  const target = textIn(body, 'targetId');
  return {
    address: plainAddress(textIn(body, 'ipAddress')),
    ...(target === null ? {} : { target }),
    port: numberIn(body, 'port'),
    state: isSaid('offline', 'isOffline') ? 'offline' : isSaid('drain', 'isDrain') ? 'draining' : 'online',
  };
}

/** IPv6 is written in many ways. */
function plainAddress(text: string | null): string | null {
  const read = text === null ? null : readAddress(text);
  return read === null ? text : addressText(read.family, read.value);
}

const byAddress = (a: Backend, b: Backend): number => (keyOf(a) < keyOf(b) ? -1 : 1);

const keyOf = ({ address, target, port }: Backend): string => `${address ?? target ?? ''} ${port ?? ''}`;

/** Port 0, or none, is that of each backend. */
function healthCheckText(checker: unknown, backends: readonly unknown[]): string {
  const ports = [...new Set(backends.map((one) => numberIn(one, 'port')))];
  const port = numberIn(checker, 'port') || (ports.length === 1 ? (ports[0] ?? null) : null);
  const parts = [textIn(checker, 'protocol'), port, textIn(checker, 'urlPath'), numberIn(checker, 'returnCode')];
  return parts.filter((part) => part !== null && part !== '').join(' ');
}
