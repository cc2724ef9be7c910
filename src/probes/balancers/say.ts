// What findings call things, and the words that fill their remedies.
import { shellWord } from '../../formats/shell-word.ts';
import type { Balancer, Certificate, Facts, Listener } from './facts.ts';
import { plainName } from './names.ts';

/** `lb-pay https:443`, with the listener's own name where that says something else. */
export function listenerSubject(balancer: Pick<Balancer, 'name'>, listener: Listener): string {
  const scheme = schemeOf(listener);
  const own = listener.name.toLowerCase() === scheme ? '' : ` (${listener.name})`;
  return `${balancer.name} ${scheme}:${listener.port ?? '?'}${own}`;
}

function schemeOf({ protocol, tls }: Listener): string {
  const plain = protocol === 'HTTP2' ? 'http' : protocol.toLowerCase();
  if (tls === null) return plain;
  return plain === 'tcp' ? 'tls' : `${plain}s`;
}

export const listenerText = ({ protocol, port, tls }: Listener): string =>
  `${protocol} on ${port ?? '?'} ${tls === null ? 'without' : 'with'} TLS`;

export const setSubject = (balancer: Pick<Balancer, 'name'>, set: string): string => `${balancer.name}/${set}`;

/** In words of the standby, ready for a command line. */
export const balancerFill = ({ region }: Facts, balancer: Balancer): Record<string, string> => ({
  region: region.name,
  id: balancer.id,
  service: balancer.layer === 'network' ? 'nlb network-load-balancer' : 'lb load-balancer',
  group: balancer.layer === 'network' ? 'nlb' : 'lb',
  option: balancer.layer === 'network' ? '--network-load-balancer-id' : '--load-balancer-id',
});

export const word = shellWord;

export const day = (iso: string | null): string => iso?.slice(0, 10) ?? 'an unknown day';

/** `pay-2025 (2 names, ends 2026-10-05)`. */
export const certificateText = ({ name, notAfter }: Certificate): string => `${name}, ends ${day(notAfter)}`;

export const namesText = (names: readonly string[]): string => names.map(plainName).join(', ') || 'no name';
