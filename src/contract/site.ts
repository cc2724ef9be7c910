// What lawfully differs between the two sides of a pair: each side's own words give way to placeholders before they are compared.
import type { Site } from './node.ts';

/**
 * Replaces a site's tokens, domains and name by `{token}`, `{domain}` and `{site}`, longest text first, at word borders only and
 * whatever the case, so that `app.fra.example.com` and `app.zrh.example.com` become the same name.
 */
export function withoutSite(text: string, site: Site): string {
  return placeholders(site).reduce(
    (result, [own, placeholder]) => result.replace(wholeWord(own), (_, before: string) => `${before}{${placeholder}}`),
    text,
  );
}

function placeholders(site: Site): readonly (readonly [own: string, placeholder: string])[] {
  const pairs: (readonly [string, string])[] = [
    ...Object.entries(site.tokens ?? {}).map(([placeholder, own]) => [own, placeholder] as const),
    ...(site.domains ?? []).map((own) => [own, 'domain'] as const),
    ...(site.name === undefined ? [] : [[site.name, 'site'] as const]),
  ];
  return pairs.filter(([own]) => own !== '').sort(([a], [b]) => b.length - a.length);
}

const wholeWord = (own: string): RegExp => new RegExp(`(^|[^a-z0-9])${own.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![a-z0-9])`, 'gi');
