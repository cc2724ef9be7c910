// Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6).
import net from 'node:net';
import type { DialRequest } from '../../contract/machine.ts';
import { ended } from './failure.ts';
import type { Deadline } from './limits.ts';
import { readUntil } from './read-until.ts';

/** Node's own limit for a response header. */
const headerBytesMax = 16_384;

/** The status is handed to `seen` before a refusal is thrown. */
export async function openTunnel(
  socket: net.Socket,
  request: DialRequest,
  deadline: Deadline,
  seen: (status: number) => void,
): Promise<void> {
  const target = request.proxyTarget ?? authority(request.address, request.port);
  socket.write(connectRequest(target, request.proxy?.authorization));
  const header = await readUntil(socket, endOfHeader, { bytesMax: headerBytesMax, stage: 'proxy' }, deadline);
  const status = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r?\n)/.exec(header.toString('latin1'))?.[1] ?? 0);
  if (status === 0) throw ended('protocol-error', 'NOT_HTTP', 'the proxy did not answer in HTTP');
  seen(status);
  if (status >= 200 && status < 300) return;
  // A gateway error is the proxy's word about the target; anything else is about us.
  const result = status >= 500 ? 'unreachable' : status >= 400 ? 'denied' : 'protocol-error';
  throw ended(result, `HTTP_${status}`, `the proxy answered ${status} to CONNECT ${target}`);
}

export const authority = (address: string, port: number): string => (net.isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`);

function connectRequest(target: string, authorization: string | undefined): string {
  if (/[\r\n\0 ]/.test(target) || /[\r\n\0]/.test(authorization ?? ''))
    throw ended('local-error', 'ERR_INVALID_CHAR', 'the proxy target or authorization holds a line break');
  const credential = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${credential}\r\n`;
}

function endOfHeader(bytes: Buffer): number {
  const at = bytes.indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}
