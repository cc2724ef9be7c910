// An override that lies ready on the machine, for a plan that nobody can give arguments in the middle of the night.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { parseUntil } from '../../config/fleet/until.ts';
import { readYaml } from '../../config/yaml-text.ts';
import { byLengthMax, reasonLengthMax } from '../../contract/gate.ts';
import type { Receipt } from '../../contract/receipt.ts';
import { moment } from '../words.ts';

export type OverrideRead =
  | { readonly kind: 'override'; readonly override: NonNullable<Receipt['override']> }
  /** There is no such file: nobody overrides. */
  | { readonly kind: 'none' }
  /** There is one, and it overrides nothing; why. */
  | { readonly kind: 'void'; readonly detail: string };

/** Three lines. */
const bytesMax = 16 * 1024;

/** `uid` is of whoever asks: a file of theirs or of root counts, if nobody else can have written it. */
export async function readOverrideFile(file: string, now: number, uid: number): Promise<OverrideRead> {
  const isVoid = (why: string): OverrideRead => ({ kind: 'void', detail: `${file} ${why}: nothing is overridden` });
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const trouble = await distrust(handle, uid);
    if (trouble !== null) return isVoid(trouble);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytesMax), 0, bytesMax, 0);
    const meant = await meantBy(buffer.toString('utf8', 0, bytesRead), file);
    if (typeof meant === 'string') return isVoid(meant);
    const { until, ...override } = meant;
    return until > now ? { kind: 'override', override } : isVoid(`held until ${moment(until)}, which is over`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'none' };
    if (code === undefined) throw error;
    return isVoid(code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${code})`);
  }
}

/** Null for a file that counts. */
async function distrust(handle: FileHandle, uid: number): Promise<string | null> {
  const stat = await handle.stat();
  if (!stat.isFile()) return 'is no file';
  if (stat.uid !== 0 && stat.uid !== uid) return `belongs to user ${stat.uid}, neither to root nor to whoever asks`;
  if ((stat.mode & 0o022) !== 0) return `may be written by others (mode ${(stat.mode & 0o777).toString(8).padStart(4, '0')})`;
  return stat.size >= bytesMax ? 'is larger than an override' : null;
}

type Meant = NonNullable<Receipt['override']> & { readonly until: number };

const keys = { reason: reasonLengthMax, by: byLengthMax, until: 40 } as const;

/** Text for what is wrong with it. */
async function meantBy(text: string, file: string): Promise<Meant | string> {
  const read = await readYaml(text, file);
  if (read.kind === 'invalid') return `is wrong on line ${read.errors[0]?.line ?? 1} (${read.errors[0]?.message ?? 'not YAML'})`;
  const { value } = read.text;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no map with reason, by and until';
  const map = value as Record<string, unknown>;
  const unknown = Object.keys(map).find((key) => !Object.hasOwn(keys, key));
  if (unknown !== undefined) return `has a key that is none: ${JSON.stringify(unknown)}; expected reason, by, until`;
  for (const [key, lengthMax] of Object.entries(keys)) {
    const one = map[key];
    if (typeof one !== 'string' || one.trim() === '') return `does not say ${key}`;
    if (one.length > lengthMax) return `says ${key} in more than ${lengthMax} characters`;
  }
  const { reason, by, until } = map as Record<keyof typeof keys, string>;
  const end = parseUntil(until);
  return typeof end === 'number' ? { reason, by, until: end } : `has an until that is none (${end.message})`;
}
