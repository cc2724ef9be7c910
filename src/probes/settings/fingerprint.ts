// Values as fingerprints that can be compared and tell nothing.
import type { Site } from '../../contract/node.ts';
import type { Value } from './read/values.ts';

export interface Keyed {
  /** Which key it was, 8 characters; tells nothing of the key. Fingerprints under different keys are not comparable. */
  readonly id: string;
  /** 22 characters of base64url: 128 bits of HMAC-SHA-256 over the value without its site's words and networks. */
  of(value: string | Value, site: Site | undefined): string;
}

export function keyed(_key: Uint8Array): Keyed {
  return { id: '', of: () => '' };
}
