// Flows with a group or a service that rules by address allow as well: those for all addresses of the VCN, or for all there are.
import { type Block, readBlock } from '../../formats/cidr.ts';
import { difference } from './flows/difference.ts';
import { type Box, type Channel, type FlowSet, flowSet, isEmpty } from './flows/flow-set.ts';

const everywhere = readBlock('0.0.0.0/0')!;

export interface Covered {
  readonly covered: FlowSet;
  readonly others: FlowSet;
}

/** `blocks`: of the VCN that a group is in. */
export function coveredByAddress(flows: FlowSet, by: FlowSet, blocks: readonly string[]): Covered {
  const vcn = blocks.flatMap((text) => readBlock(text) ?? []);
  const covered: Channel[] = [];
  const others: Channel[] = [];
  for (const channel of flows.values()) {
    const { kind } = channel.peer;
    const places = kind === 'nsg' ? [[everywhere], vcn] : kind === 'service' ? [[everywhere]] : [];
    const isCovered = (box: Box): boolean =>
      places.some((some) => some.length > 0 && some.every((block) => isOpen(by, channel, box, block)));
    covered.push({ ...channel, boxes: channel.boxes.filter(isCovered) });
    others.push({ ...channel, boxes: channel.boxes.filter((box) => !isCovered(box)) });
  }
  return { covered: flowSet(covered), others: flowSet(others) };
}

function isOpen(by: FlowSet, { direction, protocol }: Channel, box: Box, { family, start, end }: Block): boolean {
  const channel: Channel = {
    direction,
    protocol,
    peer: { kind: family === 4 ? 'ip4' : 'ip6' },
    boxes: [{ ...box, lo: start, hi: end }],
  };
  return isEmpty(difference(flowSet([channel]), by));
}
