// Secrets that a look itself has read or sent: whoever is shown one may repeat it, under any name or none.
import type { DialRequest } from '../contract/machine.ts';
import { redacted } from '../formats/redacted.ts';
import { isHeaderName, isSecretName } from '../formats/secret-name.ts';

export interface KnownSecrets {
  /** The content of a file that is one. */
  read(bytes: Uint8Array): void;
  /** What a request carries. */
  sent(request: DialRequest): void;
  without(text: string): string;
}

/** Passwords and tokens; keys and certificates are larger, and are told by their look. */
const bytesMax = 4_096;
/** A shorter one would blot out ordinary words. */
const lengthMin = 4;
/** A look at 500 endpoints, each with a token of its own. */
const knownMax = 2_000;

export function knownSecrets(): KnownSecrets {
  const known = new Set<string>();
  const add = (secret: string): void => {
    for (const form of formsOf(secret.trim())) if (form.length >= lengthMin && known.size < knownMax) known.add(form);
  };
  return {
    read: (bytes) => {
      if (bytes.byteLength > bytesMax) return;
      const text = Buffer.from(bytes).toString('utf8');
      if (text.includes('-----BEGIN ')) return;
      for (const line of text.split('\n')) add(line);
    },
    sent: ({ http, proxy }) => {
      for (const [name, value] of Object.entries(http?.headers ?? {})) if (isHeaderName(name) || isSecretName(name)) add(value);
      if (proxy?.authorization !== undefined) add(proxy.authorization);
    },
    without: (text) => {
      let kept = text;
      // The longest first: one may be a part of another.
      for (const secret of [...known].sort((a, b) => b.length - a.length)) kept = kept.replaceAll(secret, redacted);
      return kept;
    },
  };
}

/** As it stands, behind a scheme or a user name, as Basic credentials carry it, and as they were before that. */
function formsOf(secret: string): readonly string[] {
  const [, bare = ''] = /^(?:Bearer|Basic|Splunk|ApiKey|token)\s+(\S+)$/i.exec(secret) ?? [];
  const credentials = bare !== '' && /^Basic/i.test(secret) ? Buffer.from(bare, 'base64').toString('utf8') : secret;
  const password = credentials.slice(credentials.indexOf(':') + 1);
  return [secret, bare, credentials, password, Buffer.from(credentials).toString('base64')];
}
