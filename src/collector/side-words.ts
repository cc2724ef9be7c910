// What each side of a pair says in its own site's words, by what the fleet says of the site, of the machine and of the region: its domains
// and tokens, its names, and what lies within its networks.
import type { NodeIdentity, Site } from '../contract/node.ts';
import type { RegionScope } from '../contract/region.ts';
import { withoutSite } from '../contract/site.ts';
import { type Block, holds, readBlock } from '../formats/cidr.ts';
import { mapped } from '../formats/region-words.ts';

/** A text without the words of its side. Of another's settings than a region's the scope is not there. */
export function sideWords({ name, site }: Pick<NodeIdentity, 'name' | 'site'>, settings: unknown): (text: string) => string {
  const scope = (settings as { readonly scope?: RegionScope } | null | undefined)?.scope;
  const names = scope === undefined ? {} : sharedNames(scope);
  const networks = networksOf(site, scope);
  const own: Site = { ...site, tokens: { ...site.tokens, node: name } };
  return (text) => mapped(names, text) ?? placeIn(networks, text) ?? withoutSite(text, own);
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
  // The cheapest thing that every address and no name begins with.
  if (networks.length === 0 || !/^[0-9a-fA-F:]/.test(text)) return null;
  const block = readBlock(text);
  const found = block === null ? undefined : networks.find((one) => holds(one.block, block));
  if (block === null || found === undefined) return null;
  return `{${found.name}}+${block.start - found.block.start}/${block.end - block.start}`;
}
