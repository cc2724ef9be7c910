// Looks at one settings file.
import type { Failed } from '../../contract/machine.ts';
import { withoutSite } from '../../contract/site.ts';
import type { Source, Unseen } from './facts.ts';
import { namedKeys, seen } from './keys.ts';
import { type Format, formatOf, readValues, type ValuesRead } from './read/index.ts';
import { patternsIn } from './selection.ts';
import type { Look, Target } from './target.ts';

/** A generated properties file of a large application server has some 200 kB. */
export const fileBytesMax = 2 * 1024 * 1024;
/** Of one source, and of all of a machine: more is content, and not settings. */
export const keysMax = 5_000;
const depthMax = 64;

export interface FileSeen {
  readonly content: Source['content'];
  /** Epoch milliseconds; null where it was not read. */
  readonly modifiedMs: number | null;
}

export async function observeFile(target: Target, look: Look): Promise<FileSeen> {
  const file = await look.machine.readFile(target.where, { bytesMax: fileBytesMax, isSecret: true });
  if (file.kind === 'missing') return { content: { kind: 'missing', detail: 'there is no such file' }, modifiedMs: null };
  if (file.kind === 'failed') return { content: unreadable(file), modifiedMs: null };
  const { bytes, isCut, modifiedMs } = file;
  if (isCut) return { content: unseen('too-much-output', `it is larger than ${fileBytesMax} bytes`), modifiedMs };
  return { content: await contentOf(bytes, target, look), modifiedMs };
}

async function contentOf(bytes: Uint8Array, target: Target, look: Look): Promise<Source['content']> {
  const format = target.format ?? formatOf(target.where);
  if (format === null) return unseen('unparsable', 'its name does not tell its format: give it as `format`');
  const read = await valuesIn(bytes, format, patternsIn(target.selection));
  if (read.kind === 'too-many') return tooMany(read);
  if (read.kind === 'unparsable') return { kind: 'unparsable', detail: `not of the format ${format}: ${read.where}` };
  const { values, repeated, strayLines, unnamed } = read;
  const named = await namedKeys(values, target, look);
  const shown = new Set(named.keys.map(({ name }) => name));
  const twice = repeated.map((key) => withoutSite(key, look.site)).filter((key) => shown.has(key));
  return seen(named, { repeated: twice, strayLines: [...strayLines], unnamed });
}

export const valuesIn = (bytes: Uint8Array, format: Format, patterns: readonly string[] = []): Promise<ValuesRead> =>
  readValues(bytes, format, { bytesMax: fileBytesMax, keysMax, depthMax }, patterns);

export const tooMany = ({ of }: { readonly of: 'bytes' | 'keys' | 'levels' }): Unseen =>
  unseen(
    'too-much-output',
    { bytes: 'it is too large', keys: `it holds more than ${keysMax} keys`, levels: `it is nested deeper than ${depthMax} levels` }[of],
  );

/** In words of its own: what a failed read says of itself is not ours to pass on. */
export const unreadable = ({ reason }: Pick<Failed, 'reason'>): Unseen => unseen(reason, failures[reason]);

const failures = {
  denied: 'this user may not read it',
  timeout: 'it could not be read in time',
  'too-much-output': 'it is too large',
  'tool-missing': 'it could not be read',
  unreadable: 'it could not be read',
} satisfies Record<Failed['reason'], string>;

export const unseen = (reason: Unseen['reason'], detail: string): Unseen => ({ kind: 'unseen', reason, detail });
