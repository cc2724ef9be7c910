// The one way out of the collector: HTTP to agents, services and receivers, with every wait and every size limited.
import type { Contact } from '../../config/fleet-config.ts';
import { type Connection, type ConnectionParts, createConnection } from './connection.ts';
import { createCredentials } from './credentials.ts';
import { type Answered, type Broken, exchange } from './exchange.ts';
import { badAddress, type Failure, failureOf, Stopped } from './failure.ts';
import { type Place, placeOf } from './place.ts';

export type HttpAnswer = Answered | Failure;

export interface HttpRequest {
  readonly method?: string;
  /** With its query; `/` unless given. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | null;
  /** From the call to the end of the answer; a connection gets 10 s of it at most. */
  readonly timeoutMs: number;
  /** A longer answer is cut off as it comes. */
  readonly bytesMax: number;
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /** Asks whom a contact names. Never rejects for what a peer does, and follows no redirect. */
  request(contact: Contact, asked: HttpRequest): Promise<HttpAnswer>;
  /** The same for a whole URL. */
  send(
    url: string,
    asked: Omit<HttpRequest, 'path'> & { readonly tokenFile?: string | null; readonly authoritiesFile?: string | null },
  ): Promise<HttpAnswer>;
  /** Nobody will be asked there any more: its connection is closed. */
  forget(contact: Contact): void;
  /** Files with tokens, keys or certificates that are of no use as they are; one sentence each. */
  problems(): readonly string[];
  /** Connections that are kept. */
  count(): number;
  close(): void;
}

/** `undici` is loaded with the first request. */
export function createHttpClient(options: { readonly monotonicMs?: () => number } = {}): HttpClient {
  const credentials = createCredentials(options.monotonicMs ?? (() => performance.now()));
  const links = new Map<string, Link>();
  const peers = new WeakMap<Contact, Peer>();
  let undici: ConnectionParts['undici'] | null = null;
  let isClosed = false;

  const linkTo = (loaded: ConnectionParts['undici'], contact: Contact): Linked | Failure => {
    const peer = peers.get(contact) ?? peerOf(contact);
    if (peer === null) return badAddress;
    peers.set(contact, peer);
    const { place, name, key } = peer;
    if (isClosed) return failureOf(new Stopped('aborted'), 'connect', place, name);
    const shown = credentials.of(contact, place.isTls);
    if (shown.kind === 'failed') return shown;
    let link = links.get(key);
    // What a connection has shown it cannot take back: another certificate or authority needs another one.
    if (link === undefined || link.context !== shown.context) {
      link?.connection.close();
      link = { context: shown.context, connection: createConnection({ undici: loaded, place, context: shown.context, name }) };
      links.set(key, link);
    }
    return { kind: 'linked', connection: link.connection, place, name, token: shown.token };
  };

  const request = async (contact: Contact, asked: HttpRequest): Promise<HttpAnswer> => {
    undici ??= await import('undici');
    const linked = linkTo(undici, contact);
    if (linked.kind === 'failed') return linked;
    const outcome = await ask(linked, asked);
    return outcome.kind === 'answered' ? outcome : failureOf(outcome.error, outcome.stage, linked.place, linked.name);
  };

  return {
    request,
    send: (url, { tokenFile = null, authoritiesFile = null, ...asked }) => {
      if (!URL.canParse(url)) return Promise.resolve(badAddress);
      const { protocol, username, password, host, pathname, search } = new URL(url);
      if (username !== '' || password !== '') return Promise.resolve(badAddress);
      const contact = {
        address: `${protocol}//${host}`,
        tokenFile,
        authoritiesFile,
        certificateFile: null,
        keyFile: null,
        serverName: null,
      };
      return request(contact, { ...asked, path: pathname + search });
    },
    forget: (contact) => {
      links.get(keyOf(contact))?.connection.close();
      links.delete(keyOf(contact));
    },
    problems: credentials.problems,
    count: () => links.size,
    close: () => {
      isClosed = true;
      for (const { connection } of links.values()) connection.close();
      links.clear();
    },
  };
}

interface Link {
  readonly context: unknown;
  readonly connection: Connection;
}

interface Linked {
  readonly kind: 'linked';
  readonly connection: Connection;
  readonly place: Place;
  readonly name: string;
  readonly token: string | null;
}

/** What a contact comes to: it is asked thousands of times a minute. */
interface Peer {
  readonly place: Place;
  readonly name: string;
  readonly key: string;
}

function peerOf(contact: Contact): Peer | null {
  const place = placeOf(contact.address);
  if (place === null) return null;
  const name = contact.serverName ?? ('host' in place.dial ? place.dial.host : 'localhost');
  return { place, name, key: keyOf(contact) };
}

const keyOf = ({ address, authoritiesFile, certificateFile, keyFile, serverName }: Contact): string =>
  [address, authoritiesFile, certificateFile, keyFile, serverName].join('\0');

/** What may be sent twice without harm. */
const repeatable: readonly string[] = ['GET', 'HEAD', 'PUT'];

/** A kept connection that the peer closed in the moment of asking says nothing about the peer: such a request is sent once more. */
async function ask({ connection, token }: Linked, asked: HttpRequest): Promise<Answered | Broken> {
  const begunAt = performance.now();
  const { method = 'GET', path = '/', headers = {}, body = null, timeoutMs, bytesMax, signal = null } = asked;
  const authorization = token === null ? [] : ['authorization', `Bearer ${token}`];
  const sent = { method, path, headers: [...Object.entries(headers).flat(), ...authorization], body, timeoutMs, bytesMax, signal };
  const wasReused = connection.isReused();
  const outcome = await exchange(connection, sent);
  if (outcome.kind === 'answered' || !wasReused || !isLost(outcome) || !repeatable.includes(method)) return outcome;
  const leftMs = timeoutMs - (performance.now() - begunAt);
  return leftMs > 0 ? exchange(connection, { ...sent, timeoutMs: leftMs }) : outcome;
}

const isLost = ({ error, stage }: Broken): boolean =>
  stage !== 'body' &&
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'].includes(String((error as { code?: unknown }).code));
