// Names in which people wrote the region they are for: `lb-pay-iad`, `vcn.us-phoenix-1.example.com`.
import type { RegionNames } from '../contract/tenancy.ts';

/** The text with the names of one region, where they stand by themselves, replaced by the other's. */
export function inRegion(text: string, from: RegionNames, to: RegionNames): string {
  const named = replaced(text, from.name, to.name);
  return from.key === null || to.key === null ? named : replaced(named, from.key, to.key);
}

/** Whether the region is named in the text. */
export const namesRegion = (text: string, { name, key }: RegionNames): boolean =>
  [name, key].some((one) => one !== null && tokenOf(one).test(text));

const replaced = (text: string, from: string, to: string): string => text.replace(new RegExp(tokenOf(from), 'gi'), to);

/** Not within a word: `iad` is no part of `diadem`. */
const tokenOf = (word: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'i');
