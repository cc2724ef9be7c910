// What rules allow, as sets of boxes: an interval of peers, crossed with source and destination ports (ICMP: types and codes; every
// other protocol: its number). Sets that allow the same are equal, however they are split, ordered or repeated.

export const directions = ['ingress', 'egress'] as const;

export type Direction = (typeof directions)[number];

/** `other`: protocols that have no ports; IANA's numbers then stand where source ports would. */
export type ProtocolClass = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other';

export type PeerSpace =
  | { readonly kind: 'ip4' | 'ip6' }
  | { readonly kind: 'nsg'; readonly key: string; readonly name: string }
  | { readonly kind: 'service'; readonly label: string };

/** Inclusive on both ends. */
export interface Box {
  readonly lo: bigint;
  readonly hi: bigint;
  readonly a0: number;
  readonly a1: number;
  readonly b0: number;
  readonly b1: number;
}

export interface Channel {
  readonly direction: Direction;
  readonly protocol: ProtocolClass;
  readonly peer: PeerSpace;
  readonly boxes: readonly Box[];
}

/** By the key of the channel. Boxes of different channels never overlap. */
export type FlowSet = ReadonlyMap<string, Channel>;

export const emptyFlows: FlowSet = new Map();

const peerKey = (peer: PeerSpace): string => {
  switch (peer.kind) {
    case 'ip4':
    case 'ip6':
      return peer.kind;
    case 'nsg':
      return `nsg ${peer.key}`;
    case 'service':
      return `service ${peer.label}`;
  }
};

export const channelKey = ({ direction, protocol, peer }: Omit<Channel, 'boxes'>): string => `${direction} ${protocol} ${peerKey(peer)}`;

export function flowSet(channels: Iterable<Channel>): FlowSet {
  const found = new Map<string, { readonly channel: Channel; readonly boxes: Box[] }>();
  for (const channel of channels) {
    if (channel.boxes.length === 0) continue;
    const key = channelKey(channel);
    const entry = found.get(key) ?? { channel, boxes: [] };
    for (const box of channel.boxes) entry.boxes.push(box);
    found.set(key, entry);
  }
  return new Map([...found].map(([key, { channel, boxes }]) => [key, { ...channel, boxes }]));
}

export const union = (sets: readonly FlowSet[]): FlowSet =>
  sets.length === 1 ? sets[0]! : flowSet(sets.flatMap((set) => [...set.values()]));

export const isEmpty = (set: FlowSet): boolean => set.size === 0;

const opposite = { ingress: 'egress', egress: 'ingress' } as const satisfies Record<Direction, Direction>;

const hasPorts = (protocol: ProtocolClass): boolean => protocol === 'tcp' || protocol === 'udp';

/** The packets that answer those of the set: the other direction, ports exchanged. */
export const replies = (set: FlowSet): FlowSet =>
  flowSet(
    [...set.values()].map((channel) => ({
      ...channel,
      direction: opposite[channel.direction],
      boxes: hasPorts(channel.protocol)
        ? channel.boxes.map(({ lo, hi, a0, a1, b0, b1 }) => ({ lo, hi, a0: b0, a1: b1, b0: a0, b1: a1 }))
        : channel.boxes,
    })),
  );

export const filterChannels = (set: FlowSet, isWanted: (channel: Channel) => boolean): FlowSet =>
  new Map([...set].filter(([, channel]) => isWanted(channel)));
