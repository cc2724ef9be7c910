// What the readers of environment files share.
import { lineOf, textOfUtf8 } from './decode.ts';
import { unparsable } from './gather.ts';

/** A byte order mark stays, since it makes the first name a wrong one for sh and systemd alike. */
export function strictEnvText(bytes: Uint8Array): string {
  const text = textOfUtf8(bytes);
  if (text === null) throw unparsable(lineOfBadByte(bytes));
  refuseNul(text);
  return text;
}

/** No variable can hold one: it ends the text of every variable. */
export function refuseNul(text: string): void {
  const at = text.indexOf('\0');
  if (at !== -1) throw unparsable(lineOf(text, at));
}

function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    if (textOfUtf8(bytes.subarray(start, end === -1 ? bytes.length : end)) === null) return line;
    if (end === -1) break;
    start = end + 1;
  }
  return line;
}
