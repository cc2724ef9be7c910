// Whether a value speaks of a site.
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import { addressesIn } from './addresses.ts';

/**
 * A token, domain or the name of the site as whole words (`fra` is none in `infrastructure`), or an address inside its networks.
 * What it shares with `own`, and tokens too short or too plain to mean it (`1`, `db`, `10.2`), count for nothing. Encoded text
 * (base64, percent signs) is not looked into.
 */
export function namesSite(value: string, site: Site, own: Site = unknown): boolean {
  const words = telling(site, own);
  return withoutSite(value, words) !== value || addressesIn(value, words).length > 0;
}

const unknown: Site = {};

const known = new WeakMap<Site, { readonly own: Site; readonly words: Site }>();

function telling(site: Site, own: Site): Site {
  const before = known.get(site);
  if (before !== undefined && before.own === own) return before.words;
  const shared = new Set(wordsOf(own).map((word) => word.toLowerCase()));
  const tells = (word: string | undefined): boolean => word !== undefined && isTelling(word) && !shared.has(word.toLowerCase());
  const words: Site = {
    ...(tells(site.name) ? { name: site.name! } : {}),
    domains: (site.domains ?? []).filter(tells),
    networks: (site.networks ?? []).filter((network) => !shared.has(network.toLowerCase())),
    tokens: Object.fromEntries(Object.entries(site.tokens ?? {}).filter(([, word]) => tells(word))),
  };
  known.set(site, { own, words });
  return words;
}

const wordsOf = ({ name, domains = [], networks = [], tokens = {} }: Site): readonly string[] => [
  ...(name === undefined ? [] : [name]),
  ...domains,
  ...networks,
  ...Object.values(tokens),
];

/** Three characters with a letter (`fra`), or an address. */
const isTelling = (word: string): boolean => (word.length >= 3 && /\p{L}/u.test(word)) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(word);
