// Reads machine.yaml strictly: what is wrong with it is told with file, line and column, all of it at once.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document, LineCounter } from 'yaml';
import { fillDefaults, type SchemaProblem } from '../contract/schema.ts';
import { type RecordedMachineFile, RecordedMachineSchema } from './recorded-schema.ts';

/** Says everything that is wrong with a recorded machine, one `file:line:column: what` a line. */
export class RecordedMachineError extends Error {
  override readonly name = 'RecordedMachineError';
}

/** A recording of the text of some hundred tools; more is not one machine. */
const bytesMax = 64 * 1024 * 1024;

export async function readRecordedFile(folder: string): Promise<RecordedMachineFile> {
  const file = join(folder, 'machine.yaml');
  const source = await readSource(file);
  const { isScalar, isSeq, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0)
    throw new RecordedMachineError(syntax.map((each) => `${placeAt(file, lines, each.pos[0])}: ${each.message}`).join('\n'));
  // An argument is text however it looks: `-n 050` is not 50.
  visit(document, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'argv' || !isSeq(pair.value)) return;
      for (const item of pair.value.items) if (isScalar(item) && item.source !== undefined) item.value = item.source;
    },
  });
  const value: unknown = document.toJS();
  readUnameText(value);
  const problems = await problemsOf(value);
  if (problems.length === 0) return value as RecordedMachineFile;
  throw new RecordedMachineError(problems.map((problem) => `${placeOf(file, document, lines, problem)}: ${problem.text}`).join('\n'));
}

async function readSource(file: string): Promise<string> {
  try {
    const source = await readFile(file, 'utf8');
    if (source.length <= bytesMax) return source;
  } catch (error) {
    throw new RecordedMachineError(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  throw new RecordedMachineError(`${file}: is larger than ${bytesMax} bytes`);
}

interface Problem {
  readonly path: readonly (string | number)[];
  readonly text: string;
  /** It is the key that is wrong, not what stands behind it. */
  readonly isAboutKey?: boolean;
}

async function problemsOf(value: unknown): Promise<readonly Problem[]> {
  const bySchema = fillDefaults(RecordedMachineSchema, value).filter(({ keyword }) => keyword !== 'anyOf');
  if (bySchema.length > 0) return bySchema.map(schemaProblem);
  const recorded = value as RecordedMachineFile;
  return [...contradictions(recorded), ...(await dnsProblems(recorded))];
}

async function dnsProblems({ dns }: RecordedMachineFile): Promise<readonly Problem[]> {
  if (dns.length === 0) return [];
  const { recordedDnsProblem } = await import('./recorded-dns.ts');
  return dns.flatMap((entry, at) => {
    const text = recordedDnsProblem(entry);
    return text === null ? [] : [{ path: ['dns', at], text }];
  });
}

function schemaProblem({ instancePath, keyword, params, message }: SchemaProblem): Problem {
  const path = instancePath.split('/').slice(1).map(unescapePointer);
  const name = path.filter((part) => typeof part === 'string').at(-1) ?? 'the file';
  switch (keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], text: `unknown key "${params.additionalProperty}"`, isAboutKey: true };
    case 'required':
      return { path, text: `"${params.missingProperty}" is missing` };
    case 'enum':
      return { path, text: `${name} must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}` };
    default:
      return { path, text: `${name} ${message ?? 'is wrong'}` };
  }
}

function unescapePointer(part: string): string | number {
  return /^[0-9]+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** What no schema says well: two sources for one text, and instants that are none. */
function* contradictions(recorded: RecordedMachineFile): Iterable<Problem> {
  const instant = (path: Problem['path'], value: string | undefined): readonly Problem[] =>
    value === undefined || !Number.isNaN(Date.parse(value)) ? [] : [{ path, text: `"${value}" is not an instant in ISO 8601` }];
  yield* instant(['now'], recorded.now);
  for (const [path, value] of Object.entries(recorded.modified)) yield* instant(['modified', path], value);
  for (const [at, { started }] of (recorded.processes ?? []).entries()) yield* instant(['processes', at, 'started'], started);
  for (const [at, command] of recorded.commands.entries()) {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (command[stream] !== undefined && command[`${stream}File`] !== undefined) {
        yield { path: ['commands', at, stream], text: `${stream} and ${stream}File are given both` };
      }
    }
  }
  for (const [at, { addresses, noSuchName, failed }] of recorded.lookups.entries()) {
    const given = [addresses, noSuchName, failed].filter((each) => each !== undefined);
    if (given.length !== 1) yield { path: ['lookups', at], text: 'exactly one of addresses, noSuchName and failed must be given' };
  }
}

/** The text of `uname -a` is taken too: it is what people paste. */
function readUnameText(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('uname' in value) || typeof value.uname !== 'string') return;
  const words = value.uname
    .trim()
    .replace(/ GNU\/Linux$/, '')
    .split(/\s+/);
  const [sysname, nodename, release] = words;
  if (release === undefined) return;
  const machine = words.length > 3 ? words.at(-1)! : '';
  let end = words.length;
  // RHEL prints machine, processor and hardware platform, Debian the machine only.
  while (end > 3 && words[end - 1] === machine) end -= 1;
  value.uname = { sysname, nodename, release, version: words.slice(3, end).join(' '), machine };
}

function placeOf(file: string, document: Document, lines: LineCounter, { path, isAboutKey }: Problem): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const start = (isAboutKey ? keyStart(document, path.slice(0, length)) : null) ?? startOf(node);
    if (start !== null) return placeAt(file, lines, start);
  }
  return file;
}

function keyStart(document: Document, path: Problem['path']): number | null {
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
