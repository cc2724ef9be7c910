// Finds for each private resolver, view and zone of the primary its counterpart on the standby, by name.
import type { RegionScope } from '../../contract/region.ts';
import type { Draft } from '../../contract/rule.ts';
import { type Block, blockTexts, readBlock } from '../../formats/cidr.ts';
import { inRegion } from '../../formats/region-tokens.ts';
import { regionWords } from '../../formats/region-words.ts';
import { type Facts, isSeenResolver, type SeenResolver, type Zone } from './facts.ts';
import { plainValue } from './parse-records.ts';
import type { Context } from './whose.ts';

export interface PrivateWords {
  /** The primary's text in the standby's words: regions that it speaks of, addresses and blocks. */
  value(text: string): string;
  text(text: string): string;
  /** Both ways: what speaks of either region, of the other. */
  swapped(text: string): string;
  /** Of a view, by its OCID, in the standby's words; null where its name was not seen. */
  theirView(id: string): string | null;
  ourView(id: string): string | null;
}

export function privateWords(standby: Facts, primary: Facts, context: Context): PrivateWords {
  const scopes = { standby: context.standby.settings.scope, primary: context.primary.settings.scope };
  const words = regionWords(scopes.primary, scopes.standby);
  const own = regionWords(scopes.standby, scopes.primary);
  const addresses = namedAddresses(scopes.primary, scopes.standby);
  const text = (one: string): string => inRegion(one, primary.region, standby.region);
  const names = (facts: Facts, shared: (id: string, name: string) => string) =>
    new Map(facts.views.map(({ id, name }) => [id, shared(id, name)]));
  const theirs = names(primary, (id, name) => text(words.shared(id, name)));
  const ours = names(standby, (id, name) => own.shared(id, name));
  // The view that a VCN was born with bears its name, and goes with its resolver.
  for (const pair of pairResolvers(standby, primary, context).pairs) {
    const name = ours.get(pair.standby.content.defaultView ?? '');
    if (name !== undefined && pair.primary.content.defaultView !== null) theirs.set(pair.primary.content.defaultView, name);
  }
  return {
    value: (one) => {
      const named = addresses.get(one);
      if (named !== undefined) return named;
      const block = readBlock(one);
      return block === null ? text(one) : blockText(words.block(block), one.includes('/'));
    },
    text,
    swapped: (one) => swapped(one, primary.region, standby.region),
    theirView: (id) => theirs.get(id) ?? null,
    ourView: (id) => ours.get(id) ?? null,
  };
}

const between = { name: '\u0000', key: '\u0001' } as const;

const swapped = (text: string, a: Facts['region'], b: Facts['region']): string =>
  inRegion(inRegion(inRegion(text, a, between), b, a), between, b);

/** Addresses of one name and place in the scopes stand for each other, both ways. */
function namedAddresses(from: RegionScope, to: RegionScope): ReadonlyMap<string, string> {
  const pairs = Object.entries(from.addresses).flatMap(([name, own]) =>
    own.flatMap((address, at) => {
      const other = to.addresses[name]?.[at];
      return other === undefined ? [] : [[plainValue(address), plainValue(other)] as const];
    }),
  );
  return new Map([...pairs.map(([own, other]) => [other, own] as const), ...pairs]);
}

function blockText(block: Block, isBlock: boolean): string {
  const text = blockTexts(block)[0]!;
  return isBlock ? text : text.replace(/\/\d+$/, '');
}

export interface ResolverPairs {
  readonly pairs: readonly ResolverPair[];
  readonly missing: readonly SeenResolver[];
}

/** By name; one that is left on either side is the other's, whatever their VCNs are called. */
export function pairResolvers(standby: Facts, primary: Facts, context: Context): ResolverPairs {
  const scopes = { standby: context.standby.settings.scope, primary: context.primary.settings.scope };
  const words = regionWords(scopes.primary, scopes.standby);
  const own = regionWords(scopes.standby, scopes.primary);
  const left = new Set(standby.resolvers);
  const pairs: { standby: SeenResolver; primary: SeenResolver }[] = [];
  const open: SeenResolver[] = [];
  for (const theirs of primary.resolvers) {
    const name = inRegion(words.shared(theirs.id, theirs.name), primary.region, standby.region);
    const ours = [...left].find((one) => own.shared(one.id, one.name) === name);
    if (ours !== undefined) left.delete(ours);
    if (!isSeenResolver(theirs) || (ours !== undefined && !isSeenResolver(ours))) continue;
    if (ours === undefined) open.push(theirs);
    else pairs.push({ standby: ours, primary: theirs });
  }
  const rest = [...left].filter(isSeenResolver);
  const [lone, only] = [open.length === 1 ? open[0] : undefined, left.size === 1 ? rest[0] : undefined];
  return lone !== undefined && only !== undefined
    ? { pairs: [...pairs, { standby: only, primary: lone }], missing: [] }
    : { pairs, missing: left.size > rest.length ? [] : open };
}

export interface ZonePairs {
  readonly pairs: readonly { readonly standby: Zone; readonly primary: Zone; readonly view: string }[];
  readonly missing: readonly { readonly zone: Zone; readonly view: string }[];
}

/** Reverse zones are named after networks, and hold the same as the forward ones. */
const isReverse = (name: string): boolean => /\.(in-addr|ip6)\.arpa$/.test(name);

/** By view and name. Where the name of a view is not known, by name alone. */
export function pairZones(standby: Facts, primary: Facts, words: PrivateWords): ZonePairs {
  const left = new Set(standby.zones.filter(({ scope }) => scope === 'PRIVATE'));
  const pairs: { standby: Zone; primary: Zone; view: string }[] = [];
  const missing: { zone: Zone; view: string }[] = [];
  const theirs = primary.zones.filter(
    ({ scope, name, id }) => scope === 'PRIVATE' && !isReverse(name) && ![...left].some((one) => one.id === id),
  );
  for (const zone of theirs) {
    const view = words.theirView(zone.view ?? '');
    const named = [...left].filter(({ name }) => name === words.text(zone.name) || name === zone.name);
    const ours = named.find((one) => isSameView(view, words.ourView(one.view ?? '')));
    if (ours === undefined) missing.push({ zone, view: view ?? zone.view ?? '' });
    else {
      left.delete(ours);
      pairs.push({ standby: ours, primary: zone, view: view ?? '' });
    }
  }
  return { pairs, missing };
}

const isSameView = (theirs: string | null, ours: string | null): boolean => theirs === null || ours === null || theirs === ours;

export interface ResolverPair {
  readonly standby: SeenResolver;
  readonly primary: SeenResolver;
}

/** What a rule finds at each resolver that has a counterpart. */
export function inPairs(
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (pair: ResolverPair, words: PrivateWords) => readonly Omit<Draft, 'subject'>[],
): readonly Draft[] {
  const words = privateWords(standby, primary, context);
  return pairResolvers(standby, primary, context).pairs.flatMap((pair) =>
    differ(pair, words).map((difference) => ({
      subject: pair.standby.name,
      ...difference,
      with: { region: standby.region.name, id: pair.standby.id, ...difference.with },
    })),
  );
}
