// IP addresses within text, and which of a site's networks they lie in.
import ipaddr from 'ipaddr.js';
import type { Site } from '../../contract/node.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface Found {
  readonly start: number;
  readonly end: number;
  /** Which of the site's networks, from 1, as they are listed. */
  readonly network: number;
  /** How far from the network's first address. */
  readonly offset: bigint;
}

/** Four decimal parts, or what could be IPv6; neither as a part of a longer word or number. */
const candidate =
  /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\w)|(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|\d{1,3}(?:\.\d{1,3}){3})?(?![\w:]|\.\w)/gi;

/** In the order of the text. The narrowest network counts where several hold an address. */
export function addressesIn(text: string, site: Site): readonly Found[] {
  const networks = networksOf(site);
  if (networks.length === 0) return [];
  return [...text.matchAll(candidate)].flatMap((match) => {
    const address = parsed(match[0]);
    const network = address === null ? undefined : networks.find((one) => holds(one, address));
    if (address === null || network === undefined) return [];
    const offset = numberOf(address) - numberOf(network.base);
    return [{ start: match.index, end: match.index + match[0].length, network: network.number, offset }];
  });
}

/** An address as text, with or without a port or a prefix length. */
export function isAddress(text: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^[\]/]*?))(?::\d{1,5}|\/\d{1,3})?$/.exec(text) ?? [];
  return [bracketed, plain, text].some((one) => one !== undefined && parsed(one) !== null);
}

function parsed(text: string): Address | null {
  // The library tells by throwing, which takes a hundred times as long.
  if (!/^[0-9a-f.:]{2,45}$/i.test(text)) return null;
  // Strictly four parts, since ipaddr.js would read `10.1` as an address too.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.process(text);
}

interface Network {
  readonly base: Address;
  readonly prefix: number;
  readonly number: number;
}

const known = new WeakMap<Site, readonly Network[]>();

function networksOf(site: Site): readonly Network[] {
  const before = known.get(site);
  if (before !== undefined) return before;
  const networks = (site.networks ?? []).flatMap((text, at) => networkOf(text, at + 1)).sort((a, b) => b.prefix - a.prefix);
  known.set(site, networks);
  return networks;
}

function networkOf(text: string, number: number): readonly Network[] {
  if (!ipaddr.isValidCIDR(text)) return [];
  const [address, prefix] = ipaddr.parseCIDR(text);
  const base = address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  return [{ base, prefix, number }];
}

const holds = ({ base, prefix }: Network, address: Address): boolean =>
  address.kind() === base.kind() && address.match([base, prefix] as [ipaddr.IPv4 & ipaddr.IPv6, number]);

const numberOf = (address: Address): bigint => BigInt(`0x${Buffer.from(address.toByteArray()).toString('hex')}`);
