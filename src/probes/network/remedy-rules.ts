// The commands that add a flow to a group or a list of the standby. Nothing is added but what the primary has.

import { command, comment } from '../../formats/remedy-words.ts';
import type { Container } from './containers.ts';
import type { Facts, Subnet } from './facts.ts';
import type { Box } from './flows/flow-set.ts';
import { type Flow, peerBlocks } from './flows/say.ts';
import { serviceLabel } from './remedy-routes.ts';
import type { Side } from './side.ts';

/** As many as OCI takes in one call. https://docs.oracle.com/en-us/iaas/api/#/en/iaas/20160918/NetworkSecurityGroup/AddNetworkSecurityGroupSecurityRules */
const rulesMax = 25;

export interface RuleFill {
  readonly [name: string]: string;
  readonly rules: string;
  readonly region: string;
  readonly id: string;
  readonly kind: string;
}

export function fillOf(
  at: Container | null,
  flow: Flow,
  { facts, ...side }: Side,
  isReply = false,
  { unlisted = [], whole = [] }: { readonly unlisted?: readonly Subnet[]; readonly whole?: readonly Flow[] } = {},
): RuleFill {
  const own = isReply ? [] : whole.flatMap((one) => rulesOf(one, facts, side));
  const exact = isReply ? rulesOf(replyOf(flow), facts, side) : rulesOf(flow, facts, side);
  const rules = own.length > 0 && own.length < exact.length ? own : exact;
  const direction = isReply ? (flow.direction === 'ingress' ? 'egress' : 'ingress') : flow.direction;
  const told = rules.slice(0, rulesMax).map((rule) => (isReply ? { ...rule, isStateless: true } : rule));
  return {
    rules: JSON.stringify(told.map((rule) => ({ ...(at?.kind === 'nsg' && { direction: direction.toUpperCase() }), ...rule }))),
    more: String(Math.max(0, rules.length - rulesMax)),
    direction,
    region: facts.region.name,
    id: at?.id ?? '',
    kind: at?.kind ?? '',
    name: at?.name ?? '',
    ...(at !== null && !isReply && attaching(unlisted, at)),
  };
}

function attaching([first, ...others]: readonly Subnet[], { id }: Container): Readonly<Record<string, string>> {
  if (first === undefined) return {};
  return {
    isOnSubnet: 'no',
    subnet: first.id,
    subnetName: first.name,
    lists: JSON.stringify([...first.securityListIds, id].sort()),
    otherSubnets: others.map(({ name }) => name).join(', '),
  };
}

const attachRemedy = (fill: RuleFill): string =>
  [
    comment(`put ${fill.name} on ${fill.subnetName}: all lists of the subnet, those that it has included; what is not named is taken off`),
    command('oci network subnet update', {
      'subnet-id': fill.subnet ?? '<OCID>',
      'security-list-ids': fill.lists ?? '[]',
      region: fill.region,
    }),
    ...(fill.otherSubnets ? [comment(`and on ${fill.otherSubnets}, each with the lists that it has`)] : []),
  ].join('\n');

const replyOf = (flow: Flow): Flow => ({
  ...flow,
  direction: flow.direction === 'ingress' ? 'egress' : 'ingress',
  boxes: flow.boxes.map(({ lo, hi, a0, a1, b0, b1 }) => ({ lo, hi, a0: b0, a1: b1, b0: a0, b1: a1 })),
});

export function addRemedy(fill: RuleFill | undefined): string {
  if (fill === undefined || fill.id === '')
    return '# give the standby the rule that its primary has, in a group or a list that its machines are attached to';
  if (fill.isOnSubnet === 'no') return attachRemedy(fill);
  const more = fill.more === '0' ? [] : [`# and ${fill.more} more of this kind`];
  if (fill.kind === 'nsg')
    return [command('oci network nsg rules add', { 'nsg-id': fill.id, region: fill.region, 'security-rules': fill.rules }), ...more].join(
      '\n',
    );
  return [
    comment(`an update replaces the whole list: save the rules of ${fill.name}, add the new ones to the file, then write it back`),
    savedRules(fill),
    comment(`add: ${fill.rules}`),
    ...more,
    writtenBack(fill),
  ].join('\n');
}

const savedRules = ({ id, region, direction }: RuleFill): string =>
  `${command('oci network security-list get', { 'security-list-id': id, region, query: `data."${direction}-security-rules"` })} > rules.json`;

const writtenBack = ({ id, region, direction }: RuleFill): string =>
  command('oci network security-list update', { 'security-list-id': id, region, [`${direction}-security-rules`]: 'file://rules.json' });

export function lookRemedy(fill: RuleFill | undefined): string {
  if (fill === undefined || fill.id === '') return '# remove the rule at the standby, or add it at the primary if it belongs there';
  return fill.kind === 'nsg'
    ? [
        '# find the rule, then remove it by its id, or add it at the primary if it belongs there',
        `${command('oci network nsg rules list', { 'nsg-id': fill.id, region: fill.region })} --all`,
        command('oci network nsg rules remove', { 'nsg-id': fill.id, region: fill.region, 'security-rule-ids': '["<id>"]' }),
      ].join('\n')
    : [
        '# an update replaces the whole list: take the rule out of what is there and write the rest back',
        savedRules(fill),
        writtenBack(fill),
      ].join('\n');
}

type Names = Pick<Side, 'keyOf' | 'nameOf'>;

function rulesOf(flow: Flow, facts: Facts, names: Names): readonly Readonly<Record<string, unknown>>[] {
  const peers = peersOf(flow, facts, names);
  const options = [...new Map(flow.boxes.map((box) => [`${box.a0}-${box.a1} ${box.b0}-${box.b1}`, box])).values()];
  return peers.flatMap((peer) =>
    options.flatMap((box) => protocolsOf(flow.protocol, box).map((protocol) => ({ isStateless: false, ...peer, ...protocol }))),
  );
}

function peersOf({ direction, peer, boxes }: Flow, facts: Facts, names: Names): readonly Readonly<Record<string, string>>[] {
  const [name, type] = direction === 'ingress' ? ['source', 'sourceType'] : ['destination', 'destinationType'];
  switch (peer.kind) {
    case 'ip4':
    case 'ip6':
      return peerBlocks(peer, boxes).map((block) => ({ [type]: 'CIDR_BLOCK', [name]: block }));
    case 'nsg': {
      const id = facts.nsgs.find((nsg) => names.keyOf(nsg) === peer.key)?.id ?? `<OCID of ${peer.name}>`;
      return [{ [type]: 'NETWORK_SECURITY_GROUP', [name]: id }];
    }
    case 'service': {
      return [{ [type]: 'SERVICE_CIDR_BLOCK', [name]: serviceLabel(peer.label, facts) }];
    }
  }
}

function protocolsOf(protocol: Flow['protocol'], { a0, a1, b0, b1 }: Box): readonly Readonly<Record<string, unknown>>[] {
  switch (protocol) {
    case 'all':
      return [{ protocol: 'all' }];
    case 'tcp':
    case 'udp': {
      const ranges = { ...portRange('sourcePortRange', a0, a1), ...portRange('destinationPortRange', b0, b1) };
      const number = protocol === 'tcp' ? '6' : '17';
      return [{ protocol: number, ...(Object.keys(ranges).length > 0 && { [`${protocol}Options`]: ranges }) }];
    }
    case 'icmp':
    case 'icmpv6': {
      const number = protocol === 'icmp' ? '1' : '58';
      if (a0 === 0 && a1 === 255) return [{ protocol: number }];
      const codes = b0 === 0 && b1 === 255 ? [{}] : upTo(b0, b1).map((code) => ({ code }));
      return upTo(a0, a1).flatMap((type) => codes.map((code) => ({ protocol: number, icmpOptions: { type, ...code } })));
    }
    case 'other':
      return a0 === a1 ? [{ protocol: String(a0) }] : [{ protocol: 'all' }];
  }
}

/** A rule has one type and one code, or all codes. */
const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

const portRange = (name: string, min: number, max: number) => (min <= 1 && max >= 65_535 ? {} : { [name]: { min, max } });
