// Decides who asks and what they may: by the way they came, their bearer token or their client certificate.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { Problem } from './problem.ts';
import type { Caller } from './route.ts';

export interface Access {
  /** SHA-256 of the token as hexadecimal digits. */
  readonly tokens: readonly { readonly name: string; readonly sha256: string; readonly rights: readonly string[] }[];
  readonly clients: readonly { readonly commonName: string; readonly rights: readonly string[] }[];
  /** Of callers on the Unix socket and on loopback without a credential. */
  readonly localRights: readonly string[];
  readonly requestsPerMinute: number;
  /** Names besides localhost and addresses that a browser on this machine may have used to get here. */
  readonly hostNames: readonly string[];
}

/** How a connection came in; noted when it was accepted, since a closed one cannot be asked any more. */
export type Origin =
  | { readonly kind: 'socket' }
  | { readonly kind: 'tcp'; readonly address: string; readonly isLoopback: boolean; readonly clientName: string | null };

export interface RequestHead {
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  /** `Origin` header: set by browsers on what a page of another site makes them ask. */
  readonly page: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Throws the problem that refuses a caller. */
export function callerOf(access: Access, origin: Origin, head: RequestHead): Caller {
  if (head.authorization !== undefined) return byToken(access, head.authorization);
  if (origin.kind === 'socket') return { name: 'local socket', rights: access.localRights };
  const client = access.clients.find((one) => one.commonName === origin.clientName);
  if (client !== undefined) return { name: `certificate ${client.commonName}`, rights: client.rights };
  if (!origin.isLoopback) return { name: origin.address, rights: [] };
  refuseBrowsers(access, head);
  return { name: 'loopback', rights: access.localRights };
}

export function demandRight(caller: Caller, right: string | null): void {
  if (right === null || caller.rights.includes(right)) return;
  if (caller.rights.length === 0) throw unauthorized('A bearer token or a client certificate is needed');
  throw new Problem(403, `${caller.name} has not the right to ${right}`);
}

function byToken(access: Access, authorization: string): Caller {
  const [, token] = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization) ?? [];
  if (token === undefined) throw unauthorized('The Authorization header is not "Bearer" and a token');
  const hash = createHash('sha256').update(token).digest();
  // Every token is compared, in constant time: how long it takes says nothing about which one was near.
  const matching = access.tokens.filter((one) => isEqual(Buffer.from(one.sha256, 'hex'), hash));
  const [match] = matching;
  if (match === undefined) throw unauthorized('The token is not known here');
  return { name: `token ${match.name}`, rights: match.rights };
}

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const unauthorized = (detail: string): Problem =>
  new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer realm="understudy"' } });

/**
 * A page from elsewhere, opened in a browser on this machine, reaches loopback too: by a name of its own that was made to resolve
 * here (the Host header then has that name), or by a plain form (the browser then says where the form came from).
 */
function refuseBrowsers(access: Access, head: RequestHead): void {
  const name = hostName(head.host ?? '');
  if (isIP(name) === 0 && name !== 'localhost' && !access.hostNames.includes(name)) {
    throw new Problem(403, 'The Host header is neither an address nor a name of this agent; ask with a credential, or by address');
  }
  if (head.page !== undefined && hostName(head.page.replace(/^[a-z]+:\/\//, '')) !== name) throw crossSite();
  if (head.fetchSite !== undefined && head.fetchSite !== 'same-origin' && head.fetchSite !== 'none') throw crossSite();
}

const crossSite = (): Problem => new Problem(403, 'Pages of other sites may not ask this agent');

const hostName = (host: string): string => {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase();
};
