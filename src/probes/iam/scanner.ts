// Reads the two languages of OCI's identity service, matching rules and policy statements, word by word, in one pass.
// White space and line breaks mean nothing there; keywords are written in any case.
// https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm

/** What is none of the language, and where: an offset in characters. */
export class SyntaxFault extends Error {
  readonly at: number;
  readonly wanted: string;

  constructor(at: number, wanted: string) {
    super(`${wanted} was expected at character ${at + 1}`);
    this.at = at;
    this.wanted = wanted;
  }
}

/** Nesting beyond it is not read: OCI's own limits are far below, and a stack has an end. */
export const depthMax = 32;

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0xfeff;

/** Characters that end a word; the slash ends one too, since it parts a domain from a name and begins a pattern. */
const stops: ReadonlySet<string> = new Set(['{', '}', '(', ')', ',', '=', '!', "'", '"', '/', ';']);

export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Comments are written after statements by people and by tools; `//` ends with its line. */
  skip(): void {
    while (this.at < this.text.length) {
      if (isSpace(this.text.charCodeAt(this.at))) this.at++;
      else if (this.text.startsWith('//', this.at)) this.jump('\n', 2);
      else if (this.text.startsWith('/*', this.at)) this.jump('*/', 2);
      else return;
    }
  }

  private jump(end: string, from: number): void {
    const found = this.text.indexOf(end, this.at + from);
    this.at = found === -1 ? this.text.length : found + end.length;
  }

  isAtEnd(): boolean {
    this.skip();
    return this.at >= this.text.length;
  }

  /** Takes the mark where it comes next. */
  takes(mark: string): boolean {
    this.skip();
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }

  need(mark: string): void {
    if (!this.takes(mark)) throw new SyntaxFault(this.at, `"${mark}"`);
  }

  /** The next word without taking it; empty where none comes next. */
  peek(): string {
    this.skip();
    let end = this.at;
    while (end < this.text.length && !stops.has(this.text[end]!) && !isSpace(this.text.charCodeAt(end))) end++;
    return this.text.slice(this.at, end);
  }

  word(wanted: string): string {
    const word = this.peek();
    if (word === '') throw new SyntaxFault(this.at, wanted);
    this.at += word.length;
    return word;
  }

  takesWord(...words: readonly string[]): boolean {
    const word = this.peek();
    if (!words.includes(word.toLowerCase())) return false;
    this.at += word.length;
    return true;
  }

  needWord(word: string): void {
    if (!this.takesWord(word)) throw new SyntaxFault(this.at, `"${word}"`);
  }

  /** What stands between quotes, of either kind; null where no quote comes next. There is no escaping. */
  quoted(): string | null {
    this.skip();
    const quote = this.text[this.at];
    if (quote !== "'" && quote !== '"') return null;
    const end = this.text.indexOf(quote, this.at + 1);
    if (end === -1) throw new SyntaxFault(this.text.length, `a closing ${quote}`);
    const inner = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inner;
  }

  /** What stands between slashes; null where no slash comes next. Asked only where a value must come. A slash within it ends nothing. */
  pattern(): string | null {
    while (this.at < this.text.length && isSpace(this.text.charCodeAt(this.at))) this.at++;
    if (this.text[this.at] !== '/') return null;
    for (let end = this.text.indexOf('/', this.at + 1); end !== -1; end = this.text.indexOf('/', end + 1)) {
      if (!endsPattern(this.text[end + 1])) continue;
      const inner = this.text.slice(this.at + 1, end);
      this.at = end + 1;
      return inner;
    }
    throw new SyntaxFault(this.text.length, 'a closing /');
  }
}

const endsPattern = (after: string | undefined): boolean =>
  after === undefined || isSpace(after.charCodeAt(0)) || after === ',' || after === '}' || after === ')' || after === ';';

/** Quotes a text so that it is read back as it is. */
export const inQuotes = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'fault'; readonly at: number; readonly wanted: string };

/** The whole text or nothing. */
export function parseWhole<T>(text: string, parse: (scanner: Scanner) => T): Parsed<T> {
  const scanner = new Scanner(text);
  try {
    const value = parse(scanner);
    return scanner.isAtEnd() ? { kind: 'parsed', value } : { kind: 'fault', at: scanner.at, wanted: 'the end' };
  } catch (error) {
    if (error instanceof SyntaxFault) return { kind: 'fault', at: error.at, wanted: error.wanted };
    throw error;
  }
}

/** `{ one, two, … }`, as any and all have it. A comma before the brace is let pass. */
export function braced<T>(scanner: Scanner, parse: () => T): readonly T[] {
  scanner.need('{');
  const found = [parse()];
  while (scanner.takes(',')) {
    scanner.skip();
    if (scanner.text[scanner.at] === '}') break;
    found.push(parse());
  }
  scanner.need('}');
  return found;
}
