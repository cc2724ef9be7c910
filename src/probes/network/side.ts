// One side of a comparison, in words that both sides share: addresses are those that the standby would have.
import type { RegionScope } from '../../contract/region.ts';
import { type Block, readBlock } from '../../formats/cidr.ts';
import { mapped, type RegionWords, regionWords } from '../../formats/region-words.ts';
import type { Facts } from './facts.ts';
import { pairVcns, type VcnPairs, vcnsOf } from './vcn-pairs.ts';

export interface Side {
  readonly facts: Facts;
  readonly scope: RegionScope;
  /** The name that both sides share. */
  readonly nameOf: (thing: { readonly id: string; readonly name: string }) => string;
  /** As findings call it: with its VCN where another VCN of the side has one of this name. */
  readonly called: (thing: { readonly id: string; readonly name: string; readonly vcnId: string }) => string;
  /** The same with its VCN: equal on both sides for what belongs together. */
  readonly keyOf: (thing: { readonly id: string; readonly name: string; readonly vcnId: string }) => string;
  readonly vcnKey: (vcnId: string) => string;
  /** As the standby would have it; null for what is no block. */
  readonly block: (text: string) => Block | null;
  /** `all-phx-services-in-oracle-services-network` without the region's key. */
  readonly service: (label: string) => string;
  /** The name that an OCID is given in the fleet file; null for none. */
  readonly mapped: (id: string) => string | null;
}

export interface Sides {
  readonly standby: Side;
  readonly primary: Side;
  readonly vcns: VcnPairs;
}

export function sidesOf(
  standby: { readonly facts: Facts; readonly scope: RegionScope },
  primary: { readonly facts: Facts; readonly scope: RegionScope },
): Sides {
  const mine = regionWords(standby.scope, primary.scope);
  const theirs = regionWords(primary.scope, standby.scope);
  const vcns = pairVcns(vcnsOf(standby.facts), vcnsOf(primary.facts), { standby: mine, primary: theirs });
  const keys = new Map(
    vcns.pairs.flatMap((pair, at) => [
      [pair.standby.id, `vcn ${at}`],
      [pair.primary.id, `vcn ${at}`],
    ]),
  );
  const side = ({ facts, scope }: typeof standby, words: RegionWords, block: (block: Block) => Block): Side => {
    const unlisted = new Set(vcnsOf(facts).flatMap(({ id, name }) => (name === null ? [id] : [])));
    const vcnKey = (vcnId: string): string => keys.get(vcnId) ?? (unlisted.has(vcnId) ? 'unlisted' : vcnId);
    const nameOf = ({ id, name }: { readonly id: string; readonly name: string }): string => plainName(words.shared(id, name));
    return {
      facts,
      scope,
      nameOf,
      called: callingOf(facts, nameOf),
      vcnKey,
      keyOf: (thing) => `${vcnKey(thing.vcnId)}/${nameOf(thing)}`,
      block: (text) => {
        const read = readBlock(text);
        return read === null ? null : block(read);
      },
      service: (label) => withoutRegion(label, facts.region.key),
      mapped: (id) => mapped(scope.names, id) ?? null,
    };
  };
  return { standby: side(standby, mine, (block) => block), primary: side(primary, theirs, (block) => theirs.block(block)), vcns };
}

function callingOf(facts: Facts, nameOf: Side['nameOf']): Side['called'] {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const [kind, things] of Object.entries({
    group: facts.nsgs,
    list: facts.securityLists,
    table: facts.routeTables,
    subnet: facts.subnets,
  }))
    for (const thing of things) {
      const name = nameOf(thing);
      if (seen.has(`${kind} ${name}`)) several.add(name);
      seen.add(`${kind} ${name}`);
    }
  const vcns = new Map(facts.vcns.map((vcn) => [vcn.id, nameOf(vcn)]));
  return (thing) => {
    const name = nameOf(thing);
    return several.has(name) ? `${vcns.get(thing.vcnId) ?? thing.vcnId}/${name}` : name;
  };
}

/** What OCI makes with a VCN carries the VCN’s name. */
const plainName = (name: string): string => /^(Default (?:Security List|Route Table)) for /.exec(name)?.[1] ?? name;

/** Labels name their region: `all-<key>-services-in-oracle-services-network`, `oci-<key>-objectstorage`. Another region's stays. */
function withoutRegion(label: string, key: string | null): string {
  const lower = label.toLowerCase();
  const [, head, region, tail] = /^(all|oci)-([a-z0-9]+)-(.+)$/.exec(lower) ?? [];
  if (head === undefined || region === undefined || (key !== null && region !== key.toLowerCase())) return lower;
  return `${head}-${tail}`;
}
