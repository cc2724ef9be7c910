// Bytes as text, so that different bytes never become the same text.

/**
 * UTF-8; in a line that is none, each byte from 0x80 stands as U+DC80 to U+DCFF, which no valid text has in it, so that ISO-8859-1
 * and UTF-8 spellings of a word differ, as they do for a consumer that expects one of them.
 */
export function lenientText(bytes: Uint8Array): string {
  const whole = textOfUtf8(bytes);
  if (whole !== null) return whole;
  return Buffer.from(bytes).toString('latin1').split('\n').map(lineText).join('\n');
}

const lineText = (latin1: string): string =>
  textOfUtf8(Buffer.from(latin1, 'latin1')) ??
  latin1.replaceAll(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));

/** UTF-8, or UTF-16 by its byte order mark, the mark dropped; null for anything else. */
export function strictText(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded(bytes, 'utf-16le', false);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded(bytes, 'utf-16be', false);
  return decoded(bytes, 'utf-8', false);
}

/** With its byte order mark, if it has one. */
export const textOfUtf8 = (bytes: Uint8Array): string | null => decoded(bytes, 'utf-8', true);

/** Null for an encoding that is not known, and for bytes that are none of its text. */
export function decoded(bytes: Uint8Array, encoding: string, ignoreBOM: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM }).decode(bytes);
  } catch {
    return null;
  }
}

/** In which line of a text an offset stands, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', end + 1)) line += 1;
  return line;
}
