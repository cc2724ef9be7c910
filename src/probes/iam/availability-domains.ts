// Tests of `request.ad`: whether an availability domain of this region could pass, and which by its number. Names are a prefix of the
// tenancy, the region, and the number: `NQNU:US-ASHBURN-AD-1`, `NQNU:PHX-AD-2`, `NQNU:EU-FRANKFURT-1-AD-3`.
// https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm
import { both, either, type Formula, fits, never } from './formula.ts';
import type { Value } from './parse-condition.ts';

export interface Region {
  readonly name: string;
  readonly key: string | null;
}

const variable = 'request.ad';
const numbers = ['1', '2', '3'];
const anyOne: Formula = { kind: 'test', variable, isEqual: true, isPattern: true, value: '*' };

/** Numbers are the region's own: the first of one is not known to be any of the other. Null for what is not of that form. */
export function availabilityDomainTest({ kind, text }: Value, isEqual: boolean, region: Region, mark: string): Formula | null {
  const hits = kind === 'pattern' ? fitting(text.toLowerCase(), region) : named(text.toLowerCase(), region);
  if (hits === null) return null;
  if (hits.length === 0 && region.key === null) return { kind: 'unknown', why: 'the key of the region is not known' };
  if (hits.length === 0) return isEqual ? never : anyOne;
  if (kind === 'pattern' && hits.length === numbers.length) return isEqual ? anyOne : never;
  const tests = hits.map((number): Formula => ({ kind: 'test', variable, isEqual, isPattern: false, value: `${mark}ad ${number}` }));
  return isEqual ? either(tests) : both(tests);
}

const stemsOf = ({ name, key }: Region): readonly string[] =>
  [name, name.replace(/-\d+$/, ''), ...(key === null ? [] : [key])].map((stem) => stem.toLowerCase());

function named(text: string, region: Region): readonly string[] | null {
  const parts = /^(?:[^:]*:)?(.+)-ad-(\d+)$/.exec(text);
  if (parts === null) return null;
  return stemsOf(region).includes(parts[1]!) ? [parts[2]!] : [];
}

function fitting(pattern: string, region: Region): readonly string[] {
  // The prefix of the tenancy is not known: any, or the one that the pattern begins with.
  const prefixes = ['x', pattern.split(/[:*]/, 1)[0]!];
  const isFitting = (number: string): boolean =>
    stemsOf(region).some((stem) => prefixes.some((prefix) => fits(pattern, `${prefix}:${stem}-ad-${number}`)));
  return numbers.filter(isFitting);
}
