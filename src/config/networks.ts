// Whether a text is a network in CIDR notation, and what was probably meant when it is nearly one.
import type { ConfigError } from './config-error.ts';
import { spoken } from './schema-messages.ts';
import type { ConfigText } from './yaml-text.ts';

/** Of the list of networks that stands at `pointer`; what is no text is the schema's to say. */
export async function networkErrors(networks: unknown, pointer: string, text: ConfigText): Promise<readonly ConfigError[]> {
  if (!Array.isArray(networks)) return [];
  const problems = await Promise.all(networks.map(async (network) => (typeof network === 'string' ? networkProblem(network) : null)));
  return problems.flatMap((problem, index) => {
    const at = `${pointer}/${index}`;
    return problem === null ? [] : [text.error(at, 'value', `${spoken(at)}: ${problem}`)];
  });
}

/** Null when it is one. */
export async function networkProblem(text: string): Promise<string | null> {
  const { default: ipaddr } = await import('ipaddr.js');
  const shown = JSON.stringify(text);
  const [address = '', prefix, ...rest] = text.split('/');
  const isFourPart = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isFourPart && !ipaddr.IPv6.isValid(address))
    return `${shown} is not a network; expected an address and a prefix length, like 10.1.0.0/16`;
  const bits = isFourPart ? 32 : 128;
  if (prefix === undefined) return `${shown} lacks a prefix length; for the one address write ${address}/${bits}`;
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)
    return `${shown} has a wrong prefix length; expected 0 to ${bits}`;
  const first = (isFourPart ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text);
  const own = isFourPart ? ipaddr.IPv4.parse(address) : ipaddr.IPv6.parse(address);
  if (first.toNormalizedString() === own.toNormalizedString()) return null;
  return `${shown} has bits set after its prefix; did you mean '${first.toString()}/${prefix}'?`;
}
