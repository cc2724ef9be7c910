// A name that becomes a segment of a path.
import { notSent } from '../wire/failure.ts';
import { Refused } from './line.ts';

/** The SDK escapes what it puts into a path, but an escaped `..` is a `..` all the same: it would be another call. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new Refused(notSent('INVALID_NAME', 'it cannot be asked for by that name'));
  return name;
}
