// Reads /etc/resolv.conf and /etc/hosts as the C library does (resolv.conf(5), hosts(5)).
import { isIP } from 'node:net';
import { plainName } from './settings.ts';

export interface ResolvConf {
  /** In order, each once, with a scope (`fe80::1%eth0`) where given. */
  readonly servers: string[];
  readonly search: string[];
  readonly options: string[];
  /** `nameserver` lines whose argument is no IP address: the library skips them silently. */
  readonly wrongLines: string[];
}

const keywords = ['nameserver', 'search', 'domain', 'options', 'sortlist'];

/** Null where the text is no resolv.conf: it has lines, and not one of them begins with a known word. */
export function parseResolvConf(text: string): ResolvConf | null {
  const lines = text.split('\n').map((line) => line.replace(/^([#;]).*/, '').trim());
  const words = lines.filter((line) => line !== '').map((line) => line.split(/\s+/));
  const known = words.filter(([word]) => keywords.includes(word!));
  if (words.length > 0 && known.length === 0) return null;
  const named = known.filter(([word]) => word === 'nameserver').map((line) => line[1] ?? '');
  return {
    servers: [...new Set(named.filter(isAddress))],
    // The last of `search` and `domain` wins.
    search:
      known
        .findLast(([word]) => word === 'search' || word === 'domain')
        ?.slice(1)
        .map(plainName) ?? [],
    options: known.filter(([word]) => word === 'options').flatMap((line) => line.slice(1)),
    wrongLines: named
      .filter((server) => !isAddress(server))
      .map((server) => `nameserver ${printable(server)}`.trim())
      .slice(0, wrongLinesMax),
  };
}

const wrongLinesMax = 8;

const isAddress = (text: string): boolean => isIP(text) !== 0;

const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 64);

/** Addresses by lower-case name. A line whose first word is no address is skipped, as the library does. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || !isAddress(address)) continue;
    for (const name of names.map(plainName)) {
      const before = found.get(name);
      if (before === undefined) found.set(name, [address]);
      else if (!before.includes(address)) before.push(address);
    }
  }
  return found;
}

/** systemd-resolved listens here; what it forwards to stands in a file of its own (resolved.conf(5)). */
export const isResolvedStub = (server: string): boolean => server === '127.0.0.53' || server === '127.0.0.54';

export interface Server {
  readonly address: string;
  readonly port: number;
}

/** `10.0.0.2`, `10.0.0.2:5353`, `[2001:db8::2]:5353`, `2001:db8::2`; null where the address or the port is none. */
export function parseServer(text: string): Server | null {
  const match = /^\[([^\]]+)\]:([0-9]{1,5})$/.exec(text) ?? /^([0-9.]+):([0-9]{1,5})$/.exec(text);
  const address = match?.[1] ?? text;
  const port = Number(match?.[2] ?? 53);
  return isAddress(address) && port >= 1 && port <= 65_535 ? { address, port } : null;
}

/** How facts and findings name a server. */
export function serverText({ address, port }: Server): string {
  if (port === 53) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
