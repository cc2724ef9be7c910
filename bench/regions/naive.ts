// What is easily written: a rule is missing where no single rule of the other side covers it. Compared with here, used nowhere.
import type { Role } from '../../src/contract/node.ts';
import { type Block, holds, readBlock } from '../../src/formats/cidr.ts';
import { largeRegion, largeScope, type Planted } from '../../test/support/large-tenancy.ts';

interface Rule {
  readonly direction: string;
  readonly protocol: string;
  readonly source: string;
  readonly tcpOptions?: Options;
  readonly udpOptions?: Options;
}

interface Options {
  readonly destinationPortRange: { readonly min: number; readonly max: number };
}

export interface NaiveFigures {
  readonly tookMs: number;
  readonly comparisons: number;
  readonly missing: number;
}

export function compareNaively(planted: Planted): NaiveFigures {
  const own = rulesOf('standby', planted);
  const theirs = rulesOf('primary', {});
  const began = performance.now();
  let comparisons = 0;
  let missing = 0;
  for (const [group, rules] of theirs) {
    for (const rule of rules) {
      const isThere = own.get(group)!.some((one) => {
        comparisons++;
        return covers(one, rule);
      });
      if (!isThere) missing++;
    }
  }
  return { tookMs: performance.now() - began, comparisons, missing };
}

function rulesOf(side: Role, planted: Planted): ReadonlyMap<string, readonly Rule[]> {
  const { calls } = largeRegion(side, undefined, planted);
  const listed = calls.filter(
    ({ operation, with: given }) => operation === 'listNetworkSecurityGroupSecurityRules' && given.networkSecurityGroupId,
  );
  return new Map(listed.map((one) => [one.with.networkSecurityGroupId!.split('large')[1]!, one.body as readonly Rule[]]));
}

function covers(own: Rule, theirs: Rule): boolean {
  if (own.direction !== theirs.direction || own.protocol !== theirs.protocol) return false;
  const ports = ({ tcpOptions, udpOptions }: Rule) => (tcpOptions ?? udpOptions)!.destinationPortRange;
  if (ports(own).min > ports(theirs).min || ports(own).max < ports(theirs).max) return false;
  const block = peerOf(theirs, 'primary');
  const other = peerOf(own, 'standby');
  return typeof block === 'string' || typeof other === 'string' ? block === other : holds(other, block);
}

/** In the standby's words. */
function peerOf({ source }: Rule, side: Role): Block | string {
  const block = readBlock(source);
  if (block === null) return source.split('large')[1]!;
  if (side === 'standby') return block;
  const shift = readBlock(largeScope('standby').networks.shop!)!.start - readBlock(largeScope('primary').networks.shop!)!.start;
  return { family: 4, start: block.start + shift, end: block.end + shift };
}
