// Environment files as systemd's EnvironmentFile= reads them (src/basic/env-file.c, parse_env_file_internal).
import { strictEnvText } from './env-text.ts';
import type { Gathered } from './gather.ts';

/**
 * Quotes join and may span lines, `\` goes on into the next line, nothing is substituted, and `export` is no part of the format: an
 * assignment to what is no name is ignored. A comment that ends in `\` goes on as well, as it does before systemd 254 (Oracle Linux 8
 * and 9 have older ones). Bytes that are no UTF-8 make systemd refuse the whole file.
 */
export function readSystemdEnv(bytes: Uint8Array, into: Gathered): void {
  const read = reader(into);
  const text = strictEnvText(bytes);
  // By code unit: surrogates are passed on as they come.
  for (let offset = 0; offset < text.length; offset++) read.take(text[offset]!);
  read.end();
}

type State =
  | 'before-key'
  | 'key'
  | 'before-value'
  | 'value'
  | 'value-escape'
  | 'single-quoted'
  | 'double-quoted'
  | 'double-quoted-escape'
  | 'comment'
  | 'comment-escape';

const isNewline = (character: string): boolean => character === '\n' || character === '\r';
const isSpace = (character: string): boolean => character === ' ' || character === '\t' || isNewline(character);

function reader(into: Gathered) {
  let state: State = 'before-key';
  let [key, value, line, startLine] = ['', '', 1, 1];
  /** Length of the value without the white space that it ends in so far; null where it ends in none. */
  let ended: number | null = null;

  const next: Readonly<Record<State, (character: string) => State>> = {
    'before-key': (character) => {
      if (character === '#' || character === ';') return 'comment';
      return isSpace(character) ? 'before-key' : begin(character);
    },
    key: (character) => {
      if (character === '=') return 'before-value';
      if (isNewline(character)) return giveUp();
      key += character;
      return 'key';
    },
    'before-value': (character) => {
      if (character === "'") return 'single-quoted';
      if (character === '"') return 'double-quoted';
      return isSpace(character) && !isNewline(character) ? 'before-value' : next.value(character);
    },
    value: (character) => {
      if (isNewline(character)) return finish();
      if (character === '\\') return beginEscape();
      if (!isSpace(character)) ended = null;
      else ended ??= value.length;
      return append(character, 'value');
    },
    'value-escape': (character) => (isNewline(character) ? 'value' : append(character, 'value')),
    'single-quoted': (character) => (character === "'" ? 'before-value' : append(character, 'single-quoted')),
    'double-quoted': (character) => {
      if (character === '\\') return 'double-quoted-escape';
      return character === '"' ? 'before-value' : append(character, 'double-quoted');
    },
    'double-quoted-escape': (character) => {
      if (character === '\n') return 'double-quoted';
      return append('"\\`$'.includes(character) ? character : `\\${character}`, 'double-quoted');
    },
    comment: (character) => {
      if (character === '\\') return 'comment-escape';
      return isNewline(character) ? 'before-key' : 'comment';
    },
    'comment-escape': () => 'comment',
  };

  function begin(first: string): State {
    [key, value, ended, startLine] = [first, '', null, line];
    return 'key';
  }

  function append(text: string, then: State): State {
    value += text;
    return then;
  }

  function beginEscape(): State {
    ended = null;
    return 'value-escape';
  }

  function finish(): State {
    const name = key.trimEnd();
    if (!/^[A-Za-z_]\w*$/.test(name)) return giveUp();
    into.put(name, state === 'value' && ended !== null ? value.slice(0, ended) : value);
    return 'before-key';
  }

  function giveUp(): State {
    into.stray(startLine);
    return 'before-key';
  }

  return {
    take(character: string): void {
      state = next[state](character);
      if (character === '\n') line++;
    },
    /** What stands open at the end counts, an open quote too. */
    end(): void {
      if (state === 'key') giveUp();
      else if (state !== 'before-key' && state !== 'comment' && state !== 'comment-escape') finish();
    },
  };
}
