// YAML: its nodes are walked here, so that scalars stay as they are written and aliases expand within bounds.
import type { Alias, Document, Node, Pair, Scalar } from 'yaml';
import { lineOf, strictText } from './decode.ts';
import { type Gathered, tooMany, unparsable } from './gather.ts';
import { marksOf, type Traits } from './siblings.ts';
import { memberKey } from './steps.ts';
import { namesOfMaps, wholeKey } from './values.ts';

type Yaml = typeof import('yaml');

/** Reading takes some 3 s of CPU a MiB (measured on Node 26) and a hundred times its size in memory; settings have a tenth of this. */
const bytesMax = 256 * 1024;

/**
 * A plain scalar is its text as written, so that `1.10`, `no` and `0x1f` are what the consumer's own YAML version makes of them. Keys
 * of the second document and on begin with its number (`#2.kind`). Merge keys (`<<`) are followed, explicit keys going before. A tag of
 * the consumer's own stands before the text (`!vault …`).
 */
export async function readYaml(bytes: Uint8Array, into: Gathered, byIndex: boolean): Promise<void> {
  if (bytes.length > bytesMax) throw tooMany('bytes');
  const text = strictText(bytes);
  if (text === null) throw unparsable(1);
  const yaml = await import('yaml');
  // Pretty errors quote the text, and make the time grow with its square; so does comparing keys, which `walk` does.
  const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'silent', version: '1.2' } as const;
  const documents = yaml.parseAllDocuments(text, options);
  if (!Array.isArray(documents)) return;
  for (const [at, document] of documents.entries()) {
    const error = document.errors[0];
    if (error !== undefined) throw unparsable(lineOf(text, error.pos[0]));
    walk(yaml, document as Document.Parsed, at === 0 ? '' : `#${at + 1}`, text, into, byIndex);
  }
}

function walk(yaml: Yaml, document: Document.Parsed, top: string, text: string, into: Gathered, byIndex: boolean): void {
  const targets = aliasTargets(yaml, document);
  if (document.contents !== null && !isNothing(document.contents)) visit(document.contents, top, 0);

  function visit(given: Node | null, key: string, depth: number): void {
    into.enter(depth);
    const node = resolve(given);
    if (yaml.isMap(node)) visitMap(node.items as MapPairs, key, depth);
    else if (yaml.isSeq(node)) visitList(node.items as (Node | null)[], key, depth);
    else into.put(key === '' ? wholeKey : key, scalar(node as Scalar | null));
  }

  function visitList(items: readonly (Node | null)[], key: string, depth: number): void {
    if (items.length === 0) into.put(key === '' ? wholeKey : key, { kind: 'empty-list', text: '' });
    const marks = byIndex ? null : marksOf(items.map(traitsOf), namesOfMaps);
    for (const [at, item] of items.entries()) visit(item, `${key}${marks?.[at] ?? `[${at}]`}`, depth + 1);
  }

  function traitsOf(item: Node | null): Traits {
    const node = resolve(item);
    if (!yaml.isMap(node)) return new Map();
    const pairs = (node.items as MapPairs).filter(({ key, value }) => yaml.isScalar(key) && yaml.isScalar(value));
    return new Map(pairs.map(({ key, value }) => [textOf(key as Scalar), textOf(value as unknown as Scalar)]));
  }

  function visitMap(pairs: MapPairs, key: string, depth: number): void {
    const entries = merged(pairs, depth);
    if (entries.length === 0) into.put(key === '' ? wholeKey : key, { kind: 'empty-map', text: '' });
    const names = new Set<string>();
    for (const [name, value] of entries) {
      const below = memberKey(key, name);
      if (names.has(name)) into.replace(below);
      names.add(name);
      visit(value, below, depth + 1);
    }
  }

  /** The pairs of a map, and those of the maps that it merges in and does not set itself. */
  function merged(pairs: MapPairs, depth: number): readonly Entry[] {
    into.enter(depth);
    const own: Entry[] = [];
    const foreign: Entry[] = [];
    for (const { key, value } of pairs) {
      if (isMergeKey(yaml, key)) foreign.push(...sources(resolve(value)).flatMap((source) => merged(source, depth + 1)));
      else own.push([nameOf(resolve(key)), value]);
      into.enter(depth);
    }
    const names = new Set(own.map(([name]) => name));
    return [...own, ...foreign.filter(([name]) => !names.has(name) && names.add(name))];
  }

  function sources(node: Node | null): readonly MapPairs[] {
    if (yaml.isMap(node)) return [node.items as MapPairs];
    if (!yaml.isSeq(node)) return fail(node);
    return (node.items as (Node | null)[])
      .map(resolve)
      .filter(yaml.isMap)
      .map((map) => map.items as MapPairs);
  }

  /** Follows an alias; an alias cannot stand for an alias. */
  function resolve(node: Node | null): Node | null {
    if (!yaml.isAlias(node)) return node;
    return targets.get(node) ?? fail(node);
  }

  function fail(node: Node | null): never {
    throw unparsable(lineOf(text, node?.range?.[0] ?? 0));
  }

  function nameOf(node: Node | null): string {
    if (node !== null && !yaml.isScalar(node)) return fail(node);
    return node === null ? '' : textOf(node as Scalar);
  }
}

type MapPairs = readonly Pair<Node, Node | null>[];
type Entry = readonly [name: string, value: Node | null];

/** In one pass: the library's own way goes through the document once for every alias. */
function aliasTargets(yaml: Yaml, document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  yaml.visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node as Node);
    },
  });
  return targets;
}

const isMergeKey = (yaml: Yaml, key: Node): boolean => yaml.isScalar(key) && key.type === 'PLAIN' && key.source === '<<';

/** A document of comments only. */
const isNothing = (node: Node): boolean => 'type' in node && node.type === 'PLAIN' && 'source' in node && node.source === '';

function scalar(node: Scalar | null) {
  if (node === null || (node.value === null && node.type === 'PLAIN')) return { kind: 'null', text: '' } as const;
  const text = textOf(node);
  return { kind: 'scalar', text: node.tag?.startsWith('!') === true ? `${node.tag} ${text}` : text } as const;
}

const textOf = (node: Scalar): string =>
  (node.type === 'PLAIN' ? node.source : typeof node.value === 'string' ? node.value : null) ?? String(node.source ?? node.value);
