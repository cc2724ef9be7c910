// The TLS stage of a dial: a handshake that goes through whatever the certificate is, and tells what it was.
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import type { DialTls, DialTlsSeen } from '../../contract/machine.ts';
import { DialEnded, failureOfConversation } from './failure.ts';
import { type Deadline, listen } from './limits.ts';

/** OpenSSL itself accepts a hundred at most; a public chain has two to four. */
const chainMax = 32;

/** Resolves when the handshake is done; `hold` gets the socket first. */
export function secure(
  socket: net.Socket,
  request: DialTls,
  secureContext: tls.SecureContext,
  deadline: Deadline,
  hold: (socket: tls.TLSSocket) => void,
): Promise<tls.TLSSocket> {
  const options: tls.ConnectionOptions = {
    socket,
    secureContext,
    // A wrong certificate is what we came to see: trust is reported, and names are the probe's to judge.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  };
  // RFC 6066 allows names only.
  if (net.isIP(request.serverName) === 0 && request.serverName !== '') options.servername = request.serverName;
  if (request.alpn !== undefined) options.ALPNProtocols = [...request.alpn];
  return deadline.race((done, fail) => {
    const secured = tls.connect(options);
    secured.on('error', () => {});
    // Node would describe the whole chain for `checkServerIdentity`, which does not look at it: a tenth of a handshake.
    secured.getPeerCertificate = () => noCertificate;
    hold(secured);
    return listen(secured, {
      secureConnect: () => done(secured),
      error: (error: NodeJS.ErrnoException) => fail(new DialEnded(failureOfConversation(error, 'tls'))),
      close: () => fail(new DialEnded(failureOfConversation(hangUp, 'tls'))),
    });
  });
}

const noCertificate = {} as tls.DetailedPeerCertificate;

const hangUp: NodeJS.ErrnoException = Object.assign(new Error('closed'), { code: 'ECONNRESET' });

/** Call once: reading the chain takes it out of the connection. */
export function describeTls(secured: tls.TLSSocket): DialTlsSeen {
  const alpn = secured.alpnProtocol;
  return {
    protocol: secured.getProtocol() ?? '',
    cipher: secured.getCipher()?.name ?? '',
    chain: chainOf(secured),
    isTrusted: secured.authorized,
    trustError: secured.authorized ? '' : String(secured.authorizationError ?? 'UNKNOWN'),
    alpn: typeof alpn === 'string' ? alpn : null,
  };
}

/**
 * As sent, in order. `getPeerCertificate(true)` would sort the chain by issuer and add the root from the trust store,
 * and so hide a missing intermediate or a wrong order.
 */
function chainOf(secured: tls.TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = secured.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < chainMax) {
    chain.push(known(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

/** The certificates that a machine's checks see again and again: forty chains of three are rare. */
const knownMax = 64;
const knownCertificates = new Map<string, Uint8Array>();

/** The same array for the same certificate, so that whoever parses it can remember what it said. */
function known(raw: Buffer): Uint8Array {
  const id = raw.toString('latin1');
  const before = knownCertificates.get(id);
  if (before !== undefined) return before;
  const bytes = new Uint8Array(raw);
  knownCertificates.set(id, bytes);
  const oldest = knownCertificates.keys().next().value;
  if (knownCertificates.size > knownMax && oldest !== undefined) knownCertificates.delete(oldest);
  return bytes;
}

const parsed = new WeakMap<Uint8Array, X509Certificate>();

/** Whether the server's own certificate is for this name or address. */
export function coversName(seen: DialTlsSeen, serverName: string): boolean {
  const [own] = seen.chain;
  if (own === undefined) return false;
  const certificate = parsed.get(own) ?? new X509Certificate(own);
  parsed.set(own, certificate);
  return (net.isIP(serverName) === 0 ? certificate.checkHost(serverName) : certificate.checkIP(serverName)) !== undefined;
}

/** A server needs a moment to check a client certificate; more than a round trip is not worth waiting for. */
const verdictSlackMs = 10;
const verdictWaitMsMax = 1_000;

/**
 * In TLS 1.3 the client is done before the server has looked at the client's certificate, or missed one: its refusal
 * comes a round trip later. A session ticket means that the server was content.
 */
export function awaitVerdict(secured: tls.TLSSocket, roundTripMs: number, deadline: Deadline): Promise<void> {
  if (secured.getProtocol() !== 'TLSv1.3') return Promise.resolve();
  return deadline.race((done, fail) => {
    const timer = setTimeout(() => done(undefined), Math.min(verdictWaitMsMax, roundTripMs * 1.5 + verdictSlackMs));
    const stop = listen(secured, {
      session: () => done(undefined),
      readable: () => done(undefined),
      // A server that hangs up after a good handshake has not refused it: many do when nobody asks anything.
      close: () => done(undefined),
      error: (error: NodeJS.ErrnoException) => fail(new DialEnded(failureOfConversation(error, 'tls'))),
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  });
}
