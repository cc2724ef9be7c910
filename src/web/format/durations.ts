// How long something took or lasted, and which part of a whole it is. Pure.
import { formatDuration } from '../../contract/duration.ts';

/** `3 d 4 h`, `42 s`: the same as on the command line. */
export const duration = (ms: number): string => formatDuration(Math.max(0, ms)).replace(/(\d) m\b/, '$1 min');

/**
 * `99.9 %`. Never rounded up to all of it, nor down to none: 100 % and 0 % are said only where that is so.
 */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const share = (part / whole) * 100;
  if (share < 0.1) return '< 0.1 %';
  const tenths = Math.floor(share * 10) / 10;
  return `${tenths.toFixed(share >= 10 && share < 99 ? 0 : 1)} %`;
}
