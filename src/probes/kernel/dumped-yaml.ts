// Reads the YAML that PyYAML's dumper writes for Uptrack's small state files (block and flow collections, plain and
// quoted scalars folded over lines). A whole YAML library would stay in the agent's memory for four such files.
// Anchors, tags, block scalars and comments, which those files do not use, are not understood: the answer is then null.

export type Dumped = string | readonly Dumped[] | { readonly [key: string]: Dumped };

/** The longest value is the list of two thousand ids of eight characters. */
const valueCharsMax = 32_768;

/** Deeper nesting is not Uptrack's. */
const depthMax = 16;

/** The document as maps, lists and texts (numbers and dates stay texts); null where it is not this kind of YAML. */
export function readDumpedYaml(text: string): Dumped | null {
  const lines = documentLines(text);
  if (lines.length === 0) return null;
  try {
    const reader: Reader = { lines, at: 0 };
    const value = readBlock(reader, lines[0]!.indent, 0);
    return reader.at === lines.length ? value : null;
  } catch (problem) {
    if (problem instanceof NotDumped) return null;
    throw problem;
  }
}

export const member = (value: Dumped | null | undefined, key: string): Dumped | undefined =>
  value === null || value === undefined || typeof value === 'string' || Array.isArray(value)
    ? undefined
    : Object.hasOwn(value, key)
      ? (value as { readonly [key: string]: Dumped })[key]
      : undefined;

class NotDumped extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
}

interface Reader {
  readonly lines: Line[];
  at: number;
}

function documentLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trimEnd();
    if (/^(?:%YAML|---$|\.\.\.$)/.test(trimmed) || trimmed === '') continue;
    const body = trimmed.startsWith('--- ') ? trimmed.slice(4) : trimmed;
    const indent = body.length - body.trimStart().length;
    lines.push({ indent, text: body.slice(indent) });
  }
  return lines;
}

function readBlock(reader: Reader, indent: number, depth: number): Dumped {
  if (depth > depthMax) throw new NotDumped();
  const first = reader.lines[reader.at]!;
  if (first.text === '-' || first.text.startsWith('- ')) return readList(reader, indent, depth);
  if (keyOf(first.text) !== null) return readMap(reader, indent, depth);
  return readInline(reader, first.text, indent - 1, depth);
}

function readList(reader: Reader, indent: number, depth: number): Dumped {
  const items: Dumped[] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent && /^-(?: |$)/.test(line.text); line = reader.lines[reader.at]) {
    const rest = line.text.slice(1).trimStart();
    if (rest === '') {
      reader.at++;
      items.push(readNested(reader, indent + 1, depth));
      continue;
    }
    // `- Key: value` begins a map that is indented by the dash.
    const inner = { indent: indent + (line.text.length - rest.length), text: rest };
    reader.lines[reader.at] = inner;
    items.push(keyOf(rest) === null ? readInline(reader, rest, indent, depth) : readMap(reader, inner.indent, depth + 1));
  }
  return items;
}

function readMap(reader: Reader, indent: number, depth: number): Dumped {
  const map: [string, Dumped][] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent; line = reader.lines[reader.at]) {
    const key = keyOf(line.text);
    if (key === null) break;
    if (key.rest === '') {
      reader.at++;
      map.push([key.name, readNested(reader, indent, depth)]);
    } else map.push([key.name, readInline(reader, key.rest, indent, depth)]);
  }
  if (map.length === 0) throw new NotDumped();
  return Object.fromEntries(map);
}

/** What stands under a key or dash: deeper lines, a list at the key's own column (as PyYAML writes it), or nothing. */
function readNested(reader: Reader, indent: number, depth: number): Dumped {
  const next = reader.lines[reader.at];
  if (next === undefined) return '';
  const isListHere = next.indent === indent && /^-(?: |$)/.test(next.text);
  return next.indent > indent || isListHere ? readBlock(reader, next.indent, depth + 1) : '';
}

const keyOf = (text: string): { name: string; rest: string } | null => {
  const match = /^(?:'((?:[^']|'')*)'|([A-Za-z0-9_][^:{}[\],'"#]*)):(?: +(.*))?$/.exec(text);
  return match === null ? null : { name: match[1] ?? match[2]!, rest: match[3] ?? '' };
};

/** A value that begins on this line and may go on over deeper lines. */
function readInline(reader: Reader, start: string, indent: number, depth: number): Dumped {
  let text = start;
  reader.at++;
  if (/^[&*!|>@`%]/.test(text)) throw new NotDumped();
  for (let line = reader.lines[reader.at]; line !== undefined && line.indent > indent && !isClosed(text); line = reader.lines[reader.at]) {
    text += ` ${line.text}`;
    if (text.length > valueCharsMax) throw new NotDumped();
    reader.at++;
  }
  const flow: Flow = { text, at: 0 };
  const value = readFlow(flow, depth, false);
  if (flow.text.slice(flow.at).trim() !== '') throw new NotDumped();
  return value;
}

/** A plain scalar is never closed: deeper lines always belong to it. The last character is asked first, for long texts. */
function isClosed(text: string): boolean {
  const [first, last] = [text[0], text.at(-1)];
  if (first === "'" || first === '"') {
    return last === first && (first === "'" ? /^'(?:[^']|'')*'$/ : /^"(?:[^"\\]|\\.)*"$/).test(text);
  }
  return first === '{' ? last === '}' : first === '[' && last === ']';
}

interface Flow {
  readonly text: string;
  at: number;
}

function readFlow(flow: Flow, depth: number, isInside: boolean): Dumped {
  if (depth > depthMax) throw new NotDumped();
  skipSpaces(flow);
  switch (flow.text[flow.at]) {
    case '{':
      return readFlowMap(flow, depth);
    case '[':
      return readFlowList(flow, depth);
    default:
      return readScalar(flow, isInside);
  }
}

function readFlowMap(flow: Flow, depth: number): Dumped {
  const map: [string, Dumped][] = [];
  flow.at++;
  for (;;) {
    skipSpaces(flow);
    if (take(flow, '}')) return Object.fromEntries(map);
    const key = readScalar(flow, true, /^[^:,{}[\]]+/);
    skipSpaces(flow);
    if (!take(flow, ':')) throw new NotDumped();
    map.push([key, readFlow(flow, depth + 1, true)]);
    skipSpaces(flow);
    if (!take(flow, ',') && flow.text[flow.at] !== '}') throw new NotDumped();
  }
}

function readFlowList(flow: Flow, depth: number): Dumped {
  const items: Dumped[] = [];
  flow.at++;
  for (;;) {
    skipSpaces(flow);
    if (take(flow, ']')) return items;
    items.push(readFlow(flow, depth + 1, true));
    skipSpaces(flow);
    if (!take(flow, ',') && flow.text[flow.at] !== ']') throw new NotDumped();
  }
}

function readScalar(flow: Flow, isInside: boolean, plain = isInside ? /^[^,{}[\]]+/ : /^.*/s): string {
  const rest = flow.text.slice(flow.at);
  const single = /^'((?:[^']|'')*)'/.exec(rest);
  if (single !== null) {
    flow.at += single[0].length;
    return single[1]!.replaceAll("''", "'");
  }
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(rest);
  if (double !== null) {
    flow.at += double[0].length;
    return unescaped(double[1]!);
  }
  const bare = plain.exec(rest)?.[0] ?? '';
  if (/^['"]/.test(bare) || (isInside && bare === '')) throw new NotDumped();
  flow.at += bare.length;
  return bare.trim();
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\', ' ': ' ', '/': '/' };

const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.)\s*)/gs, (_all, x?: string, u?: string, one?: string) =>
    x !== undefined || u !== undefined ? String.fromCharCode(Number.parseInt((x ?? u)!, 16)) : (escapes[one!] ?? one!),
  );

const skipSpaces = (flow: Flow): void => {
  while (flow.text[flow.at] === ' ') flow.at++;
};

function take(flow: Flow, character: string): boolean {
  if (flow.text[flow.at] !== character) return false;
  flow.at++;
  return true;
}
