// Which networks an address lies in.
import ipaddr from 'ipaddr.js';

/**
 * The first of the networks (CIDR) that an address lies in; null for none. A network in the place of the address (a name
 * that rotates is reported so) lies in those that hold all of it.
 */
export function networkOf(addressOrNetwork: string, networks: readonly string[]): string | null {
  const [address, length] = split(addressOrNetwork);
  if (address === null) return null;
  return networks.find((network) => holds(network, address, length)) ?? null;
}

function holds(network: string, address: ipaddr.IPv4 | ipaddr.IPv6, length: number | null): boolean {
  const [base, prefix] = split(network);
  if (base === null || prefix === null || base.kind() !== address.kind()) return false;
  if (length !== null && length < prefix) return false;
  return address.match([base, prefix] as [ipaddr.IPv4 & ipaddr.IPv6, number]);
}

type Split = readonly [ipaddr.IPv4 | ipaddr.IPv6 | null, number | null];

/** The same few networks and addresses are asked about in every judgement, by several rules. */
const known = new Map<string, Split>();
const knownMax = 1_000;

function split(text: string): Split {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= knownMax) known.clear();
  const parts = parsed(text);
  known.set(text, parts);
  return parts;
}

function parsed(text: string): Split {
  const [address = '', prefix] = text.split('/');
  // Without a scope; strict four parts, since ipaddr.js would read `10.1` as an address too.
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return [null, null];
  const read = ipaddr.process(address);
  if (prefix === undefined) return [read, null];
  const length = Number(prefix);
  return Number.isInteger(length) && length <= (read.kind() === 'ipv4' ? 32 : 128) ? [read, length] : [null, null];
}

/** Whether the text is a network at all: a site's block with a typing mistake must not silently match nothing. */
export const isNetwork = (text: string): boolean => {
  const [base, length] = split(text);
  return base !== null && length !== null;
};
