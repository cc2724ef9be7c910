// INI files: sections, and settings in them. There is no one definition, so where dialects differ no text is dropped.
import { lenientText } from './decode.ts';
import { type Gathered, unparsable } from './gather.ts';
import { pemLines } from './pem.ts';
import { memberKey } from './steps.ts';

/**
 * `name = value`, or `name: value` where there is no `=`; a lone name is set to null (`skip-networking`). `;` and `#` begin a comment at
 * the start of a line only; what follows a value belongs to it, quotes too. An indented line without `=`, or one after `\`, goes on
 * with the value before. A name that stands twice has both values, a line each: systemd adds them up, others take the first or the
 * last. Lines that begin with a parenthesis (tnsnames.ora) are of another format.
 */
export function readIni(bytes: Uint8Array, into: Gathered): void {
  const pem = pemLines();
  let section = '';
  const settings = [...entries(lenientText(bytes).replace(/^\uFEFF/, ''))];
  for (const { text, line } of settings) {
    const header = /^\[(.+)\]\s*(?:[;#].*)?$/.exec(text);
    if (header !== null) section = memberKey('', header[1]!.trim());
    else if (/^[()<{[]/.test(text)) throw unparsable(line);
    else if (pem.has(text)) into.stray(line);
    else take(text, line, section, into);
    pem.passed(text);
  }
}

function take(text: string, line: number, section: string, into: Gathered): void {
  const first = text.split('\n', 1)[0]!;
  const at = first.includes('=') ? first.indexOf('=') : first.indexOf(':');
  const name = (at === -1 ? text : text.slice(0, at)).trim();
  if (name === '' || (at === -1 && !/^[\w.-]{1,64}$/.test(name))) into.stray(line);
  else into.put(memberKey(section, name), at === -1 ? { kind: 'null', text: '' } : text.slice(at + 1).trim(), 'joined');
}

/** Settings and headers, each with the lines that go on with it. */
function* entries(text: string): Generator<{ readonly text: string; readonly line: number }> {
  let [parts, start, isSetting]: [string[], number, boolean] = [[], 0, false];
  for (const [at, whole] of text.split(/\r?\n/).entries()) {
    const isEscaped = parts.at(-1)?.endsWith('\\') === true;
    if (!isEscaped && /^\s*(?:[;#]|$)/.test(whole)) continue;
    if (!isEscaped && !(isSetting && isContinuation(whole))) {
      if (parts.length > 0) yield { text: parts.join('\n'), line: start };
      [parts, start, isSetting] = [[], at + 1, /[=:]/.test(whole)];
    }
    parts.push(whole.trim());
  }
  if (parts.length > 0) yield { text: parts.join('\n'), line: start };
}

const isContinuation = (line: string): boolean => /^[ \t]+[^\s[(]/.test(line) && !line.includes('=');
