// Which VCN stands for which: by name, else by the networks that are mapped, else by being the only one that is left.
import { readBlock } from '../../formats/cidr.ts';
import type { RegionWords } from '../../formats/region-words.ts';
import type { Facts } from './facts.ts';
import { pairUp } from './pair-up.ts';

export interface VcnFact {
  readonly id: string;
  /** Null for one that is known by what lies in it only. */
  readonly name: string | null;
  readonly blocks: readonly string[];
}

export interface VcnPairs {
  readonly pairs: readonly { readonly standby: VcnFact; readonly primary: VcnFact }[];
  readonly onlyPrimary: readonly VcnFact[];
  /** Names that more than one VCN of a side has, and that no mapped network told apart. */
  readonly ambiguous: readonly string[];
}

export function vcnsOf(facts: Facts): readonly VcnFact[] {
  const listed = new Map<string, VcnFact>(facts.vcns.map((vcn) => [vcn.id, vcn]));
  for (const { vcnId } of [...facts.subnets, ...facts.nsgs, ...facts.securityLists, ...facts.routeTables, ...facts.gateways])
    if (vcnId !== '' && !listed.has(vcnId)) listed.set(vcnId, { id: vcnId, name: null, blocks: [] });
  return [...listed.values()];
}

export function pairVcns(
  standby: readonly VcnFact[],
  primary: readonly VcnFact[],
  words: { readonly standby: RegionWords; readonly primary: RegionWords },
): VcnPairs {
  const nameOf = (side: RegionWords) => (vcn: VcnFact) => side.shared(vcn.id, vcn.name);
  const named = pairUp(standby, primary, { standby: nameOf(words.standby), primary: nameOf(words.primary) });
  const left = leftOf(standby, primary, named.pairs);
  const placed = pairUp(left.standby, left.primary, {
    standby: (vcn) => placeOf(vcn),
    primary: (vcn) => placeOf(vcn, words.primary),
  });
  const pairs = [...named.pairs, ...placed.pairs.filter(({ primary: { blocks } }) => blocks.length > 0)];
  const rest = leftOf(standby, primary, pairs);
  if (rest.standby.length === 1 && rest.primary.length === 1)
    return { pairs: [...pairs, { standby: rest.standby[0]!, primary: rest.primary[0]! }], onlyPrimary: [], ambiguous: [] };
  const isAmbiguous = (name: string): boolean => named.ambiguous.has(name);
  return {
    pairs,
    onlyPrimary: rest.primary.filter((vcn) => !isAmbiguous(nameOf(words.primary)(vcn))),
    ambiguous: [...named.ambiguous].filter(
      (name) =>
        rest.primary.some((vcn) => nameOf(words.primary)(vcn) === name) || rest.standby.some((vcn) => nameOf(words.standby)(vcn) === name),
    ),
  };
}

const leftOf = (standby: readonly VcnFact[], primary: readonly VcnFact[], pairs: VcnPairs['pairs']) => ({
  standby: standby.filter((vcn) => !pairs.some((pair) => pair.standby === vcn)),
  primary: primary.filter((vcn) => !pairs.some((pair) => pair.primary === vcn)),
});

function placeOf({ blocks }: VcnFact, words?: RegionWords): string {
  const texts = blocks.flatMap((text) => {
    const block = readBlock(text);
    if (block === null) return [];
    const { family, start, end } = words === undefined ? block : words.block(block);
    return [`${family} ${start}-${end}`];
  });
  return texts.sort().join();
}
