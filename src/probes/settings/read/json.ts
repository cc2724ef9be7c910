// JSON, read by itself so that numbers stay as they are written, a key given twice is said, and depth is bounded (RFC 8259).
import { lineOf, strictText } from './decode.ts';
import { type Gathered, unparsable } from './gather.ts';
import { marksOf, textsIn } from './siblings.ts';
import { memberKey } from './steps.ts';
import { namesOfMaps, type Value, wholeKey } from './values.ts';

/** No comments and no trailing commas: the consumer would refuse them too. A byte order mark is allowed. */
export function readJson(bytes: Uint8Array, into: Gathered, byIndex: boolean): void {
  const text = strictText(bytes);
  if (text === null) throw unparsable(1);
  const reader = new Reader(text, into);
  reader.value('', 0, byIndex ? undefined : parsed(text));
  reader.end();
}

/** Only to look ahead in lists; whatever is wrong with the text is the reader's to say. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;

class Reader {
  #offset = 0;
  readonly #text: string;
  readonly #into: Gathered;

  constructor(text: string, into: Gathered) {
    this.#text = text;
    this.#into = into;
    this.#space();
  }

  end(): void {
    this.#space();
    if (this.#offset < this.#text.length) this.#fail();
  }

  /** `ahead` is the same value as JSON.parse has it, where that is known. */
  value(key: string, depth: number, ahead: unknown): void {
    this.#into.enter(depth);
    const first = this.#text[this.#offset];
    if (first === '{') this.#map(key, depth, ahead);
    else if (first === '[') this.#list(key, depth, Array.isArray(ahead) ? ahead : []);
    else this.#put(key, first === '"' ? this.#string() : scalar(this.#take(word)));
  }

  #list(key: string, depth: number, ahead: readonly unknown[]): void {
    const marks = marksOf(ahead.map(textsIn), namesOfMaps);
    this.#entries(key, ']', 'empty-list', (at) => this.value(`${key}${marks?.[at] ?? `[${at}]`}`, depth + 1, ahead[at]));
  }

  #map(key: string, depth: number, ahead: unknown): void {
    const names = new Set<string>();
    this.#entries(key, '}', 'empty-map', () => {
      const name = this.#string();
      this.#space();
      if (!this.#skip(':')) this.#fail();
      this.#space();
      const below = memberKey(key, name);
      if (names.has(name)) this.#into.replace(below);
      names.add(name);
      this.value(below, depth + 1, memberOf(ahead, name));
    });
  }

  #entries(key: string, close: string, empty: 'empty-map' | 'empty-list', entry: (at: number) => void): void {
    this.#offset++;
    this.#space();
    if (this.#skip(close)) {
      this.#put(key, { kind: empty, text: '' });
      return;
    }
    for (let at = 0; ; at++) {
      entry(at);
      this.#space();
      if (this.#skip(close)) return;
      if (!this.#skip(',')) this.#fail();
      this.#space();
    }
  }

  #put(key: string, value: Value | string): void {
    this.#into.put(key === '' ? wholeKey : key, value);
  }

  #string(): string {
    return JSON.parse(this.#take(string)) as string;
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#offset;
    const found = form.exec(this.#text)?.[0];
    if (found === undefined) this.#fail();
    this.#offset += found.length;
    return found;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    return true;
  }

  #space(): void {
    space.lastIndex = this.#offset;
    this.#offset += space.exec(this.#text)![0].length;
  }

  #fail(): never {
    throw unparsable(lineOf(this.#text, this.#offset));
  }
}

const scalar = (text: string): Value => (text === 'null' ? { kind: 'null', text: '' } : { kind: 'scalar', text });

const space = /[ \t\n\r]*/y;
const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const string = /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*"/y;
