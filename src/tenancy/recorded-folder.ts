// A folder that stands in for a region: in tests, in bug reports, in demonstrations.
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { Document } from 'yaml';
import type { Role } from '../contract/node.ts';
import type { RegionScope } from '../contract/region.ts';
import type { RegionNames, TenancySource } from '../contract/tenancy.ts';
import { readStrictYaml, type YamlProblem } from '../formats/strict-yaml.ts';
import { type RecordedCall, recordedTenancy } from './recorded.ts';
import { type RecordedCallEntry, type RecordedTenancyFile, RecordedTenancySchema } from './recorded-schema.ts';

export const tenancyFile = 'tenancy.yaml';

/** Says everything that is wrong with a recorded region, one `file:line:column: what` a line. */
export class RecordedTenancyError extends Error {
  override readonly name = 'RecordedTenancyError';
}

export interface RecordedTenancyFolder {
  readonly folder: string;
  readonly source: TenancySource;
  readonly region: RegionNames;
  readonly tenancyId: string | null;
  readonly role: Role | null;
  /** What this side is called. */
  readonly name: string;
  readonly group: string | null;
  readonly scope: RegionScope;
  /** By probe, without the scope and unchecked. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Bodies of more than some hundred calls belong into files beside it. */
const fileBytesMax = 64 * 1024 ** 2;
/** A list of 5,000 entries takes a tenth of this. */
const bodyBytesMax = 64 * 1024 ** 2;

/** Throws a RecordedTenancyError that says with file and line what is wrong. */
export async function openRecordedTenancy(folder: string): Promise<RecordedTenancyFolder> {
  const file = join(folder, tenancyFile);
  const read = await readStrictYaml<RecordedTenancyFile>(file, await textOf(file), {
    schema: RecordedTenancySchema,
    prepare: keepParametersText,
    problems: contradictions,
  });
  if (read.kind === 'wrong') throw new RecordedTenancyError(read.lines.join('\n'));
  const { now, region, tenancyId = null, role = null, name, group = null, scope, settings, calls } = read.value;
  const names = { name: region.name, key: region.key ?? null };
  const answers = await callsOf(folder, calls, read.lineOf);
  return {
    folder,
    source: recordedTenancy({ now: Date.parse(now), region: names, tenancyId, calls: answers }),
    region: names,
    tenancyId,
    role,
    name: name ?? region.name,
    group,
    scope,
    settings: settings as RecordedTenancyFolder['settings'],
  };
}

async function textOf(file: string): Promise<string> {
  const read = await readText(file, fileBytesMax);
  if (read.kind === 'text') return read.text;
  throw new RecordedTenancyError(`${file}: ${read.problem}`);
}

type TextRead = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none'; readonly problem: string };

async function readText(file: string, bytesMax: number): Promise<TextRead> {
  try {
    const { size } = await stat(file);
    if (size > bytesMax) return { kind: 'none', problem: `is larger than ${bytesMax} bytes` };
    return { kind: 'text', text: await readFile(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: 'none', problem: code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'for no known reason'})` };
  }
}

/** A parameter is text however it looks: version 1.10 is not 1.1. */
function keepParametersText(document: Document, { isMap, isScalar, isSeq }: typeof import('yaml')): void {
  const calls = document.get('calls');
  if (!isSeq(calls)) return;
  for (const call of calls.items) {
    if (!isMap(call)) continue;
    for (const part of [call.get('with'), call.get('headers')]) {
      if (!isMap(part)) continue;
      for (const { value } of part.items) if (isScalar(value) && value.source !== undefined) value.value = value.source;
    }
  }
}

function* contradictions({ now, calls }: RecordedTenancyFile): Iterable<YamlProblem> {
  if (Number.isNaN(Date.parse(now))) yield { path: ['now'], text: `"${now}" is not an instant in ISO 8601` };
  for (const [at, call] of calls.entries()) {
    const { body, bodyFile, failed } = call;
    if (body !== undefined && bodyFile !== undefined) yield { path: ['calls', at, 'bodyFile'], text: 'body and bodyFile are given both' };
    if (failed !== undefined && (body !== undefined || bodyFile !== undefined))
      yield { path: ['calls', at, 'failed'], text: 'an answer that could not be used has no body' };
    for (const name of ['code', 'detail'] as const)
      if (failed === undefined && call[name] !== undefined) yield { path: ['calls', at, name], text: `${name} goes with failed` };
    if (bodyFile !== undefined && !isInside(bodyFile))
      yield { path: ['calls', at, 'bodyFile'], text: `"${bodyFile}" does not lie in this folder` };
  }
}

const isInside = (name: string): boolean => !isAbsolute(name) && normalize(name).split('/')[0] !== '..';

/** Bodies are read before the first look: what is wrong with them is told with everything else. */
async function callsOf(
  folder: string,
  entries: readonly RecordedCallEntry[],
  lineOf: (problem: YamlProblem) => string,
): Promise<readonly RecordedCall[]> {
  const wrong: string[] = [];
  const calls: RecordedCall[] = [];
  for (const [at, { bodyFile, ...call }] of entries.entries()) {
    const body = bodyFile === undefined ? { body: call.body } : await bodyIn(folder, bodyFile);
    if ('problem' in body) wrong.push(lineOf({ path: ['calls', at, 'bodyFile'], text: body.problem }));
    else calls.push({ ...call, ...body });
  }
  if (wrong.length > 0) throw new RecordedTenancyError(wrong.join('\n'));
  return calls;
}

async function bodyIn(folder: string, name: string): Promise<{ readonly body: unknown } | { readonly problem: string }> {
  const read = await readText(join(folder, name), bodyBytesMax);
  if (read.kind === 'none') return { problem: `${name}: ${read.problem}` };
  if (!name.endsWith('.json')) return { body: read.text };
  try {
    return { body: JSON.parse(read.text) };
  } catch {
    return { problem: `${name} is not JSON` };
  }
}
