// What one security rule allows, as boxes. `all` is more than tcp, udp and icmp: the other protocols are a channel of their own.
import type { Block } from '../../../formats/cidr.ts';
import type { RuleFact } from '../facts.ts';
import type { Box, Channel, PeerSpace, ProtocolClass } from './flow-set.ts';

/** Where a rule lets traffic come from or go to, in the words of the side that is compared in. */
export interface Peer {
  readonly space: PeerSpace;
  readonly lo: bigint;
  readonly hi: bigint;
}

export const blockPeer = ({ family, start, end }: Block): Peer => ({ space: { kind: family === 4 ? 'ip4' : 'ip6' }, lo: start, hi: end });

export const wholePeer = (space: PeerSpace): Peer => ({ space, lo: 0n, hi: 0n });

type Ranges = Pick<Box, 'a0' | 'a1' | 'b0' | 'b1'>;

const allPorts: Ranges = { a0: 1, a1: 65_535, b0: 1, b1: 65_535 };
export const allTypes: Ranges = { a0: 0, a1: 255, b0: 0, b1: 255 };
const anyOther: Ranges = { a0: 0, a1: 255, b0: 0, b1: 0 };

/** All that there is of a protocol. */
export const wholeRanges: Readonly<Record<ProtocolClass, Ranges>> = {
  tcp: allPorts,
  udp: allPorts,
  icmp: allTypes,
  icmpv6: allTypes,
  other: anyOther,
};

export const isWhole =
  (protocol: ProtocolClass) =>
  ({ a0, a1, b0, b1 }: Ranges): boolean => {
    const whole = wholeRanges[protocol];
    return a0 <= whole.a0 && a1 >= whole.a1 && b0 <= whole.b0 && b1 >= whole.b1;
  };

export function channelsOf(rule: RuleFact, peer: Peer): readonly Channel[] {
  return classesOf(rule, peer.space).map(([protocol, ranges]) => ({
    direction: rule.direction,
    protocol,
    peer: peer.space,
    boxes: [{ lo: peer.lo, hi: peer.hi, ...ranges }],
  }));
}

function classesOf(rule: RuleFact, peer: PeerSpace): readonly (readonly [ProtocolClass, Ranges])[] {
  switch (rule.protocol) {
    case 'all':
      return [['tcp', allPorts], ['udp', allPorts], ...pings(peer).map((one) => [one, allTypes] as const), ['other', anyOther]];
    case '6':
      return [['tcp', portsOf(rule)]];
    case '17':
      return [['udp', portsOf(rule)]];
    case '1':
      return pings(peer).includes('icmp') ? [['icmp', typesOf(rule)]] : [numbered(rule)];
    case '58':
      return pings(peer).includes('icmpv6') ? [['icmpv6', typesOf(rule)]] : [numbered(rule)];
    default:
      return [numbered(rule)];
  }
}

/** The other family's ICMP is a protocol like any other among addresses of one family. */
export function pings({ kind }: PeerSpace): readonly ('icmp' | 'icmpv6')[] {
  switch (kind) {
    case 'ip4':
      return ['icmp'];
    case 'ip6':
      return ['icmpv6'];
    case 'nsg':
    case 'service':
      return ['icmp', 'icmpv6'];
  }
}

const portsOf = ({ source, destination }: RuleFact): Ranges => {
  const [a0, a1] = ends(source);
  const [b0, b1] = ends(destination);
  return { a0, a1, b0, b1 };
};

/** Port 0 is never used: a range from it is one from 1. */
function ends(range: readonly number[] | null): readonly [number, number] {
  const [min = 1, max = 65_535] = range ?? [];
  return [max > 0 ? Math.max(1, min) : min, max];
}

function typesOf({ icmp }: RuleFact): Ranges {
  if (icmp === null) return allTypes;
  return { a0: icmp.type, a1: icmp.type, b0: icmp.code ?? 0, b1: icmp.code ?? 255 };
}

const numbered = ({ protocol }: RuleFact): readonly [ProtocolClass, Ranges] => {
  const number = Number(protocol);
  return ['other', { a0: number, a1: number, b0: 0, b1: 0 }];
};
