// One DNS message to one server and back, on a socket of its own: the kernel picks a fresh source port for each query,
// and a connected socket hears nobody but that server.
import { createSocket } from 'node:dgram';
import { isIP, isIPv6, Socket } from 'node:net';
import type { DnsReply, DnsRequest, Failed } from '../contract/machine.ts';

/** What ends an exchange without a reply; `strays` datagrams with another id came from the server meanwhile. */
export type DnsFailed = Failed & { readonly code?: string; readonly strays?: number };

/** A resolver waits on when an id is wrong, since a guess at it may overtake the true answer; a flood of them ends the wait. */
const straysMax = 100;

/** Never rejects; ends at the request's time limit or when the signal aborts. */
export function exchangeDns(request: DnsRequest, signal: AbortSignal): Promise<DnsReply | DnsFailed> {
  if (signal.aborted) return Promise.resolve(failed(request, 'timeout', 'the look was aborted'));
  if (isIP(request.server) === 0) return Promise.resolve(failed(request, 'unreadable', 'not an IP address', 'EINVAL'));
  return request.transport === 'udp' ? overUdp(request, signal) : overTcp(request, signal);
}

function overUdp(request: DnsRequest, signal: AbortSignal): Promise<DnsReply | DnsFailed> {
  return new Promise((resolve) => {
    const type = isIPv6(request.server) ? 'udp6' : 'udp4';
    // The address is one already: without this, Node asks getaddrinfo's thread pool for each query.
    const socket = createSocket({ type, lookup: (name, _options, done) => done(null, name, type === 'udp6' ? 6 : 4) });
    let strays = 0;
    let sentAt = 0;
    const end = endOnce(request, signal, (answer) => {
      socket.close();
      resolve(strays === 0 ? answer : { ...answer, strays });
    });
    socket.on('error', (error) => end(fromError(request, error)));
    socket.on('message', (message) => {
      if (hasIdOf(message, request.message)) end({ kind: 'reply', message: new Uint8Array(message), tookMs: performance.now() - sentAt });
      else if (++strays >= straysMax) end(failed(request, 'too-much-output', `${straysMax} answers with another id`));
    });
    const attempt = orEnd(request, end);
    // Without a callback, a failed connect is an `error` event like all others.
    const connect = attempt(() => socket.connect(request.port, request.server));
    socket.on(
      'connect',
      attempt(() => {
        sentAt = performance.now();
        socket.send(request.message, (error) => {
          if (error !== null) end(fromError(request, error));
        });
      }),
    );
    if (request.sourceAddress === undefined) connect();
    else attempt(() => socket.bind(0, request.sourceAddress, connect))();
  });
}

const hasIdOf = (message: Uint8Array, query: Uint8Array): boolean => message[0] === query[0] && message[1] === query[1];

function overTcp(request: DnsRequest, signal: AbortSignal): Promise<DnsReply | DnsFailed> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const socket = new Socket();
    const end = endOnce(request, signal, (answer) => {
      socket.destroy();
      resolve(answer);
    });
    const chunks: Buffer[] = [];
    let received = 0;
    let expected: number | null = null;
    socket.on('error', (error) => end(fromError(request, error)));
    socket.on('connect', () => socket.write(withLength(request.message)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (expected === null && received >= 2) expected = 2 + Buffer.concat(chunks).readUInt16BE(0);
      if (expected === null || received < expected) return;
      // The prefix bounds what is kept: 65,535 bytes, whatever else the server goes on to send.
      const message = new Uint8Array(Buffer.concat(chunks).subarray(2, expected));
      end({ kind: 'reply', message, tookMs: performance.now() - startedAt });
    });
    socket.on('close', () => end(failed(request, 'unreadable', 'closed before the whole answer had come', 'ECONNRESET')));
    const target = { host: request.server, port: request.port, noDelay: true };
    const source = request.sourceAddress === undefined ? {} : { localAddress: request.sourceAddress };
    orEnd(request, end)(() => socket.connect({ ...target, ...source }))();
  });
}

function withLength(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

type End = (answer: DnsReply | DnsFailed) => void;

/** The first end wins: stops the clock, lets go of the signal, and hands the answer on. */
function endOnce(request: DnsRequest, signal: AbortSignal, finish: End): End {
  let isOver = false;
  const end: End = (answer) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    finish(answer);
  };
  const onAbort = (): void => end(failed(request, 'timeout', 'the look was aborted'));
  const timer = setTimeout(() => end(failed(request, 'timeout', `no answer within ${request.timeoutMs} ms`)), request.timeoutMs);
  signal.addEventListener('abort', onAbort);
  return end;
}

/** Sockets throw at once for an impossible port, a source of the other family, or when they were closed meanwhile. */
const orEnd =
  (request: DnsRequest, end: End) =>
  (act: () => void): (() => void) =>
  () => {
    try {
      act();
    } catch (error) {
      end(fromError(request, error));
    }
  };

function fromError(request: DnsRequest, error: unknown): DnsFailed {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
  const reason = code === 'EACCES' || code === 'EPERM' ? 'denied' : code === 'ETIMEDOUT' ? 'timeout' : 'unreadable';
  return failed(request, reason, `${said[code] ?? 'failed'} (${code})`, code);
}

const said: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no route to that network',
  ECONNRESET: 'the connection was reset',
  EADDRNOTAVAIL: 'the source address is not on this machine',
  EACCES: 'sending is not permitted',
  EPERM: 'sending is not permitted',
};

function failed(request: DnsRequest, reason: Failed['reason'], what: string, code?: string): DnsFailed {
  const detail = `DNS over ${request.transport.toUpperCase()} to ${request.server} port ${request.port}: ${what}`;
  return code === undefined ? { kind: 'failed', reason, detail } : { kind: 'failed', reason, detail, code };
}
