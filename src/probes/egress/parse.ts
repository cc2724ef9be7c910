// Reads what the kernel, the resolver's file, name servers and an echo endpoint answered.

import type { ServerState } from './facts.ts';
import { ipFamily } from './ip-family.ts';

export interface Route {
  readonly via: string;
  readonly device: string;
}

/** include/uapi/linux/route.h */
const isUp = 0x0001;
const isReject = 0x0200;

/** Default routes in /proc/net/route; null where it is not that table. Addresses there are in host byte order. */
export function parseIpv4Routes(text: string): readonly Route[] | null {
  const [head, ...lines] = text.trim().split('\n');
  if (head === undefined || !head.startsWith('Iface')) return null;
  return sortedRoutes(
    lines.flatMap((line) => {
      const [device = '', destination, gateway = '', flags = '0', , , , mask] = line.trim().split(/\s+/);
      const isUsable = (Number.parseInt(flags, 16) & (isUp | isReject)) === isUp;
      return destination === '00000000' && mask === '00000000' && isUsable ? [{ via: ipv4FromHostOrder(gateway), device }] : [];
    }),
  );
}

/** Default routes in /proc/net/ipv6_route, which has no header and is missing where IPv6 is switched off. */
export function parseIpv6Routes(text: string): readonly Route[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.some((line) => !/^[0-9a-f]{32} [0-9a-f]{2} /.test(line))) return null;
  return sortedRoutes(
    lines.flatMap((line) => {
      const [destination, prefix, , , gateway = '', , , , flags = '0', device = ''] = line.trim().split(/\s+/);
      const isUsable = (Number.parseInt(flags, 16) & (isUp | isReject)) === isUp && device !== 'lo';
      return destination === '0'.repeat(32) && prefix === '00' && isUsable ? [{ via: ipv6FromHex(gateway), device }] : [];
    }),
  );
}

/** Routes of equal cost come in the kernel's order. */
const sortedRoutes = (routes: readonly Route[]): readonly Route[] =>
  [...routes].sort((one, other) => (`${one.device} ${one.via}` < `${other.device} ${other.via}` ? -1 : 1));

function ipv4FromHostOrder(hex: string): string {
  if (!/^[0-9A-Fa-f]{8}$/.test(hex) || hex === '00000000') return '';
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function ipv6FromHex(hex: string): string {
  if (!/^[0-9a-f]{32}$/.test(hex) || /^0+$/.test(hex)) return '';
  return new URL(`http://[${hex.match(/.{4}/g)!.join(':')}]`).hostname.slice(1, -1);
}

/** glibc reads three (MAXNS in resolv.h), and asks 127.0.0.1 where none is named. */
export function parseNameServers(text: string): readonly string[] {
  const named = [...text.matchAll(/^\s*nameserver\s+([^\s#;]+)/gm)]
    .map((match) => match[1]!.replace(/%.*$/, ''))
    .filter((address) => ipFamily(address) !== 0);
  return named.length === 0 ? ['127.0.0.1'] : named.slice(0, 3);
}

/** Asks for the root's name servers: every recursive server knows them, and no zone of ours has to exist. */
export const rootQuestion = (id: number): Uint8Array =>
  Uint8Array.from([id >> 8, id & 0xff, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);

/** Null where it is not an answer to that id. NXDOMAIN for the root would be odd, but a server that lives. */
export function serverState(message: Uint8Array, id: number): ServerState | null {
  if (message.length < 12 || ((message[0]! << 8) | message[1]!) !== id || (message[2]! & 0x80) === 0) return null;
  switch (message[3]! & 0x0f) {
    case 0:
    case 3:
      return 'answers';
    case 5:
      return 'refuses';
    default:
      return 'failing';
  }
}

/** The address in an echo's answer: the whole body, or a dotted path into JSON. Null where there is none. */
export function parseEcho(body: string, field: string | undefined): string | null {
  const found = field === undefined ? body : member(body, field);
  const address = typeof found === 'string' ? found.trim() : '';
  return ipFamily(address) === 0 ? null : address;
}

function member(body: string, field: string): unknown {
  try {
    let value: unknown = JSON.parse(body);
    for (const key of field.split('.'))
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null;
    return value;
  } catch {
    return null;
  }
}
