// Environment files as sh sources them or a dotenv library reads them; where the two differ, no text is dropped.
import { lenientText } from './decode.ts';
import { refuseNul } from './env-text.ts';
import { type Gathered, unparsable } from './gather.ts';
import { pemLines } from './pem.ts';

/**
 * `NAME=value`, with `export` in front or without. Quotes, single, double or both joined, may span lines; ` #` begins a comment; `\` at
 * the end of a line goes on into the next. References (`$NAME`, `${NAME}`, `$(…)`) stay as they are written, and so do other escapes
 * outside of quotes. A carriage return at the end of a line stays, as it does for sh. Other lines are commands, and stray; so is a line
 * that sh takes for a command and a dotenv library for a value (`A=one two`). A value that begins with a quote without an end makes sh
 * refuse the file.
 */
export function readEnv(bytes: Uint8Array, into: Gathered): void {
  const text = lenientText(bytes);
  refuseNul(text);
  const pem = pemLines();
  let line = 1;
  for (let offset = 0; offset < text.length; ) {
    const end = endOfLine(text, offset);
    const whole = text.slice(offset, end);
    const taken = pem.has(whole) ? null : assignments(text, offset, end, line, into);
    if (taken === null && !/^\s*(#|$)/.test(whole)) into.stray(line);
    if (taken !== null || pem.has(whole)) pem.passed(text.slice(offset, taken ?? end));
    offset = (taken ?? end) + 1;
    line += taken === null ? 1 : newlines(text.slice(end, offset));
  }
}

const newlines = (text: string): number => text.split('\n').length - 1 || 1;

const endOfLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
};

const nameForm = /[ \t]*(?:(export|declare -x|readonly|typeset -x)[ \t]+)?([A-Za-z_]\w*)=/y;

/** Where the line that the last of its values ends in ends; null where it is no assignment. */
function assignments(text: string, offset: number, end: number, line: number, into: Gathered): number | null {
  nameForm.lastIndex = offset;
  const match = nameForm.exec(text);
  if (match === null || nameForm.lastIndex > end) return null;
  const [, keyword, name] = match;
  const word = wordAt(text, nameForm.lastIndex);
  if (word.hasOpenStart) throw unparsable(line);
  if (word.hasOpenQuote) into.stray(line);
  const restEnd = endOfLine(text, word.end);
  const rest = text.slice(word.end, restEnd);
  const others = keyword === undefined ? null : exported(rest);
  const more = others === null ? withoutComment(rest) : '';
  const whole = withoutExport(word.text + more, name!);
  const isSplit = whole === word.text + more && isCommand(more) && !whole.startsWith('-----BEGIN ');
  if (isSplit) into.stray(line);
  into.put(name!, isSplit ? word.text + split + more : whole);
  for (const [other, value] of others ?? []) into.put(other, value);
  return restEnd;
}

/** `export A=1 B=2`, as sh has it, of plain words only. */
function exported(rest: string): readonly (readonly [string, string])[] | null {
  if (!/^(?:[ \t]+[A-Za-z_]\w*=[^\s'"\\$`#;&|()<>]*)+[ \t\r]*$/.test(rest)) return null;
  return rest
    .trim()
    .split(/[ \t]+/)
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const);
}

/** Stands in a value where sh ends it and runs what follows; nothing else can have it in it, so that it differs from the same in quotes. */
const split = '\0';

const isCommand = (rest: string): boolean => /^[ \t]+[^\s;&|<>()]/.test(rest) && !/^[ \t]+[A-Za-z_]\w*=/.test(rest);

/** What follows the first word of a value belongs to it for a dotenv library. */
const withoutComment = (rest: string): string => {
  const comment = /[ \t]#/.exec(rest);
  return trimmedEnd(comment === null ? rest : rest.slice(0, comment.index));
};

/** `A=1; export A`, which is sh alone. */
function withoutExport(value: string, name: string): string {
  const [, before, exported] = /^(.*);[ \t]*export[ \t]+(\w+)$/s.exec(value) ?? [];
  return exported === name ? before! : value;
}

/** Not trimEnd: a carriage return belongs to the value. */
function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return text.slice(0, end);
}

interface Part {
  readonly text: string;
  readonly end: number;
}

interface Word extends Part {
  /** It begins with a quote that is never closed. */
  readonly hasOpenStart: boolean;
  /** A quote in it is never closed, or in another line. */
  readonly hasOpenQuote: boolean;
}

/**
 * Quoted and unquoted parts, up to white space. Only a quote that the value begins with spans lines: an apostrophe inside of it is
 * one for a dotenv library, and a plain character.
 */
function wordAt(text: string, start: number): Word {
  const parts: string[] = [];
  let [offset, hasOpenStart, hasOpenQuote] = [start, false, false];
  while (offset < text.length && !/[ \t\n]/.test(text[offset]!)) {
    const quoted = quotedAt(text, offset);
    const isWhole = quoted !== null && (offset === start || !quoted.text.includes('\n'));
    const part = isWhole ? quoted : plainAt(text, offset);
    hasOpenQuote ||= !isWhole && /["']/.test(text[offset]!);
    hasOpenStart ||= hasOpenQuote && (offset === start || /["']/.test(text[start]!));
    parts.push(part.text);
    offset = part.end;
  }
  return { text: parts.join(''), end: offset, hasOpenStart, hasOpenQuote };
}

function quotedAt(text: string, offset: number): Part | null {
  if (text[offset] === "'") {
    const end = text.indexOf("'", offset + 1);
    return end === -1 ? null : { text: text.slice(offset + 1, end), end: end + 1 };
  }
  if (text[offset] !== '"') return null;
  doubleQuoted.lastIndex = offset;
  const match = doubleQuoted.exec(text);
  if (match === null) return null;
  return { text: match[1]!.replaceAll(/\\(?:(\n)|(["\\$`]))/g, (_, _newline, kept = '') => kept), end: doubleQuoted.lastIndex };
}

const doubleQuoted = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;

function plainAt(text: string, offset: number): Part {
  if (text.startsWith('\\\n', offset)) return { text: '', end: offset + 2 };
  plain.lastIndex = offset + 1;
  const end = plain.exec(text) === null ? offset + 1 : plain.lastIndex;
  // An escaped space or quote stays in the word, with what escapes it.
  if (text[offset] === '\\' && end === offset + 1 && offset + 1 < text.length)
    return { text: text.slice(offset, offset + 2), end: offset + 2 };
  return { text: text.slice(offset, end), end };
}

const plain = /[^\s'"\\]+/y;
