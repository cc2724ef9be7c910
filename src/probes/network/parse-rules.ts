// Security rules of groups and lists as OCI's API writes them. No options, or options without ranges, mean everything.
// https://docs.oracle.com/en-us/iaas/api/#/en/iaas/20160918/SecurityRule/
import { readBlock } from '../../formats/cidr.ts';
import { field, flagIn, numberIn, textIn } from '../../formats/oci.ts';
import type { RuleFact } from './facts.ts';

export type RuleRead =
  | { readonly kind: 'rule'; readonly rule: RuleFact; readonly isValid: boolean }
  | { readonly kind: 'unread'; readonly text: string };

const unreadCharsMax = 200;

/** `direction` is null for rules of groups, which say it themselves. */
export function readRule(body: unknown, direction: RuleFact['direction'] | null): RuleRead {
  const rule = ruleIn(body, direction);
  if (rule !== null) return { kind: 'rule', rule, isValid: flagIn(body, 'isValid') !== false };
  return { kind: 'unread', text: (JSON.stringify(told(body)) ?? String(body)).slice(0, unreadCharsMax) };
}

/** Without what moves or names nobody. */
const told = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null && !['id', 'timeCreated', 'description'].includes(name)),
  );
};

function ruleIn(body: unknown, given: RuleFact['direction'] | null): RuleFact | null {
  const direction = given ?? directionIn(body);
  const protocol = protocolIn(body);
  if (direction === null || protocol === null) return null;
  const peer = peerIn(body, direction === 'ingress' ? 'source' : 'destination');
  const options = optionsIn(body, protocol);
  if (peer === null || options === null) return null;
  return { direction, isStateless: flagIn(body, 'isStateless') ?? false, protocol, ...peer, ...options };
}

function directionIn(body: unknown): RuleFact['direction'] | null {
  const text = textIn(body, 'direction')?.toLowerCase();
  return text === 'ingress' || text === 'egress' ? text : null;
}

function protocolIn(body: unknown): string | null {
  const text = textIn(body, 'protocol')?.toLowerCase();
  if (text === 'all') return text;
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 255 ? String(Number(text)) : null;
}

function peerIn(body: unknown, name: 'source' | 'destination'): Pick<RuleFact, 'peer' | 'peerKind'> | null {
  const peer = textIn(body, name);
  if (peer === null) return null;
  const type = textIn(body, `${name}Type`);
  const isBlock = readBlock(peer) !== null;
  switch (type) {
    case null:
      return { peer, peerKind: isBlock ? 'block' : peer.startsWith('ocid1.') ? 'nsg' : 'service' };
    case 'CIDR_BLOCK':
      return isBlock ? { peer, peerKind: 'block' } : null;
    case 'NETWORK_SECURITY_GROUP':
      return { peer, peerKind: 'nsg' };
    case 'SERVICE_CIDR_BLOCK':
      return { peer, peerKind: 'service' };
    default:
      return null;
  }
}

type Options = Pick<RuleFact, 'source' | 'destination' | 'icmp'>;

const everything: Options = { source: null, destination: null, icmp: null };

function optionsIn(body: unknown, protocol: string): Options | null {
  switch (protocol) {
    case '6':
      return portsIn(field(body, 'tcpOptions'));
    case '17':
      return portsIn(field(body, 'udpOptions'));
    case '1':
    case '58':
      return icmpIn(field(body, 'icmpOptions'));
    default:
      return everything;
  }
}

function portsIn(options: unknown): Options | null {
  if (options === undefined) return everything;
  const source = rangeIn(options, 'sourcePortRange');
  const destination = rangeIn(options, 'destinationPortRange');
  return source === 'unread' || destination === 'unread' ? null : { source, destination, icmp: null };
}

function rangeIn(options: unknown, name: string): [number, number] | null | 'unread' {
  const range = field(options, name);
  if (range === undefined) return null;
  const min = numberIn(range, 'min');
  const max = numberIn(range, 'max');
  return min === null || max === null || !isPort(min) || !isPort(max) || min > max ? 'unread' : [min, max];
}

const isPort = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;

/** An object without a type is no restriction; a code without one cannot be. */
function icmpIn(options: unknown): Options | null {
  if (options === undefined) return everything;
  const type = numberIn(options, 'type');
  const code = numberIn(options, 'code');
  if (type === null) return field(options, 'type') === undefined && code === null ? everything : null;
  if (!isByte(type) || (code !== null && !isByte(code)) || (code === null && field(options, 'code') !== undefined)) return null;
  return { source: null, destination: null, icmp: { type, code } };
}

const isByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 255;
