// YAML text into plain values that still know where they stood. Anchors work; what aliases expand to is bounded, and
// everything that YAML permits but an operator never means (two values for a key, tabs, tags, merge keys) is an error.
import type { Document, Node, Pair, Scalar } from 'yaml';
import type { ConfigError } from './config-error.ts';

export type YamlRead =
  | { readonly kind: 'read'; readonly text: ConfigText }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

export interface ConfigText {
  readonly value: unknown;
  /** Where a value, or the key that names it, stands; the nearest surrounding place where it is not there. Takes JSON pointers. */
  at(pointer: string, part: 'key' | 'value'): { readonly line: number; readonly column: number };
  error(pointer: string, part: 'key' | 'value', message: string): ConfigError;
}

/** Ten thousand checks fit; a bomb of aliases does not. */
const valuesMax = 100_000;
/** Deeper than any setting; ends a circle of aliases. */
const depthMax = 40;

export async function readYaml(text: string, file: string): Promise<YamlRead> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tooDeep = deepOffset(text);
  if (tooDeep !== null) return { kind: 'invalid', errors: [{ file, ...placeOf(text, tooDeep), message: 'nested too deeply to be read' }] };
  let document: Document.Parsed;
  try {
    // Keys are compared in `collect`, which can name the first of two. Warnings become errors below.
    document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'invalid', errors: [{ file, line: 1, column: 1, message: 'nested too deeply to be read' }] };
  }
  const problems = [...document.errors, ...document.warnings].map((problem) => ({
    file,
    ...at(problem.pos[0]),
    message: syntaxMessage(problem.code, problem.message),
  }));
  if (problems.length > 0) return { kind: 'invalid', errors: problems };
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    return {
      kind: 'invalid',
      errors: [{ file, line: 1, column: 1, message: '%YAML 1.1 reads `yes` and `012` differently; write YAML 1.2' }],
    };
  }
  return collect(yaml, document, file, at);
}

/** Text in quotes and comments counts too, so this is far above what is nested; the parser takes seconds to fail by itself. */
const openMax = 1_000;

/** Where more brackets are open, or more lists begin on one line, than any configuration has. */
function deepOffset(text: string): number | null {
  let open = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (character === '[' || character === '{') open++;
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    if (open > openMax) return offset;
  }
  return /(?:[-?:][ \t]+){1000}/.exec(text)?.index ?? null;
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function syntaxMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML takes spaces only';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; the configuration is one document';
    case 'TAG_RESOLVE_FAILED':
      return `${message}; tags have no meaning here`;
    default:
      return `not valid YAML: ${message.replace(/\s+/g, ' ')}`;
  }
}

type Yaml = typeof import('yaml');
type Place = { readonly line: number; readonly column: number };

function collect(yaml: Yaml, document: Document.Parsed, file: string, at: (offset: number) => Place): YamlRead {
  const places = new Map<string, { readonly key: Place | null; readonly value: Place }>();
  const errors: ConfigError[] = [];
  const start = { line: 1, column: 1 };
  let count = 0;
  const place = (node: Node | null | undefined): Place => (node?.range == null ? start : at(node.range[0]));
  const fail = (node: Node | null | undefined, message: string): undefined => {
    errors.push({ file, ...place(node), message });
    return undefined;
  };

  const value = visit(document.contents, '', null, 0, start);
  if (errors.length > 0) return { kind: 'invalid', errors };
  const where = (pointer: string, part: 'key' | 'value'): Place => {
    for (let path = pointer; ; path = path.slice(0, path.lastIndexOf('/'))) {
      const found = places.get(path);
      if (found !== undefined) return (part === 'key' || path !== pointer ? found.key : null) ?? found.value;
      if (path === '') return start;
    }
  };
  return { kind: 'read', text: { value, at: where, error: (pointer, part, message) => ({ file, ...where(pointer, part), message }) } };

  function visit(node: Node | null, pointer: string, key: Place | null, depth: number, fallback: Place): unknown {
    if (++count > valuesMax) {
      return count === valuesMax + 1 ? fail(node, `more than ${valuesMax} values after aliases are expanded`) : undefined;
    }
    if (depth > depthMax) return fail(node, `nested deeper than ${depthMax} levels`);
    places.set(pointer, { key, value: node?.range == null ? fallback : place(node) });
    if (node === null) return null;
    if (yaml.isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) return fail(node, `*${node.source} stands for nothing: no anchor &${node.source} comes before it`);
      return visit(target, pointer, key, depth + 1, place(node));
    }
    if (yaml.isSeq(node))
      return node.items.map((item, index) => visit(item as Node | null, `${pointer}/${index}`, null, depth + 1, place(node)));
    if (yaml.isMap(node)) return visitMap(node.items as Pair<Node, Node | null>[], pointer, depth);
    return (node as Scalar).value;
  }

  function visitMap(pairs: readonly Pair<Node, Node | null>[], pointer: string, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const first = new Map<string, Place>();
    for (const pair of pairs) {
      const name = keyName(pair.key);
      if (name === null) continue;
      const before = first.get(name);
      if (before !== undefined) {
        fail(pair.key, `key '${name}' is given twice; the first is on line ${before.line}`);
        continue;
      }
      first.set(name, place(pair.key));
      map[name] = visit(pair.value, `${pointer}/${escapePointer(name)}`, place(pair.key), depth + 1, place(pair.key));
    }
    return map;
  }

  function keyName(node: Node): string | null {
    const name = yaml.isScalar(node) ? (node.source ?? String(node.value)) : null;
    if (name === null || name === '') fail(node, 'a key must be one plain word');
    else if (name === '<<') fail(node, "merge keys ('<<') are not part of YAML 1.2; write the keys out");
    else if (name === '__proto__') fail(node, "unknown key '__proto__'");
    else return name;
    return null;
  }
}

export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

export const pointerParts = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
