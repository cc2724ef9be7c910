// What each side of a pair says in its own site's words, by what the fleet says of the site, of the machine and of the region: its domains
// and tokens, its names, what lies within its networks, and the ids that OCI gave to what has a name.
import type { NodeIdentity, Site } from '../contract/node.ts';
import type { RegionScope } from '../contract/region.ts';
import { withoutSite } from '../contract/site.ts';
import { type Block, holds, readBlock } from '../formats/cidr.ts';
import { mapped } from '../formats/region-words.ts';

export interface Sided {
  readonly identity: Pick<NodeIdentity, 'name' | 'site'>;
  /** Of the check; a region's have its scope. */
  readonly settings: unknown;
  /** What was seen there. */
  readonly facts: unknown;
}

/** A text without the words of its side. */
export function sideWords({ identity: { name, site }, settings, facts }: Sided): (text: string) => string {
  const scope = (settings as { readonly scope?: RegionScope } | null | undefined)?.scope;
  const given = scope === undefined ? {} : sharedNames(scope);
  const networks = networksOf(site, scope);
  const own: Site = { ...site, tokens: { ...site.tokens, node: name, ...regionTokens(facts) } };
  const plain = (text: string): string => mapped(given, text) ?? placeIn(networks, text) ?? withoutSite(text, own);
  const things = thingNames(facts, (id, called) => mapped(given, id) ?? plain(called));
  const known = new Map<string, string>();
  return (text) => {
    // The same ids stand in everything that a region has.
    const before = known.get(text) ?? things.get(text) ?? plain(text);
    known.set(text, before);
    return before;
  };
}

/** What is called otherwise on each side, by the name that both share. */
function sharedNames({
  names = {},
  compartments = {},
  hosts = {},
  addresses = {},
}: Partial<RegionScope>): Readonly<Record<string, string>> {
  const listed = Object.entries(addresses).flatMap(([shared, texts]) => texts.map((text, at) => [text, `{${shared} ${at + 1}}`] as const));
  const hosted = Object.entries(hosts).flatMap(([shared, { id, addresses: texts = [] }]) => [
    ...(id === undefined ? [] : [[id, `{${shared}}`] as const]),
    ...texts.map((text, at) => [text, `{${shared} ${at + 1}}`] as const),
  ]);
  const housed = Object.entries(compartments).map(([shared, id]) => [id, `{${shared}}`] as const);
  return Object.fromEntries([...housed, ...listed, ...hosted, ...Object.entries(names)]);
}

/** The region's own name and short name, which are in the names of much that it has. */
function regionTokens(facts: unknown): Readonly<Record<string, string>> {
  const region = (facts as { readonly region?: { readonly name?: unknown; readonly key?: unknown } } | null | undefined)?.region;
  const { name, key } = region ?? {};
  return {
    ...(typeof name === 'string' ? { region: name } : {}),
    ...(typeof key === 'string' ? { 'region key': key } : {}),
  };
}

/** Ids by the names of what they stand for. Of two things of one name and kind nobody can say which is whose twin. */
function thingNames(facts: unknown, nameOf: (id: string, name: string) => string): ReadonlyMap<string, string> {
  const idsByName = new Map<string, string[]>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { id, name } = value as { readonly id?: unknown; readonly name?: unknown };
    if (typeof id === 'string' && typeof name === 'string' && id.startsWith('ocid1.')) {
      const called = `{${id.split('.')[1]} ${nameOf(id, name)}}`;
      idsByName.set(called, [...(idsByName.get(called) ?? []).filter((one) => one !== id), id]);
    }
    for (const one of Object.values(value)) visit(one);
  };
  visit(facts);
  return new Map([...idsByName].flatMap(([called, ids]) => (ids.length === 1 ? [[ids[0]!, called] as const] : [])));
}

interface Network {
  readonly name: string;
  readonly block: Block;
}

/** Those of a site are told apart by their order. */
function networksOf({ networks = [] }: Site, scope: Partial<RegionScope> | undefined): readonly Network[] {
  const named = [...networks.map((text, at) => [`network ${at + 1}`, text] as const), ...Object.entries(scope?.networks ?? {})];
  return named.flatMap(([name, text]) => {
    const block = readBlock(text);
    return block === null ? [] : [{ name, block }];
  });
}

/** An address or a block, as its place within a network of the side; null for what is none, or lies in none. */
function placeIn(networks: readonly Network[], text: string): string | null {
  // Every address begins like this, and few names do.
  if (networks.length === 0 || !/^[0-9a-fA-F:]/.test(text)) return null;
  const block = readBlock(text);
  const found = block === null ? undefined : networks.find((one) => holds(one.block, block));
  if (block === null || found === undefined) return null;
  return `{${found.name}}+${block.start - found.block.start}/${block.end - block.start}`;
}
