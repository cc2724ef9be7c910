// What a schema has to say about a value, in an operator's words: the value, what was expected, the nearest name.
import type { TSchema } from 'typebox/type';
import { durationPattern } from '../contract/duration.ts';
import type { SchemaProblem } from '../contract/schema.ts';
import type { ConfigError } from './config-error.ts';
import { didYouMean } from './nearest.ts';
import { sizePattern } from './sizes.ts';
import { type ConfigText, escapePointer, pointerParts } from './yaml-text.ts';

/** The keywords that are read here; TypeBox has a type for each, and a settings schema may use any. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

export const schemaNode = (schema: TSchema): SchemaNode => schema as unknown as SchemaNode;

interface Subject {
  readonly text: ConfigText;
  /** Where in the file the value under this schema begins: a JSON pointer. */
  readonly base: string;
  readonly value: unknown;
  readonly schema: TSchema;
}

/** Each problem as an error with its place. */
export function schemaErrors(problems: readonly SchemaProblem[], subject: Subject): readonly ConfigError[] {
  return withoutUnionNoise(problems).map((problem) => schemaError(problem, subject));
}

/**
 * A value that fits no branch of a union fails every branch and the union. Only the branch that it was meant for has something
 * useful to say; where that cannot be told, the union as a whole has.
 */
function withoutUnionNoise(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const unions = problems.filter(isUnion);
  if (unions.length === 0) return problems;
  const around = enclosing(unions);
  const byUnion = Map.groupBy(problems, around);
  const outside = byUnion.get(null) ?? [];
  return outside.flatMap((problem) =>
    isUnion(problem) ? ofBranches(problem, branchesOf(problem, byUnion.get(problem) ?? [])) : [problem],
  );
}

/** The outermost union that a problem is inside of, each found without going through all: a file of thousands of entries may fail in each. */
function enclosing(unions: readonly SchemaProblem[]): (problem: SchemaProblem) => SchemaProblem | null {
  const at = new Map(unions.map((union) => [`${union.schemaPath}\n${union.instancePath}`, union]));
  const schemaPaths = [...new Set(unions.map(({ schemaPath }) => schemaPath))].sort((a, b) => a.length - b.length);
  return (problem) => {
    for (const schemaPath of schemaPaths) {
      if (!problem.schemaPath.startsWith(`${schemaPath}/`)) continue;
      const found = prefixes(problem.instancePath).map((path) => at.get(`${schemaPath}\n${path}`));
      const union = found.find((one) => one !== undefined);
      if (union !== undefined) return union;
    }
    return null;
  };
}

/** Of a pointer, the shortest first, itself last. */
const prefixes = (pointer: string): readonly string[] => {
  const parts = pointer.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

const branchesOf = (union: SchemaProblem, inside: readonly SchemaProblem[]): readonly (readonly SchemaProblem[])[] => [
  ...Map.groupBy(inside, (problem) => problem.schemaPath.slice(union.schemaPath.length + 1).split('/')[0]!).values(),
];

const isUnion = (problem: SchemaProblem): boolean => problem.keyword === 'anyOf' || problem.keyword === 'oneOf';

function ofBranches(union: SchemaProblem, branches: readonly (readonly SchemaProblem[])[]): readonly SchemaProblem[] {
  const isOwn = (problem: SchemaProblem): boolean => isOfWholeValue(problem) && problem.instancePath === union.instancePath;
  const shaped = branches.filter((branch) => !branch.some(isOwn));
  if (shaped.length === 0) return asChoice(branches.map((branch) => branch.find(isOwn))) ?? [asWhole(union)];
  const tags = shaped.map((branch) => branch.find((problem) => problem.keyword === 'const'));
  const meant = shaped.filter((_, index) => tags[index] === undefined).sort((a, b) => a.length - b.length)[0];
  return meant === undefined ? (asChoice(tags) ?? [asWhole(union)]) : withoutUnionNoise(meant);
}

/** Branches that differ by a constant in one place are a choice there. */
function asChoice(constants: readonly (SchemaProblem | undefined)[]): readonly SchemaProblem[] | null {
  const [first] = constants;
  const isChoice = first !== undefined && constants.every((one) => one?.keyword === 'const' && one.instancePath === first.instancePath);
  if (!isChoice) return null;
  const allowedValues = constants.map((one) => (one?.params as { readonly allowedValue?: unknown } | undefined)?.allowedValue);
  return [{ ...first, keyword: 'enum', params: { allowedValues } }];
}

const isOfWholeValue = (problem: SchemaProblem): boolean =>
  ['type', 'enum', 'const', 'pattern', 'minLength', 'maxLength'].includes(problem.keyword);

/** Under another name, so that it is not taken apart again. */
const asWhole = (union: SchemaProblem): SchemaProblem => ({ ...union, keyword: 'union' });

function schemaError(problem: SchemaProblem, { text, base, value, schema }: Subject): ConfigError {
  const pointer = base + problem.instancePath;
  const parts = pointerParts(problem.instancePath);
  const node = describedAt(schemaNode(schema), parts, value);
  const actual = valueAt(value, parts);
  const params = problem.params as Readonly<Record<string, unknown>>;
  switch (problem.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params.additionalProperty ?? params.unevaluatedProperty);
      // All of them: by now the value holds defaults too, which nobody wrote.
      return text.error(
        `${pointer}/${escapePointer(key)}`,
        'key',
        `unknown key '${key}'${didYouMean(key, Object.keys(node.properties ?? {}))}`,
      );
    }
    case 'required': {
      const key = String(params.missingProperty);
      const wanted = node.properties?.[key];
      return text.error(pointer, 'key', `${spoken(pointer)} lacks '${key}'${wanted === undefined ? '' : `: expected ${describe(wanted)}`}`);
    }
    default:
      return text.error(pointer, 'value', `${spoken(pointer)}: ${complaint(node, actual, problem)}`);
  }
}

function complaint(node: SchemaNode, actual: unknown, problem: SchemaProblem): string {
  const found = isSecretPlace(problem.instancePath) ? 'what is there (not shown)' : show(actual);
  if (problem.keyword === 'enum') {
    const names = ((problem.params as { readonly allowedValues?: readonly unknown[] }).allowedValues ?? node.enum ?? []).map(String);
    return `${found} is not one of ${names.join(', ')}${typeof actual === 'string' ? nearOnly(actual, names) : ''}`;
  }
  if (typeof actual === 'string' && node.pattern === durationPattern)
    return `${found} is not a duration; expected ${describe(node)}${durationHint(actual)}`;
  if (typeof actual === 'string' && node.pattern === sizePattern) return `${found} is not a size; expected ${describe(node)}`;
  if (problem.keyword === 'minItems' && Array.isArray(actual)) return `${actual.length} entries; expected at least ${node.minItems}`;
  if (problem.keyword === 'maxItems' && Array.isArray(actual)) return `${actual.length} entries; expected at most ${node.maxItems}`;
  if (problem.keyword === 'uniqueItems') return 'an entry is given twice';
  return `${found}; expected ${describe(node)}${isSecretPlace(problem.instancePath) ? '' : shapeHint(node, actual)}`;
}

/** One value where a list belongs, or a number in quotes. */
function shapeHint(node: SchemaNode, actual: unknown): string {
  if (typeof actual !== 'string') return '';
  if (node.type === 'array') return `; did you mean [${show(actual)}]?`;
  const isNumber = (node.type === 'integer' || node.type === 'number') && /^-?\d+(\.\d+)?$/.test(actual);
  return isNumber ? `; did you mean ${actual}, without quotes?` : '';
}

/** Somebody who wrote the secret itself where its hash or file belongs must not find it in a log. */
const isSecretPlace = (pointer: string): boolean =>
  /\/[^/]*(sha256|password|passphrase|secret|token|authorization|apikey|cookie)[^/]*$/i.test(pointer);

const nearOnly = (name: string, names: readonly string[]): string => {
  const hint = didYouMean(name, names);
  return hint.startsWith('; did') ? hint : '';
};

/** `5 minutes` and `5min` say what they mean. */
function durationHint(text: string): string {
  const match = /^\s*([0-9.]+)\s*(ms|millis|s|m|h|d)[a-z]*\s*$/i.exec(text);
  return match === null ? '' : `; did you mean '${match[1]}${match[2]!.toLowerCase().replace('millis', 'ms')}'?`;
}

/** What a value should have been, as a noun with its limits and an example. */
export function describe(node: SchemaNode): string {
  const branches = node.anyOf ?? node.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(describe))].join(', or ');
  if (node.const !== undefined) return show(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map(String).join(', ')}`;
  if (node.pattern === durationPattern) return 'a number with a unit (ms, s, m, h, d), like 5m';
  if (node.pattern === sizePattern) return 'a number with a unit (KiB, MiB, GiB, TiB), like 1GiB';
  if (node.pattern?.startsWith('^/') === true) return 'an absolute path';
  if (node.format === 'cidr') return 'a network, like 10.1.0.0/16';
  if (node.format === 'ip') return 'an IP address';
  if (node.format === 'agent-address') return 'an address, like https://app1-fra.example.com:7807';
  if (node.pattern === '^[0-9a-fA-F]{64}$') return 'a SHA-256 as 64 hexadecimal digits, never the token itself';
  switch (node.type) {
    case 'string':
      return describeText(node);
    case 'integer':
    case 'number': {
      const kind = node.type === 'integer' ? 'a whole number' : 'a number';
      if (node.minimum !== undefined && node.maximum !== undefined) return `${kind} from ${node.minimum} to ${node.maximum}`;
      if (node.minimum !== undefined) return `${kind}, at least ${node.minimum}`;
      return node.maximum === undefined ? kind : `${kind}, at most ${node.maximum}`;
    }
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.items === undefined ? 'a list' : `a list of ${plural(describe(node.items))}`;
    case 'object':
      if (typeof node.additionalProperties === 'object' && node.description !== undefined) return `a map (${lowered(node.description)})`;
      return node.properties === undefined ? 'a map' : `a map with ${listed(Object.keys(node.properties))}`;
    case 'null':
      return 'null';
    default:
      return node.description ?? 'another value';
  }
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function describeText(node: SchemaNode): string {
  if (node.pattern === undefined) return node.minLength === undefined ? 'text' : 'text that is not empty';
  const first = node.examples?.[0] ?? node.default;
  if (first !== undefined) return `text like ${show(first)}`;
  return node.description === undefined ? `text that matches ${node.pattern}` : `text of the right form (${node.description})`;
}

/** `a map with …` in a list reads as `maps with …`. */
const plural = (noun: string): string => noun.replace(/^an? ((?:absolute |IP )?[a-z-]+)/, '$1s').replace(/^(IP address)s/, '$1es');

/** So many keys can be named before a message is no sentence any more. */
const keysShownMax = 6;

const listed = (names: readonly string[]): string =>
  names.length <= keysShownMax ? names.join(', ') : `${names.slice(0, keysShownMax).join(', ')}, …`;

/** A value as it may stand in one line of an error. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a map';
  if (typeof value === 'string') return JSON.stringify(value.length > shownMax ? `${value.slice(0, shownMax)}…` : value);
  return String(value);
}

const shownMax = 80;

/** `checks.dns.settings.names[2]` */
export function spoken(pointer: string): string {
  const parts = pointerParts(pointer);
  if (parts.length === 0) return 'the file';
  return parts.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** An entry of a list seldom has a description of its own: that of the list then stands for it. */
function describedAt(schema: SchemaNode, parts: readonly string[], value: unknown): SchemaNode {
  const node = schemaAt(schema, parts, value);
  const around = parts.length === 0 ? undefined : schemaAt(schema, parts.slice(0, -1), value).description;
  return node.description !== undefined || around === undefined ? node : { ...node, description: around };
}

function schemaAt(node: SchemaNode, parts: readonly string[], value: unknown): SchemaNode {
  const [part, ...rest] = parts;
  const branches = node.anyOf ?? node.oneOf;
  if (branches !== undefined) {
    const branch = branches.find((one) => fits(one, value, part));
    if (branch !== undefined) return schemaAt(branch, parts, value);
    if (part === undefined) return node;
  }
  if (part === undefined) return node;
  const next = memberNode(node, part) ?? node.items;
  return next === undefined ? {} : schemaAt(next, rest, valueAt(value, [part]));
}

/** What a schema says of the member of a map. */
export function memberNode(node: SchemaNode, key: string): SchemaNode | undefined {
  const patterned = Object.entries(node.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
  const rest = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return node.properties?.[key] ?? patterned ?? rest;
}

/** The branch of a union that a value was meant for: by its constants where it has any, else by shape and key. */
function fits(branch: SchemaNode, value: unknown, part: string | undefined): boolean {
  if (!isRecord(value)) return part === undefined ? false : Array.isArray(value) && branch.items !== undefined;
  if (branch.properties === undefined) return false;
  const constants = Object.entries(branch.properties).filter(([, node]) => node.const !== undefined);
  if (constants.length > 0) return constants.every(([key, node]) => value[key] === node.const);
  return part === undefined || part in branch.properties;
}

function valueAt(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>(
    (at, part) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[part] : undefined),
    value,
  );
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
