// Cuts text to what a message may carry, without two texts becoming the same by it.
import { createHash } from 'node:crypto';

/** The text, or its beginning and a mark of all of it, together at most `lengthMax` UTF-16 units. */
export function bounded(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const mark = `… ${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  // Half of a surrogate pair is no text, and some parsers reject the whole message for it.
  return (
    text
      .slice(0, lengthMax - mark.length)
      .toWellFormed()
      .replace(/\uFFFD$/, '') + mark
  );
}
