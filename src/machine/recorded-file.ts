// Reads machine.yaml strictly: what is wrong with it is told with file, line and column, all of it at once.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'yaml';
import { readStrictYaml, type YamlProblem } from '../formats/strict-yaml.ts';
import { type RecordedMachineFile, RecordedMachineSchema } from './recorded-schema.ts';

/** Says everything that is wrong with a recorded machine, one `file:line:column: what` a line. */
export class RecordedMachineError extends Error {
  override readonly name = 'RecordedMachineError';
}

/** A recording of the text of some hundred tools; more is not one machine. */
const bytesMax = 64 * 1024 * 1024;

export async function readRecordedFile(folder: string): Promise<RecordedMachineFile> {
  const file = join(folder, 'machine.yaml');
  const read = await readStrictYaml<RecordedMachineFile>(file, await readSource(file), {
    schema: RecordedMachineSchema,
    prepare: keepArgumentsText,
    amend: readUnameText,
    problems: async (recorded) => [...contradictions(recorded), ...(await dnsProblems(recorded))],
  });
  if (read.kind === 'wrong') throw new RecordedMachineError(read.lines.join('\n'));
  return read.value;
}

/** An argument is text however it looks: `-n 050` is not 50. */
function keepArgumentsText(document: Document, { isScalar, isSeq, visit }: typeof import('yaml')): void {
  visit(document, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'argv' || !isSeq(pair.value)) return;
      for (const item of pair.value.items) if (isScalar(item) && item.source !== undefined) item.value = item.source;
    },
  });
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

async function dnsProblems({ dns }: RecordedMachineFile): Promise<readonly YamlProblem[]> {
  if (dns.length === 0) return [];
  const { recordedDnsProblem } = await import('./recorded-dns.ts');
  return dns.flatMap((entry, at) => {
    const text = recordedDnsProblem(entry);
    return text === null ? [] : [{ path: ['dns', at], text }];
  });
}

/** What no schema says well: two sources for one text, and instants that are none. */
function* contradictions(recorded: RecordedMachineFile): Iterable<YamlProblem> {
  const instant = (path: YamlProblem['path'], value: string | undefined): readonly YamlProblem[] =>
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
