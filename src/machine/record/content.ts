// What a recording keeps of a file: text without its secrets, certificates as they are, and of anything else a mark.

import { isUtf8 } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { redactArgv, redactText } from '../../redaction/redact.ts';

export interface Kept {
  readonly bytes: Uint8Array;
  /** The content was of a kind that may hold a key and was left out as a whole. */
  readonly isWithheld: boolean;
}

/** `isTorn`: the first line was cut at its beginning, where a secret would no longer be told by its name. */
export function keptContent(path: string, bytes: Uint8Array, isTorn: boolean): Kept {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (/^\/proc\/[^/]+\/(?:cmdline|environ)$/.test(path)) return kept(redactWords(buffer.toString('utf8'), path.endsWith('cmdline')));
  if (isUtf8(buffer) && !buffer.includes(0)) {
    const text = buffer.toString('utf8');
    return kept(redactOutsideCertificates(isTorn ? text.slice(text.indexOf('\n') + 1) : text));
  }
  if (isCertificate(buffer)) return { bytes, isWithheld: false };
  return { bytes: Buffer.from(`[redacted: ${bytes.length} bytes that are neither text nor a certificate]\n`), isWithheld: true };
}

const kept = (text: string): Kept => ({ bytes: Buffer.from(text), isWithheld: false });

function redactWords(text: string, isCommandLine: boolean): string {
  const words = text.split('\0');
  return (isCommandLine ? redactArgv(words) : words.map(redactText)).join('\0');
}

/** Base64 of a certificate could by chance look like a token, and a changed certificate is worth nothing. */
const publicBlock =
  /(-----BEGIN (?:TRUSTED |X509 )?(?:CERTIFICATE|CERTIFICATE REQUEST|CRL|PUBLIC KEY|PKCS7)-----[^-]*-----END [A-Z0-9 ]+-----)/;

const redactOutsideCertificates = (text: string): string =>
  text
    .split(publicBlock)
    .map((part, at) => (at % 2 === 1 ? part : redactText(part)))
    .join('');

function isCertificate(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  try {
    new X509Certificate(bytes);
    return true;
  } catch {
    return false;
  }
}
