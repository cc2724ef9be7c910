// What discovery last named, over restarts: a service that is down on the day of a disaster must not take the fleet out of sight.
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { readTextFile } from '../../config/text-file.ts';
import { roles } from '../../contract/node.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { type FoundList, notLookedAt } from './found.ts';

/** Targets as many as a roster holds, with long names. */
const bytesMax = 64 * 1024 ** 2;

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const KeptListsSchema = Type.Object({
  format: Type.Literal('understudy-discovered/1'),
  lists: Type.Array(
    Type.Object({
      key: Type.String(),
      source: Type.String(),
      goodAt: Type.Integer(),
      found: Type.Array(
        Type.Object({
          address: Type.String(),
          told: Type.Object({
            group: nullable(Type.String()),
            pair: nullable(Type.String()),
            role: nullable(Type.Unsafe<(typeof roles)[number]>({ type: 'string', enum: [...roles] })),
            site: nullable(Type.String()),
          }),
        }),
      ),
    }),
  ),
});

/** Beside the history: it goes where that goes. */
export const keptListsFile = (storeFile: string): string => join(dirname(storeFile), `${basename(storeFile, '.db')}.discovered.json`);

export interface KeptLists {
  readonly lists: readonly FoundList[];
  /** Why there is none though there should be; one sentence. */
  readonly problem: string | null;
}

export async function readKeptLists(file: string): Promise<KeptLists> {
  const read = await readTextFile(file, bytesMax);
  switch (read.kind) {
    case 'missing':
      return { lists: [], problem: null };
    case 'wrong':
      return { lists: [], problem: `what discovery last named is not known: ${file}: ${read.message}` };
    case 'text':
      return parsed(read.text, file);
  }
}

function parsed(text: string, file: string): KeptLists {
  const value = parseJson(text);
  if (value === null || schemaProblems(KeptListsSchema, value).length > 0)
    return { lists: [], problem: `what discovery last named is not known: ${file} is not what was written there` };
  const { lists } = value as Static<typeof KeptListsSchema>;
  return { lists: lists.map((list) => ({ ...list, trouble: notLookedAt(list.source), complaints: [] })), problem: null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Why it could not be written; null when it is on disk. */
export async function writeKeptLists(file: string, lists: readonly FoundList[]): Promise<string | null> {
  const kept: Static<typeof KeptListsSchema> = {
    format: 'understudy-discovered/1',
    lists: lists.flatMap(({ key, source, goodAt, found }) =>
      goodAt === null ? [] : [{ key, source, goodAt, found: found.map(({ address, told }) => ({ address, told: { ...told } })) }],
    ),
  };
  const beside = `${file}.new`;
  try {
    await using handle = await open(beside, 'w', 0o600);
    await handle.writeFile(JSON.stringify(kept));
    await handle.sync();
    await rename(beside, file);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `what discovery named cannot be kept over a restart: ${file} cannot be written (${code ?? String(error)})`;
  }
}
