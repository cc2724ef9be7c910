// Flows in an operator's words: one line for all peers that lose or gain the same ports.
import { type Block, blockTexts } from '../../../formats/cidr.ts';
import { type Box, type Channel, channelKey, type Direction, type FlowSet, type PeerSpace, type ProtocolClass } from './flow-set.ts';
import { isWhole, pings } from './of-rule.ts';

export interface Flow {
  readonly direction: Direction;
  readonly protocol: ProtocolClass | 'all';
  /** `tcp 1521 from nsg-app`. */
  readonly text: string;
  readonly peer: PeerSpace;
  readonly boxes: readonly Box[];
}

/** Peers named in one line; the rest are counted. */
const peersMax = 6;
const rangesMax = 12;

/** Whether a part of the peers is counted only. */
export const isCounted = ({ peer, boxes }: Flow): boolean =>
  (peer.kind === 'ip4' || peer.kind === 'ip6') && peerBlocks(peer, boxes).length > peersMax;

export function flowsOf(set: FlowSet): readonly Flow[] {
  const { whole, rest } = wholesOf(set);
  const flows = [...whole, ...rest.flatMap((channel) => groupsOf(channel).map((boxes) => flowOf(channel, boxes)))];
  return flows.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
}

/** Peers of which every protocol is told are told once, and not for each protocol. */
function wholesOf(set: FlowSet): { readonly whole: readonly Flow[]; readonly rest: readonly Channel[] } {
  const rest: Channel[] = [];
  const whole: Flow[] = [];
  for (const channel of set.values()) {
    const protocols = ['tcp', 'udp', ...pings(channel.peer), 'other'] as const;
    const isInAll = ({ lo, hi }: Box): boolean =>
      protocols.every((protocol) =>
        set.get(channelKey({ ...channel, protocol }))?.boxes.some((box) => box.lo === lo && box.hi === hi && isWhole(protocol)(box)),
      );
    const boxes = channel.boxes.filter(isInAll);
    rest.push({ ...channel, boxes: channel.boxes.filter((box) => !boxes.includes(box)) });
    if (channel.protocol === 'tcp' && boxes.length > 0) whole.push(flowOf({ ...channel, protocol: 'all' }, boxes));
  }
  return { whole, rest };
}

/** Boxes of one range of source ports, whose peers have the same ports. */
function groupsOf({ boxes }: Channel): readonly (readonly Box[])[] {
  const byPeer = new Map<string, Box[]>();
  for (const box of boxes) push(byPeer, `${box.lo}-${box.hi} ${box.a0}-${box.a1}`, box);
  const byPorts = new Map<string, Box[]>();
  for (const group of byPeer.values()) {
    const sorted = group.sort((a, b) => a.b0 - b.b0);
    const ports = `${sorted[0]!.a0}-${sorted[0]!.a1}: ${sorted.map(({ b0, b1 }) => `${b0}-${b1}`).join()}`;
    for (const box of sorted) push(byPorts, ports, box);
  }
  return [...byPorts.values()];
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function flowOf({ direction, protocol, peer }: Omit<Flow, 'text' | 'boxes'>, boxes: readonly Box[]): Flow {
  const preposition = direction === 'ingress' ? 'from' : 'to';
  return { direction, protocol, peer, boxes, text: `${whatOf(protocol, boxes)} ${preposition} ${peerText(peer, boxes)}` };
}

const portsMax = 65_535;

function whatOf(protocol: Flow['protocol'], boxes: readonly Box[]): string {
  const { a0, a1 } = boxes[0]!;
  const ranges = distinct(boxes.map(({ b0, b1 }) => rangeText(b0, b1)));
  switch (protocol) {
    case 'all':
      return 'all protocols';
    case 'tcp':
    case 'udp': {
      const isAll = boxes.every(({ b0, b1 }) => b0 <= 1 && b1 >= portsMax);
      const ports = `${protocol} ${isAll ? 'all ports' : listed(ranges, rangesMax, 'ranges')}`;
      return a0 <= 1 && a1 >= portsMax ? ports : `${ports} with source port ${rangeText(a0, a1)}`;
    }
    case 'icmp':
    case 'icmpv6': {
      if (a0 === 0 && a1 === 255) return `${protocol} all types`;
      const isAllCodes = boxes.every(({ b0, b1 }) => b0 === 0 && b1 === 255);
      return `${protocol} type ${rangeText(a0, a1)}${isAllCodes ? '' : ` code ${listed(ranges, rangesMax, 'ranges')}`}`;
    }
    case 'other':
      return a0 === a1 ? `protocol ${a0}` : a0 === 0 && a1 === 255 ? 'protocols other than tcp, udp and icmp' : `protocols ${a0}-${a1}`;
  }
}

const rangeText = (from: number, to: number): string => (from === to ? `${from}` : `${from}-${to}`);

export function peerText(peer: PeerSpace, boxes: readonly Box[]): string {
  switch (peer.kind) {
    case 'ip4':
    case 'ip6':
      return listed(peerBlocks(peer, boxes), peersMax, 'blocks');
    case 'nsg':
      return peer.name;
    case 'service':
      return peer.label;
  }
}

/** The fewest CIDR blocks of the peers. */
export function peerBlocks(peer: PeerSpace, boxes: readonly Box[]): readonly string[] {
  const family = peer.kind === 'ip6' ? 6 : 4;
  const sorted = [...boxes].sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : 0));
  const joined: Block[] = [];
  for (const { lo, hi } of sorted) {
    const last = joined.at(-1);
    if (last === undefined || lo > last.end + 1n) joined.push({ family, start: lo, end: hi });
    else if (hi > last.end) joined[joined.length - 1] = { ...last, end: hi };
  }
  return joined.flatMap(blockTexts);
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function listed(texts: readonly string[], max: number, what: string): string {
  if (texts.length <= max) return texts.join(', ');
  return `${texts.slice(0, max).join(', ')} and ${texts.length - max} more ${what}`;
}
