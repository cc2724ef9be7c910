// Writes a region into a folder that can stand in for it: only what the looks asked about, lists with all of their pages, and no secret.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OciOperationName, ociOperations } from '../contract/oci-operations.ts';
import type { OciParams, Tenancy, TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../contract/tenancy.ts';
import { redactText } from '../redaction/redact.ts';
import { givenAway, tagsReadIn } from './given-away.ts';
import type { RecordedCall } from './recorded.ts';
import { tenancyFile } from './recorded-folder.ts';
import type { RecordedTenancyFile } from './recorded-schema.ts';

type Answer = TenancyListed | TenancyGot | TenancyFailed;

interface Note {
  readonly operation: OciOperationName;
  readonly params: OciParams;
  readonly answer: Answer;
}

/** Every question that was asked through `source`, once, with its answer. */
export class TenancyNotes {
  readonly #notes = new Map<string, Note>();

  /** What is asked through it is answered by `source`, and noted. */
  noted(source: TenancySource): TenancySource {
    return { now: () => source.now(), forLook: (signal) => this.#notedTenancy(source.forLook(signal)) };
  }

  #notedTenancy(tenancy: Tenancy): Tenancy {
    return {
      now: () => tenancy.now(),
      region: tenancy.region,
      tenancyId: tenancy.tenancyId,
      list: async (operation, params = {}) => this.#keep(operation, params, await tenancy.list(operation, params)),
      get: async (operation, params) => this.#keep(operation, params, await tenancy.get(operation, params)),
    };
  }

  #keep<A extends Answer>(operation: OciOperationName, params: OciParams, answer: A): A {
    const key = keyOf(operation, params);
    // A second look may get what the first one did not.
    if ((this.#notes.get(key)?.answer.kind ?? 'failed') === 'failed') this.#notes.set(key, { operation, params, answer });
    return answer;
  }

  /**
   * In the order in which they have to be looked through: what says most of its parameters first, since an entry answers whatever it says
   * nothing against.
   */
  calls(): readonly RecordedCall[] {
    const tagsRead = new Set([...this.#notes.values()].flatMap(({ answer }) => tagsReadIn(bodyOf(answer))));
    return [...this.#notes.entries()]
      .sort(([keyA, a], [keyB, b]) => countOf(b) - countOf(a) || (keyA < keyB ? -1 : 1))
      .map(([, note]) => callOf(note, tagsRead));
  }
}

const sorted = (params: OciParams): OciParams => Object.fromEntries(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));

const keyOf = (operation: OciOperationName, params: OciParams): string => `${operation} ${JSON.stringify(sorted(params))}`;

const countOf = ({ params }: Note): number => Object.keys(params).length;

const bodyOf = (answer: Answer): unknown => (answer.kind === 'list' ? answer.items : answer.kind === 'object' ? answer.body : null);

function callOf({ operation, params, answer }: Note, tagsRead: ReadonlySet<string>): RecordedCall {
  const asked = { operation, with: sorted(params) };
  switch (answer.kind) {
    case 'failed': {
      const { reason, status, code, detail } = answer;
      return { ...asked, ...(status === null ? {} : { status }), failed: reason, code, detail: redactText(detail) };
    }
    case 'list': {
      const items = givenAway(answer.items, tagsRead);
      return { ...asked, body: ociOperations[operation].body === 'items' ? { items } : items };
    }
    case 'object':
      return { ...asked, body: givenAway(answer.body, tagsRead) };
  }
}

/** What tenancy.yaml says beside the calls. */
export type RecordedSide = Omit<RecordedTenancyFile, 'calls'>;

export interface RecordedTenancyCounts {
  readonly answered: number;
  readonly failed: number;
}

/** The folder is in the way: it holds something already. */
export class TenancyRecordRefused extends Error {
  override readonly name = 'TenancyRecordRefused';
}

/** Longer bodies go into files of their own, so that tenancy.yaml stays readable. */
const inlineCharsMax = 400;

/** Throws TenancyRecordRefused for a folder that is not empty. */
export async function writeRecordedTenancy(
  folder: string,
  side: RecordedSide,
  calls: readonly RecordedCall[],
): Promise<RecordedTenancyCounts> {
  await takeFolder(folder);
  await mkdir(join(folder, bodies), { mode: 0o700 });
  const counts = new Map<string, number>();
  const entries: object[] = [];
  for (const call of calls) entries.push(await entryOf(folder, call, counts));
  const { stringify } = await import('yaml');
  await write(join(folder, tenancyFile), stringify({ ...side, calls: entries }, { lineWidth: 0, aliasDuplicateObjects: false }));
  const failed = calls.filter((call) => call.failed !== undefined).length;
  return { answered: calls.length - failed, failed };
}

const bodies = 'bodies';

const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600, flag: 'wx' });

/** Creates it, readable by its owner only; its parent must be there. Throws TenancyRecordRefused for one that is not empty. */
export async function takeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if ((await readdir(folder)).length > 0) throw new TenancyRecordRefused(`${folder} is not empty: give a new folder to record into`);
}

async function entryOf(folder: string, { body, ...call }: RecordedCall, counts: Map<string, number>): Promise<object> {
  if (body === undefined) return call;
  const text = JSON.stringify(body, null, 1);
  if (text.length <= inlineCharsMax) return { ...call, body };
  const count = (counts.get(call.operation) ?? 0) + 1;
  counts.set(call.operation, count);
  const bodyFile = `${bodies}/${call.operation}-${count}.json`;
  await write(join(folder, bodyFile), `${text}\n`);
  return { ...call, bodyFile };
}
