// Reads YAML that was promised to be in a form: all that is wrong with it at once, each with file, line and column.
import type { TSchema } from 'typebox/type';
import type { Document, LineCounter } from 'yaml';
import { fillDefaults, type SchemaProblem } from '../contract/schema.ts';

export interface YamlProblem {
  readonly path: readonly (string | number)[];
  readonly text: string;
  /** It is the key that is wrong, not what stands behind it. */
  readonly isAboutKey?: boolean;
}

export interface YamlForm<T> {
  readonly schema: TSchema;
  /** Changes the document before it becomes a value: where text is text however it looks. */
  readonly prepare?: (document: Document, yaml: typeof import('yaml')) => void;
  /** Changes the value before it is checked. */
  readonly amend?: (value: unknown) => void;
  /** What no schema says well. Asked of values that the schema lets pass. */
  readonly problems?: (value: T) => Iterable<YamlProblem> | Promise<Iterable<YamlProblem>>;
}

/** What was read, with the schema's defaults; or one `file:line:column: what` a line, in the order of the schema. */
export type YamlRead<T> =
  | { readonly kind: 'read'; readonly value: T; readonly lineOf: (problem: YamlProblem) => string }
  | { readonly kind: 'wrong'; readonly lines: readonly string[] };

/** `file` only names the text. */
export async function readStrictYaml<T>(file: string, source: string, form: YamlForm<T>): Promise<YamlRead<T>> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(source, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) return { kind: 'wrong', lines: syntax.map((each) => `${placeAt(file, lines, each.pos[0])}: ${each.message}`) };
  form.prepare?.(document, yaml);
  const value: unknown = document.toJS();
  form.amend?.(value);
  const lineOf = (problem: YamlProblem): string => `${placeOf(file, document, lines, problem)}: ${problem.text}`;
  const bySchema = fillDefaults(form.schema, value).filter(({ keyword }) => keyword !== 'anyOf');
  const problems = bySchema.length > 0 ? bySchema.map(schemaProblem) : [...((await form.problems?.(value as T)) ?? [])];
  return problems.length > 0 ? { kind: 'wrong', lines: problems.map(lineOf) } : { kind: 'read', value: value as T, lineOf };
}

function schemaProblem({ instancePath, keyword, params, message }: SchemaProblem): YamlProblem {
  const path = instancePath.split('/').slice(1).map(unescapePointer);
  const name = path.filter((part) => typeof part === 'string').at(-1) ?? 'the file';
  switch (keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], text: `unknown key "${params.additionalProperty}"`, isAboutKey: true };
    case 'required':
      return { path, text: `"${params.missingProperty}" is missing` };
    case 'enum':
      return { path, text: `${name} ${mustBe(params.allowedValues as readonly unknown[])}` };
    default:
      return { path, text: `${name} ${message ?? 'is wrong'}` };
  }
}

/** More words than a person looks through on a terminal are not listed. */
const listedMax = 20;

const mustBe = (allowed: readonly unknown[]): string =>
  allowed.length > listedMax ? `is none of the ${allowed.length} that are known` : `must be one of ${allowed.join(', ')}`;

function unescapePointer(part: string): string | number {
  return /^[0-9]+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function placeOf(file: string, document: Document, lines: LineCounter, { path, isAboutKey }: YamlProblem): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const start = (isAboutKey ? keyStart(document, path.slice(0, length)) : null) ?? startOf(node);
    if (start !== null) return placeAt(file, lines, start);
  }
  return file;
}

function keyStart(document: Document, path: YamlProblem['path']): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== 'object' || parent === null || !('items' in parent)) return null;
  const pairs = parent.items as readonly { readonly key?: { readonly value?: unknown } }[];
  return startOf(pairs.find(({ key }) => key?.value === path.at(-1))?.key);
}

function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  return (node.range as readonly number[] | null)?.[0] ?? null;
}

function placeAt(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}
