// What lawfully differs between the two sides of a pair: each side's own words give way to placeholders before they are compared.
import type { Site } from './node.ts';

/**
 * Replaces a site's tokens, domains and name by `{token}`, `{domain}` and `{site}`, longest text first, at word borders only and
 * whatever the case, so that `app.fra.example.com` and `app.zrh.example.com` become the same name.
 */
export function withoutSite(text: string, site: Site): string {
  let words = known.get(site);
  if (words === undefined) {
    words = placeholders(site).map(([own, placeholder]) => [wholeWord(own), `$1{${placeholder.replaceAll('$', '$$$$')}}`] as const);
    known.set(site, words);
  }
  return words.reduce((result, [own, placeholder]) => result.replace(own, placeholder), text);
}

/** A site's words are looked for in every text of both sides, by every rule. */
const known = new WeakMap<Site, readonly (readonly [own: RegExp, placeholder: string])[]>();

function placeholders(site: Site): readonly (readonly [own: string, placeholder: string])[] {
  const pairs: (readonly [string, string])[] = [
    ...Object.entries(site.tokens ?? {}).map(([placeholder, own]) => [own, placeholder] as const),
    ...(site.domains ?? []).map((own) => [own, 'domain'] as const),
    ...(site.name === undefined ? [] : [[site.name, 'site'] as const]),
  ];
  return pairs.filter(([own]) => own !== '').sort(([a], [b]) => b.length - a.length);
}

function wholeWord(own: string): RegExp {
  const before = compiled.get(own);
  if (before !== undefined) return before;
  if (compiled.size >= compiledMax) compiled.clear();
  const expression = new RegExp(`(^|[^a-z0-9])${own.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![a-z0-9])`, 'gi');
  compiled.set(own, expression);
  return expression;
}

/** The sites of a fleet are few, and the names of its nodes, which count as words of theirs, many. */
const compiledMax = 256;
const compiled = new Map<string, RegExp>();
