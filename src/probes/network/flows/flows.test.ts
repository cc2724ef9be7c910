// The algebra beside a model that knows nothing of it: single packets, asked of single rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, blockTexts, holds, readBlock } from '../../../formats/cidr.ts';
import { regionWords } from '../../../formats/region-words.ts';
import type { RuleFact } from '../facts.ts';
import { difference, intersection, merged } from './difference.ts';
import { type Box, channelKey, type FlowSet, flowSet, isEmpty, replies, union } from './flow-set.ts';
import { blockPeer, channelsOf, wholePeer } from './of-rule.ts';
import { flowsOf } from './say.ts';

const setOf = (rules: readonly RuleFact[]): FlowSet => flowSet(rules.flatMap((rule) => channelsOf(rule, peerOf(rule))));

function peerOf({ peerKind, peer }: RuleFact) {
  switch (peerKind) {
    case 'block':
      return blockPeer(readBlock(peer)!);
    case 'nsg':
      return wholePeer({ kind: 'nsg', key: peer, name: peer });
    case 'service':
      return wholePeer({ kind: 'service', label: peer });
  }
}

const blocks = [
  '0.0.0.0/0',
  '10.0.0.0/28',
  '10.0.0.0/29',
  '10.0.0.8/29',
  '10.0.0.4/30',
  '10.0.0.6/32',
  '10.0.0.7/32',
  '::/0',
  'fd00::/125',
  'fd00::3/128',
];

const range = fc.option(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
);

const rule: fc.Arbitrary<RuleFact> = fc
  .record({
    direction: fc.constantFrom('ingress' as const, 'egress' as const),
    protocol: fc.constantFrom('all', '6', '6', '6', '17', '1', '58', '47'),
    peer: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...blocks).map((peer) => ({ peer, peerKind: 'block' as const })) },
      { weight: 1, arbitrary: fc.constantFrom('nsg-a', 'nsg-b').map((peer) => ({ peer, peerKind: 'nsg' as const })) },
      { weight: 1, arbitrary: fc.constant({ peer: 'all-services', peerKind: 'service' as const }) },
    ),
    source: range,
    destination: range,
    icmp: fc.option(fc.record({ type: fc.integer({ min: 0, max: 4 }), code: fc.option(fc.integer({ min: 0, max: 3 })) })),
  })
  .map(({ direction, protocol, peer, source, destination, icmp }) => ({
    direction,
    isStateless: false,
    protocol,
    ...peer,
    source: protocol === '6' || protocol === '17' ? source : null,
    destination: protocol === '6' || protocol === '17' ? destination : null,
    icmp: protocol === '1' || protocol === '58' ? icmp : null,
  }));

const ruleSet = fc.array(rule, { maxLength: 8 });

interface Packet {
  readonly direction: 'ingress' | 'egress';
  readonly protocol: number;
  readonly peer: string;
  /** Source port, or ICMP type. */
  readonly a: number;
  /** Destination port, or ICMP code. */
  readonly b: number;
}

const packet: fc.Arbitrary<Packet> = fc.record({
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  protocol: fc.constantFrom(6, 6, 6, 17, 1, 58, 47, 50),
  peer: fc.constantFrom(
    '10.0.0.3',
    '10.0.0.6',
    '10.0.0.7',
    '10.0.0.12',
    '192.0.2.1',
    'fd00::2',
    'fd00::3',
    '2001:db8::1',
    'nsg-a',
    'nsg-b',
    'all-services',
  ),
  a: fc.integer({ min: 1, max: 10 }),
  b: fc.integer({ min: 1, max: 10 }),
});

/** Whether one rule lets one packet through, as OCI's documents say. */
function lets(one: RuleFact, { direction, protocol, peer, a, b }: Packet): boolean {
  if (one.direction !== direction || (one.protocol !== 'all' && Number(one.protocol) !== protocol)) return false;
  const address = readBlock(peer);
  const isPeer = one.peerKind === 'block' ? address !== null && holds(readBlock(one.peer)!, address) : one.peer === peer;
  if (!isPeer) return false;
  // The model has no types of ICMP among addresses of the other family.
  if (protocol === 58 && address?.family === 4) return true;
  if (protocol === 1 && address?.family === 6) return true;
  const isIn = (value: number, ends: readonly number[] | null): boolean => ends === null || (ends[0]! <= value && value <= ends[1]!);
  if (one.icmp !== null) return one.icmp.type === a && (one.icmp.code === null || one.icmp.code === b);
  return isIn(a, one.source) && isIn(b, one.destination);
}

const classes: Readonly<Record<number, 'tcp' | 'udp' | 'icmp' | 'icmpv6'>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6' };

function isIn(set: FlowSet, { direction, protocol, peer, a, b }: Packet): boolean {
  const block = readBlock(peer);
  const { space, lo } =
    block === null
      ? wholePeer(peer === 'all-services' ? { kind: 'service', label: peer } : { kind: 'nsg', key: peer, name: peer })
      : blockPeer(block);
  const isForeign = (protocol === 58 && space.kind === 'ip4') || (protocol === 1 && space.kind === 'ip6');
  const protocolClass = isForeign ? 'other' : (classes[protocol] ?? 'other');
  const [x, y] = protocolClass === 'other' ? [protocol, 0] : [a, b];
  const boxes = set.get(channelKey({ direction, protocol: protocolClass, peer: space }))?.boxes ?? [];
  return boxes.some((box) => box.lo <= lo && lo <= box.hi && box.a0 <= x && x <= box.a1 && box.b0 <= y && y <= box.b1);
}

const runs = { numRuns: 300 };

describe('sets of flows', () => {
  it('let through exactly the packets that one of their rules does', () => {
    fc.assert(
      fc.property(ruleSet, packet, (rules, one) => isIn(merged(setOf(rules)), one) === rules.some((some) => lets(some, one))),
      { numRuns: 2_000 },
    );
  });

  it('leave, less another, exactly the packets that only the one lets through', () => {
    fc.assert(
      fc.property(ruleSet, ruleSet, fc.array(packet, { minLength: 20, maxLength: 20 }), (from, without, packets) => {
        const left = difference(setOf(from), setOf(without));
        for (const one of packets)
          expect(isIn(left, one)).toBe(from.some((some) => lets(some, one)) && !without.some((some) => lets(some, one)));
      }),
      runs,
    );
  });

  it('come apart into boxes that do not overlap', () => {
    fc.assert(
      fc.property(ruleSet, ruleSet, (from, without) => {
        for (const { boxes } of difference(setOf(from), setOf(without)).values())
          for (const [at, one] of boxes.entries()) for (const other of boxes.slice(at + 1)) expect(overlap(one, other)).toBe(false);
      }),
      runs,
    );
  });

  it('are the same, whatever their rules are repeated, reordered or split into', () => {
    const changed = ruleSet.chain((rules) =>
      fc
        .tuple(fc.shuffledSubarray([...rules, ...rules], { minLength: rules.length * 2 }), fc.infiniteStream(fc.boolean()))
        .map(([many, isSplit]) => ({ rules, other: many.flatMap((one) => (isSplit.next().value ? halves(one) : [one])) })),
    );
    fc.assert(
      fc.property(changed, ({ rules, other }) => {
        expect(flowsOf(difference(setOf(rules), setOf(other))).map(({ text }) => text)).toEqual([]);
        expect(flowsOf(difference(setOf(other), setOf(rules))).map(({ text }) => text)).toEqual([]);
      }),
      runs,
    );
  });

  it('miss a rule that is taken away, unless the others let the same through', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 8 }), fc.array(packet, { minLength: 40, maxLength: 40 }), (rules, packets) => {
        const [gone, ...rest] = rules;
        const isMissed = packets.some((one) => lets(gone!, one) && !rest.some((some) => lets(some, one)));
        if (isMissed) expect(isEmpty(difference(setOf(rules), setOf(rest)))).toBe(false);
      }),
      runs,
    );
  });

  it('meet in what both let through, and together let through what either does', () => {
    fc.assert(
      fc.property(ruleSet, ruleSet, packet, (one, other, some) => {
        const [a, b] = [setOf(one), setOf(other)];
        expect(isIn(intersection(a, b), some)).toBe(isIn(a, some) && isIn(b, some));
        expect(isIn(union([a, b]), some)).toBe(isIn(a, some) || isIn(b, some));
      }),
      runs,
    );
  });

  it('are answered by the answers of their answers', () => {
    fc.assert(
      fc.property(ruleSet, (rules) => isEmpty(difference(setOf(rules), replies(replies(setOf(rules))))) === true),
      runs,
    );
  });
});

const overlap = (a: Box, b: Box): boolean => a.lo <= b.hi && b.lo <= a.hi && a.a0 <= b.a1 && b.a0 <= a.a1 && a.b0 <= b.b1 && b.b0 <= a.b1;

/** The same rule in two: by its ports, else by its block. */
function halves(one: RuleFact): readonly RuleFact[] {
  const { destination } = one;
  if (destination !== null && destination[1]! > destination[0]!) {
    const middle = Math.floor((destination[0]! + destination[1]!) / 2);
    return [
      { ...one, destination: [destination[0]!, middle] },
      { ...one, destination: [middle + 1, destination[1]!] },
    ];
  }
  const block = one.peerKind === 'block' ? readBlock(one.peer)! : null;
  if (block === null || block.start === block.end) return [one, one];
  const middle = (block.start + block.end) / 2n;
  return [
    { ...block, end: middle },
    { ...block, start: middle + 1n },
  ].flatMap((half: Block) => blockTexts(half).map((peer) => ({ ...one, peer })));
}

describe('addresses of one side in the other’s words', () => {
  it('come back as they were', () => {
    const primary = {
      compartments: {},
      networks: { pay: '10.0.0.0/16' },
      hosts: { app: { addresses: ['10.0.0.6'] } },
      addresses: {},
      names: {},
    };
    const standby = {
      compartments: {},
      networks: { pay: '10.1.0.0/16' },
      hosts: { app: { addresses: ['10.1.0.31'] } },
      addresses: {},
      names: {},
    };
    const there = regionWords(primary, standby);
    const back = regionWords(standby, primary);
    for (const text of [...blocks, '10.1.7.0/24', '192.168.0.0/16'])
      expect(blockTexts(back.block(there.block(readBlock(text)!)))).toEqual([text]);
  });
});

describe('flows in words', () => {
  const tcp = (peer: string, destination: [number, number] | null, source: [number, number] | null = null): RuleFact => ({
    direction: 'ingress',
    isStateless: false,
    protocol: '6',
    peer,
    peerKind: 'block',
    source,
    destination,
    icmp: null,
  });
  const texts = (from: readonly RuleFact[], without: readonly RuleFact[]): readonly string[] =>
    flowsOf(difference(setOf(from), setOf(without))).map(({ text }) => text);

  it('are as few as can be', () => {
    expect(texts([tcp('10.0.10.0/24', [8000, 8100])], [tcp('10.0.10.0/24', [8000, 8050])])).toEqual(['tcp 8051-8100 from 10.0.10.0/24']);
    expect(texts([tcp('10.0.0.0/25', [22, 22]), tcp('10.0.0.128/25', [22, 22])], [])).toEqual(['tcp 22 from 10.0.0.0/24']);
    expect(texts([tcp('0.0.0.0/0', null)], [tcp('0.0.0.0/0', [443, 443])])).toEqual(['tcp 1-442, 444-65535 from 0.0.0.0/0']);
    expect(texts([tcp('10.0.0.0/16', [53, 53])], [tcp('10.0.0.0/16', [53, 53], [53, 53])])).toEqual([
      'tcp 53 with source port 1-52 from 10.0.0.0/16',
      'tcp 53 with source port 54-65535 from 10.0.0.0/16',
    ]);
  });

  it('say what of all protocols is left', () => {
    const all: RuleFact = { ...tcp('10.0.0.0/16', null), protocol: 'all' };
    const some = ['1', '6', '17'].map((protocol) => ({ ...all, protocol }));
    expect(texts([all], some)).toEqual(['protocols other than tcp, udp and icmp from 10.0.0.0/16']);
    expect(texts(some, [all])).toEqual([]);
  });
});
