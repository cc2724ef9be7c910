// Puts what one side of a group says of itself into the words of the other side, so that both can be compared and the remedy is in the
// words of the side that has to be mended.
import type { RegionScope } from '../contract/region.ts';
import { type Block, holds, readBlock } from './cidr.ts';

export interface RegionWords {
  /**
   * A block as the other side has to have it. Mapped networks are swapped, each for the other's, at the same offset; a machine's own
   * address is its twin's. A block that holds a mapped one, or lies outside of all, means itself.
   */
  block(block: Block): Block;
  /** By OCID or display name: the name that both sides share. */
  shared(own: string, displayName?: string | null): string;
}

/** What the fleet file says of a name that OCI gave: `toString` is a name like any other there. */
export const mapped = <T>(map: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/** The words of `from`, in those of `to`. */
export function regionWords(from: RegionScope, to: RegionScope): RegionWords {
  const swaps = swapsOf(from, to);
  const twins = twinsOf(from, to);
  return {
    block: (block) => {
      const twin = block.start === block.end ? twins.get(keyOf(block)) : undefined;
      if (twin !== undefined) return twin;
      const swap = swaps.find((one) => holds(one.own, block));
      if (swap === undefined) return block;
      const shift = swap.other.start - swap.own.start;
      return { family: block.family, start: block.start + shift, end: block.end + shift };
    },
    shared: (own, displayName) => mapped(from.names, own) ?? (displayName == null ? own : (mapped(from.names, displayName) ?? displayName)),
  };
}

interface Swap {
  readonly own: Block;
  readonly other: Block;
}

/** Both ways: a route of one side to the other turns round. The narrowest first, for blocks within blocks. */
function swapsOf(from: RegionScope, to: RegionScope): readonly Swap[] {
  const pairs = Object.entries(from.networks).flatMap(([name, text]) => {
    const own = readBlock(text);
    const other = readBlock(mapped(to.networks, name) ?? '');
    return own === null || other === null || !isOfOneSize(own, other)
      ? []
      : [
          { own, other },
          { own: other, other: own },
        ];
  });
  const sizeOf = ({ own }: Swap): bigint => own.end - own.start;
  return pairs.sort((a, b) => (sizeOf(a) < sizeOf(b) ? -1 : sizeOf(a) > sizeOf(b) ? 1 : 0));
}

const isOfOneSize = (a: Block, b: Block): boolean => a.family === b.family && a.end - a.start === b.end - b.start;

/** Both ways, too. */
function twinsOf(from: RegionScope, to: RegionScope): ReadonlyMap<string, Block> {
  const twins = new Map<string, Block>();
  for (const [name, { addresses = [] }] of Object.entries(from.hosts)) {
    const others = mapped(to.hosts, name)?.addresses ?? [];
    for (const [at, text] of addresses.entries()) {
      const own = readBlock(text);
      const other = others[at] === undefined ? null : readBlock(others[at]);
      if (own === null || other === null) continue;
      twins.set(keyOf(own), other);
      twins.set(keyOf(other), own);
    }
  }
  return twins;
}

const keyOf = ({ family, start }: Block): string => `${family} ${start}`;
