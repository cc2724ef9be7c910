// Java's .properties, as java.util.Properties.load reads them, and Spring Boot's several documents in one file.
import { lenientText } from './decode.ts';
import { type Gathered, unparsable } from './gather.ts';
import { pemLines } from './pem.ts';
import { flatKey } from './steps.ts';

/**
 * `=`, `:` or white space behind the name; escapes, also `\uXXXX`; `\` at the end goes on into the next line, whose indentation does not
 * count; `#` and `!` begin comments. Spring Boot begins another document at a line `#---` or `!---`: from the second on, keys begin
 * with its number (`#2.server.port`). Whether bytes from 0x80 are ISO-8859-1 or UTF-8 is the consumer's affair: the two differ.
 */
export function readProperties(bytes: Uint8Array, into: Gathered): void {
  const pem = pemLines();
  let document = 1;
  for (const { text, line, isComment } of logicalLines(lenientText(bytes))) {
    if (isComment) {
      if (/^[#!]---[ \t]*$/.test(text)) document++;
      continue;
    }
    if (pem.has(text)) into.stray(line);
    else put(text, line, document, into);
    pem.passed(text);
  }
}

function put(text: string, line: number, document: number, into: Gathered): void {
  const { name, value } = entry(text);
  const [key, plain] = [unescaped(name), unescaped(value)];
  if (key === null || plain === null) throw unparsable(line);
  into.put(document === 1 ? flatKey(key) : `#${document}.${flatKey(key)}`, plain);
}

interface Line {
  readonly text: string;
  readonly line: number;
  readonly isComment: boolean;
}

/** Without blank lines and indentation; a comment is a line by itself. */
function* logicalLines(text: string): Generator<Line> {
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const start = at;
    const parts = [withoutIndent(lines[at]!)];
    // A lone backslash is as good as a blank line (JDK 17): what follows it may be a comment.
    if (parts[0] === '' || parts[0] === '\\') continue;
    const isComment = /^[#!]/.test(parts[0]!);
    while (!isComment && goesOn(parts.at(-1)!)) {
      parts.push(parts.pop()!.slice(0, -1));
      if (at + 1 === lines.length) break;
      parts.push(withoutIndent(lines[++at]!));
    }
    yield { text: parts.join(''), line: start + 1, isComment };
  }
}

const withoutIndent = (line: string): string => line.replace(/^[ \t\f]+/, '');

function goesOn(text: string): boolean {
  let slashes = 0;
  while (text[text.length - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

function entry(text: string): { readonly name: string; readonly value: string } {
  const name = /^[^\\=: \t\f]*(?:\\[\s\S][^\\=: \t\f]*)*/.exec(text)![0];
  return { name, value: text.slice(name.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '') };
}

/** Null where `\u` is not followed by four hexadecimal digits: Java refuses the file then. */
function unescaped(text: string): string | null {
  if (/(?:^|[^\\])(?:\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(text)) return null;
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (controls[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
