// Opens the doors: a Unix socket by file permission, an address with or without TLS. What cannot be opened is one sentence.
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { Origin } from './access.ts';
import { problem, problemType } from './problem.ts';

export type Door =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number; readonly tls: TlsFiles | null };

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Authorities whose client certificates are accepted; null to ask for none. */
  readonly clientAuthoritiesFile: string | null;
}

export interface OpenDoor {
  readonly door: Door;
  /** `unix:/run/…` or `https://127.0.0.1:7807`, with the port that was given out for port 0. */
  readonly url: string;
  /** Reads the TLS files again; rejects, and keeps what is served, when they are no good. */
  reloadTls(): Promise<void>;
  /** When the certificate that is served ends, as epoch milliseconds; null without TLS. */
  validUntil(): number | null;
  /** Ends idle connections at once and the others when they have been answered, at the latest after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** One sentence that says what was tried and what can be done. */
export class CannotListen extends Error {}

export interface DoorOptions {
  readonly onRequest: RequestListener;
  /** `closing` aborts when this door closes. */
  readonly onConnection: (socket: Socket, origin: Origin, closing: AbortSignal) => void;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** Longer than the minute after which collectors usually come again. */
const keepAliveMs = 75_000;
/** A caller that reads nothing of its answer for this long is gone. */
const idleSocketMs = 120_000;
/** Each costs some 50 KiB with TLS. */
const connectionsMax = 256;
/** Above it a header is an attack or a mistake. */
const headerBytesMax = 16 * 1024;

export async function openDoor(door: Door, options: DoorOptions): Promise<OpenDoor> {
  switch (door.kind) {
    case 'socket':
      return openSocket(door, options);
    case 'tcp':
      return openTcp(door, options);
  }
}

const settings = {
  headersTimeout: headersTimeoutMs,
  requestTimeout: requestTimeoutMs,
  keepAliveTimeout: keepAliveMs,
  maxHeaderSize: headerBytesMax,
  connectionsCheckingInterval: headersTimeoutMs,
} as const;

async function openSocket(door: Extract<Door, { kind: 'socket' }>, options: DoorOptions): Promise<OpenDoor> {
  const { path } = door;
  await clearStale(path);
  const server = createServer(settings, options.onRequest);
  const closing = new AbortController();
  server.on('connection', (socket) => options.onConnection(socket, { kind: 'socket' }, closing.signal));
  // Nobody may come in between bind and chmod.
  const before = process.umask(0o117);
  const listening = listen(server, { path }, path);
  process.umask(before);
  await listening;
  chmodSync(path, 0o660);
  return {
    door,
    url: `unix:${path}`,
    reloadTls: async () => {},
    validUntil: () => null,
    close: (graceMs) => close(server, closing, graceMs),
  };
}

/** A socket that nobody answers on was left by an agent that was killed. */
async function clearStale(path: string): Promise<void> {
  try {
    // Its parent has to be there: Node's recursive mkdir never returns below /proc (v26.10).
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { mode: 0o750 });
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (!stat.isSocket())
      throw new CannotListen(`${path} is there and is not a socket: move it away, or set listen.socket to another path`);
    if (await isAnswered(path)) throw new CannotListen(`an agent is already running: it answers on ${path}`);
    unlinkSync(path);
  } catch (error) {
    if (error instanceof CannotListen) throw error;
    throw new CannotListen(`the socket ${path} cannot be made: ${codeOf(error)}`);
  }
}

function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ path, timeout: 1_000 });
  socket.on('connect', () => resolve(true));
  // It accepts nothing in a second: it is there, if busy.
  socket.on('timeout', () => resolve(true));
  socket.on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function openTcp(door: Extract<Door, { kind: 'tcp' }>, options: DoorOptions): Promise<OpenDoor> {
  const { address, port, tls } = door;
  let pair = tls === null ? null : await readTls(tls);
  const server = tls === null || pair === null ? createServer(settings, options.onRequest) : await createTls(tls, pair, options.onRequest);
  const closing = new AbortController();
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) =>
    options.onConnection(socket, tcpOrigin(socket), closing.signal),
  );
  await listen(server, { host: address, port }, `${address} port ${port}`);
  const given = (server.address() as AddressInfo).port;
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    door,
    url: `${tls === null ? 'http' : 'https'}://${host}:${given}`,
    reloadTls: async () => {
      if (tls === null) return;
      pair = await readTls(tls);
      (server as import('node:https').Server).setSecureContext(pair);
    },
    validUntil: () => (pair === null ? null : new X509Certificate(pair.cert).validToDate.getTime()),
    close: (graceMs) => close(server, closing, graceMs),
  };
}

async function createTls(files: TlsFiles, pair: TlsPair, onRequest: RequestListener): Promise<Server> {
  // Loaded only where it is used: it costs 9 MiB.
  const { createServer: createTlsServer } = await import('node:https');
  const asked = { requestCert: files.clientAuthoritiesFile !== null, rejectUnauthorized: false };
  const server = createTlsServer({ ...settings, ...pair, ...asked, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeoutMs }, onRequest);
  return server as unknown as Server;
}

interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** Rejects with `CannotListen` when nothing could be served with these files, such as a key of another certificate. */
export async function readTls(files: TlsFiles): Promise<TlsPair> {
  const { certificateFile, keyFile, clientAuthoritiesFile } = files;
  const [cert, key] = await Promise.all([readPem(certificateFile), readPem(keyFile)]);
  const pair = clientAuthoritiesFile === null ? { cert, key } : { cert, key, ca: await readPem(clientAuthoritiesFile) };
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new CannotListen(`TLS cannot be served with ${certificateFile} and ${keyFile}: ${codeOf(error)}`);
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CannotListen(`the TLS file ${file} cannot be read: ${codeOf(error)}`);
  }
}

function tcpOrigin(socket: Socket): Origin {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { kind: 'tcp', address, isLoopback: address.startsWith('127.') || address === '::1', clientName: clientName(socket) };
}

/** Only of a certificate that one of our client authorities signed. */
function clientName(socket: Socket): string | null {
  const tls = socket as Partial<TLSSocket>;
  if (tls.authorized !== true) return null;
  const name: unknown = tls.getPeerCertificate?.().subject?.CN;
  return typeof name === 'string' ? name : null;
}

function listen(server: Server, at: object, words: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.maxConnections = connectionsMax;
  server.setTimeout(idleSocketMs);
  server.on('clientError', refuseMalformed);
  server.once('error', (error: NodeJS.ErrnoException) => reject(new CannotListen(listenWords(error, words))));
  server.listen(at, () => {
    server.removeAllListeners('error');
    resolve();
  });
  return promise;
}

function listenWords(error: NodeJS.ErrnoException, words: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `${words} is in use by another program: stop it, or set listen.port to another one`;
    case 'EACCES':
      return `${words} may not be listened on by this user: use a port above 1023, or allow it`;
    case 'EADDRNOTAVAIL':
      return `${words} cannot be listened on: this machine has no such address`;
    default:
      return `${words} cannot be listened on: ${codeOf(error)}`;
  }
}

const malformed: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What is not HTTP never reaches a route. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket | import('node:stream').Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const document = problem(malformed[error.code ?? ''] ?? 400, 'This is not a request that can be read');
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
}

function close(server: Server, closing: AbortController, graceMs: number): Promise<void> {
  closing.abort();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise.finally(() => clearTimeout(timer));
}

const codeOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${message.includes(code) ? message : `${code}: ${message}`}`;
};
