// Finds secrets by the name they are given under: INI, YAML, JSON, environment, headers, queries, connection strings.
// Every scan is bounded or goes forward only: files of megabytes pass through here.
import { redacted } from '../formats/redacted.ts';
import { isHeaderName, isSecretName } from '../formats/secret-name.ts';

// A name, perhaps quoted, perhaps inside a JSON text that is itself quoted, and what sets it apart from its value.
const nameAndSign =
  /(?<open>\\{0,4}["'])?(?<![\w.-])(?<name>(?:access|api|app|secret|private|license|auth) key\b|[A-Za-z_][\w.-]{0,127})(?<close>\\{0,4}["'])?(?<sign>[ \t]*(?::=|=>|=|:|%3D)[ \t]*)/gi;

interface Groups {
  readonly open: string | undefined;
  readonly name: string;
  readonly close: string | undefined;
  readonly sign: string;
}

interface Pair extends Groups {
  readonly start: number;
  readonly valueStart: number;
  readonly lineEnd: number;
}

/** What is taken out, and what is put in its place. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly put?: string;
}

export function redactPairs(text: string): string {
  let kept = '';
  let from = 0;
  let lineEnd = -1;
  const search = new RegExp(nameAndSign);
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const valueStart = match.index + match[0].length;
    const groups = match.groups as unknown as Groups;
    // A value can hold a pair of its own (`Environment=TOKEN=x`), so the search goes on behind the sign, not behind the value.
    search.lastIndex = valueStart;
    if (!isSecretName(groups.name, /[?&;]/.test(text[match.index - 1] ?? '') ? 'query' : 'anywhere')) continue;
    if (lineEnd < valueStart) lineEnd = endOfLine(text, valueStart);
    const cut = secretOf(text, { ...groups, start: match.index, valueStart, lineEnd });
    if (cut === null) continue;
    search.lastIndex = cut.to;
    kept += text.slice(from, cut.from) + (cut.put ?? redacted);
    from = cut.to;
  }
  return kept + text.slice(from);
}

function endOfLine(text: string, from: number): number {
  const end = /[\r\n]|\\n|$/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

function secretOf(text: string, pair: Pair): Cut | null {
  const { name, sign, valueStart } = pair;
  // `libsecret-1-0:amd64` names an architecture, `token::x` a scope.
  if (sign === ':' && /^(?::|(?:amd64|arm64|i386|all|any|x86_64|aarch64|noarch)\b)/.test(text.slice(valueStart, valueStart + 8)))
    return null;
  if (text[valueStart] === '{') return null;
  const cut = blockBelow(text, pair) ?? listOf(text, pair) ?? secretValue(text, pair);
  const value = text.slice(cut.from, cut.to);
  return cut.to <= cut.from || (cut.put === undefined && isHarmless(name, value)) ? null : cut;
}

function secretValue(text: string, pair: Pair): Cut {
  const { open, close, valueStart, lineEnd } = pair;
  const quote = /^\\{0,4}["'`]/.exec(text.slice(valueStart, valueStart + 5))?.[0];
  if (quote !== undefined) {
    const from = valueStart + quote.length;
    return { from, to: quotedEnd(text, from, quote) };
  }
  // `"Authorization: Bearer x"`: the quotes are around the pair.
  if (open !== undefined && close === undefined) return { from: valueStart, to: Math.min(lineEnd, quotedEnd(text, valueStart, open)) };
  const isWholeLine = isHeaderName(pair.name) || (close === undefined && beginsLine(text, pair.start));
  return { from: valueStart, to: isWholeLine ? lineEnd : wordEnd(text, valueStart) };
}

/** Where the closing quote is that is not escaped; a doubled quote (SQL, CSV, YAML) does not close. */
function quotedEnd(text: string, from: number, quote: string): number {
  const isPlain = quote.length === 1;
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + quote.length)) {
    if (isPlain && at > from && text[at + 1] === quote) {
      at += 1;
      continue;
    }
    let slashes = 0;
    while (at - slashes > from && text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** How far back a line is searched for its beginning: the deepest indent that anybody writes. */
const indentMax = 200;

/** The pair is the whole of its line, but for an indent, a list's dash, a comment's mark or `export`. */
function beginsLine(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - indentMax), start);
  return /(?:^|[\r\n]|\\n)[ \t]*(?:#+[ \t]*|;[ \t]*|-[ \t]+|export[ \t]+|set[ \t]+)?$/.test(before);
}

/** Marks end a value only where something else begins behind them: passwords are full of marks. */
function wordEnd(text: string, from: number): number {
  const behind = from + redacted.length;
  if (text.startsWith(redacted, from) && /^[\s"',;&)}\]]?$/.test(text.slice(behind, behind + 1))) return behind;
  const end = /\s|[<>]|["',;&)}\]](?=\s|$|["',;)}\]<>]|["']?[\w.-]{1,64}["']?[=:])|$/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

/** `"tokens": ["a", "b"]`. */
function listOf(text: string, { valueStart }: Pair): Cut | null {
  if (text[valueStart] !== '[' || text.startsWith(redacted, valueStart)) return null;
  const end = text.indexOf(']', valueStart);
  return { from: valueStart, to: end === -1 ? text.length : end + 1, put: `["${redacted}"]` };
}

/** YAML: `password: |` and `tokens:` with what stands indented below. */
function blockBelow(text: string, { start, sign, valueStart, lineEnd }: Pair): Cut | null {
  const rest = text.slice(valueStart, lineEnd).trim();
  if (!sign.includes(':') || !(rest === '' || /^[|>][+-]?\d*$/.test(rest))) return null;
  const before = text.slice(Math.max(0, start - indentMax), start);
  const indent = /[ \t]*(?:- )?$/.exec(before)?.[0].length ?? 0;
  const below = rest === '' ? `(?:\\r?\\n[ \\t]*-[ \\t][^\\n]*)+` : `(?:\\r?\\n(?:[ \\t]{${indent + 1},}[^\\n]*|[ \\t]*(?=\\r?\\n)))+`;
  const block = new RegExp(below, 'y');
  block.lastIndex = lineEnd;
  const matched = block.exec(text)?.[0];
  if (matched === undefined || matched.trim() === '') return null;
  const mark = rest === '' ? `- '${redacted}'` : redacted;
  return { from: lineEnd, to: lineEnd + matched.length, put: `\n${' '.repeat(indent + 2)}${mark}` };
}

const statements =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|enabled|disabled|required|optional|~|\*+|x+|0|1|\[redacted\])?[,;]?$/i;

/** What says that there is a secret, or none, but is not the secret. */
function isHarmless(name: string, value: string): boolean {
  const bare = value.trim();
  if (statements.test(bare)) return true;
  // nsswitch.conf: `passwd: files systemd`.
  return (
    name === 'passwd' &&
    /^(?:(?:files|systemd|sss|compat|db|nis|nisplus|ldap|winbind|altfiles|cache)\s*|\[[^\]]{0,80}\]\s*){1,20}$/.test(bare)
  );
}
