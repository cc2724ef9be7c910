// Whether a value speaks of a site.
import type { Site } from '../../contract/node.ts';

/** A token, domain or the name of the site as whole words, or an address inside its networks. */
export function namesSite(_value: string, _site: Site): boolean {
  return false;
}
