// Values as fingerprints that can be compared and tell nothing.
import { createHmac } from 'node:crypto';
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import { addressesIn } from './addresses.ts';
import type { Value } from './read/values.ts';

export interface Keyed {
  /** Which key it was, 8 characters; tells nothing of the key. Fingerprints under different keys are not comparable. */
  readonly id: string;
  /**
   * 22 characters of base64url: 128 bits of HMAC-SHA-256 over the value without its site's words and networks. A text alone is a scalar.
   * What a consumer may take for the same has the same one: `true` and `"true"`. Nothing else is made alike: not case, white space,
   * line ends or Unicode's compositions.
   */
  of(value: string | Value, site: Site | undefined): string;
}

export function keyed(key: Uint8Array): Keyed {
  const digest = (purpose: string, text: string, bytes: number): string =>
    // UTF-16, since it keeps the lone surrogates that stand for bytes that are no text.
    createHmac('sha256', key)
      .update(`understudy/${purpose}\n`, 'utf8')
      .update(text, 'utf16le')
      .digest()
      .subarray(0, bytes)
      .toString('base64url');
  return {
    id: digest('key', '', 6),
    of(value, site) {
      const { kind, text } = typeof value === 'string' ? { kind: 'scalar', text: value } : value;
      return digest(`value/${kind}`, site === undefined ? text : comparable(text, site), 16);
    },
  };
}

/**
 * A site's words as `withoutSite` has them, and an address inside the second of its networks as `{network 2}+775`: sites whose
 * networks are listed in the same order have the same text for what stands at the same place of them.
 */
export function comparable(text: string, site: Site): string {
  const named = withoutSite(text, site);
  let [result, end] = ['', 0];
  for (const found of addressesIn(named, site)) {
    result += `${named.slice(end, found.start)}{network ${found.network}}+${found.offset}`;
    end = found.end;
  }
  return result + named.slice(end);
}
