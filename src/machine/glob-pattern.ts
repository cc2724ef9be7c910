// Reads a glob pattern into the parts that a walk matches one after the other.

export type GlobPart =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'match'; readonly expression: RegExp }
  /** `**`: this directory and every one below it. */
  | { readonly kind: 'any-depth' };

/** What braces may come to: enough for any list of suffixes, and no exponential surprise. */
const alternativesMax = 128;

/** One list of parts for each alternative of the braces, or what is wrong with the pattern. */
export function compileGlob(pattern: string): readonly (readonly GlobPart[])[] | string {
  if (!pattern.startsWith('/')) return 'is not an absolute path';
  const alternatives = expandBraces(pattern);
  if (alternatives === null) return `has more than ${alternativesMax} alternatives in its braces`;
  return alternatives.map((alternative) => withoutRepeats(namesOf(alternative).map(compilePart)));
}

/** A pattern that ends in `**` means everything below. */
function namesOf(pattern: string): readonly string[] {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  return names.at(-1) === '**' ? [...names, '*'] : names;
}

/** `**` twice in a row says no more than once. */
const withoutRepeats = (parts: readonly GlobPart[]): readonly GlobPart[] =>
  parts.filter((part, at) => part.kind !== 'any-depth' || parts[at - 1]?.kind !== 'any-depth');

function expandBraces(pattern: string): string[] | null {
  const waiting = [pattern];
  const done: string[] = [];
  while (waiting.length > 0) {
    const next = waiting.pop()!;
    const braces = firstBraces(next);
    if (braces === null) done.push(next);
    else waiting.push(...braces.choices.map((choice) => next.slice(0, braces.start) + choice + next.slice(braces.end)));
    if (done.length + waiting.length > alternativesMax) return null;
  }
  return [...new Set(done)].sort();
}

/** The first `{a,b}` with its choices at its own depth. Braces without a comma or without an end are ordinary characters. */
function firstBraces(pattern: string): { start: number; end: number; choices: string[] } | null {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    const commas = [start];
    let depth = 0;
    for (let at = start; at < pattern.length; at += 1) {
      const char = pattern[at];
      if (char === '{') depth += 1;
      if (char === ',' && depth === 1) commas.push(at);
      if (char !== '}') continue;
      depth -= 1;
      if (depth > 0) continue;
      if (commas.length > 1) {
        if (isChoiceInName(pattern, start, at)) break;
        const ends = [...commas.slice(1), at];
        return { start, end: at + 1, choices: commas.map((comma, index) => pattern.slice(comma + 1, ends[index])) };
      }
      break;
    }
  }
  return null;
}

/** `*.{pem,crt}`: one expression matches both in one walk. What leads to several folders or plain names is walked to apart. */
function isChoiceInName(pattern: string, start: number, end: number): boolean {
  const nameStart = pattern.lastIndexOf('/', start) + 1;
  const nameEnd = pattern.indexOf('/', end);
  const name = pattern.slice(nameStart, nameEnd === -1 ? pattern.length : nameEnd);
  return (
    start > nameStart && !pattern.slice(start, end).includes('/') && /[*?[]/.test(pattern.slice(nameStart, start)) && !name.includes('**')
  );
}

function compilePart(text: string): GlobPart {
  if (text === '**') return { kind: 'any-depth' };
  if (!/[*?[]/.test(text)) return { kind: 'name', name: text };
  const hidden = text.startsWith('.') ? '' : '(?!\\.)';
  return { kind: 'match', expression: new RegExp(`^${hidden}${expressionOf(text)}$`, 'su') };
}

function expressionOf(text: string): string {
  // Stars in a row are one star: otherwise a name that does not match takes exponential time.
  const tokens = text.replace(/\*+/g, '*').match(/\[[!^]?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  const ends = closingBraces(tokens);
  const open = new Set(ends.values());
  let depth = 0;
  return tokens
    .map((token, at) => {
      if (ends.has(at)) depth += 1;
      if (open.has(at)) depth -= 1;
      return ends.has(at) ? '(?:' : open.has(at) ? ')' : token === ',' && depth > 0 ? '|' : tokenExpression(token);
    })
    .join('');
}

/** Where the braces close that have a comma at their own depth, by where they open. */
function closingBraces(tokens: readonly string[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: { at: number; hasComma: boolean }[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token === '{') open.push({ at, hasComma: false });
    const last = open.at(-1);
    if (token === ',' && last !== undefined) last.hasComma = true;
    if (token === '}' && open.pop()?.hasComma === true && last !== undefined) ends.set(last.at, at);
  }
  return ends;
}

function tokenExpression(token: string): string {
  if (token === '*') return '.*';
  if (token === '?') return '.';
  if (token.length > 2 && token.startsWith('[')) return classExpression(token.slice(1, -1));
  return escapeExpression(token);
}

function classExpression(content: string): string {
  const isNegated = content.startsWith('!') || content.startsWith('^');
  const members = [...(isNegated ? content.slice(1) : content)].map((char) => (/[\\\]^[]/.test(char) ? `\\${char}` : char)).join('');
  const source = `[${isNegated ? '^' : ''}${members}]`;
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    // `[z-a]` names no character; a shell then takes it as written.
    return escapeExpression(`[${content}]`);
  }
}

const escapeExpression = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
