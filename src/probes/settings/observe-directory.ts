// Looks at a directory in which each file is a key: secrets and config maps as Kubernetes mounts them, credentials of systemd.
import type { Source } from './facts.ts';
import { isSecretKey, namedKeys, type OneRead, seen } from './keys.ts';
import { unreadable, unseen } from './observe-file.ts';
import { wholeValue } from './read/index.ts';
import { stepText } from './read/steps.ts';
import type { Look, Target } from './target.ts';

/** A secret of Kubernetes is limited to 1 MiB as a whole. */
const valueBytesMax = 1024 * 1024;
const filesMax = 1_000;
/** Values held at once. */
const atOnce = 8;

export async function observeDirectory(target: Target, look: Look): Promise<Source['content']> {
  const isNameSecret = (name: string): boolean => isSecretKey(stepText(name), target);
  const listed = await look.machine.listDirectory(target.where, { entriesMax: filesMax, isNameSecret });
  if (listed.kind === 'missing') return { kind: 'missing', detail: 'there is no such directory' };
  if (listed.kind === 'failed') return unreadable(listed);
  if (listed.isCut) return unseen('too-much-output', `it holds more than ${filesMax} files`);
  // `..data` and the folder that it leads to are how the kubelet changes all files at once; keys never begin with two dots.
  const names = listed.names.filter((name) => !name.startsWith('..'));
  const values = new Map<string, OneRead>();
  for (let at = 0; at < names.length; at += atOnce) {
    if (look.signal.aborted) return unseen('timeout', 'it could not be read in time');
    const some = names.slice(at, at + atOnce);
    const read = await Promise.all(some.map((name) => readOne(`${target.where}/${name}`, isNameSecret(name), look)));
    for (const [index, name] of some.entries()) if (read[index] !== 'no-file') values.set(stepText(name), read[index] as OneRead);
  }
  if ([...values.values()].some(({ kind }) => kind === 'dangling')) await withoutGone(values, target, look, isNameSecret);
  return seen(await namedKeys(values, target, look));
}

/** A key that went while its directory was read is no longer in it; a link that leads nowhere still is. */
async function withoutGone(values: Map<string, OneRead>, { where }: Target, { machine }: Look, isNameSecret: (name: string) => boolean) {
  const again = await machine.listDirectory(where, { entriesMax: filesMax, isNameSecret });
  const left = new Set(again.kind === 'directory' ? again.names.map(stepText) : []);
  for (const [key, { kind }] of values) if (kind === 'dangling' && !left.has(key)) values.delete(key);
}

async function readOne(path: string, isNameSecret: boolean, { machine }: Look): Promise<OneRead | 'no-file'> {
  const file = await machine.readFile(path, { bytesMax: valueBytesMax, isSecret: true, isNameSecret });
  if (file.kind === 'missing') return { kind: 'dangling' };
  if (file.kind === 'failed') return (await isDirectory(path, isNameSecret, machine)) ? 'no-file' : unreadable(file);
  return file.isCut ? unseen('too-much-output', `it is larger than ${valueBytesMax} bytes`) : wholeValue(file.bytes);
}

async function isDirectory(path: string, isNameSecret: boolean, machine: Look['machine']): Promise<boolean> {
  const stat = await machine.stat(path, { isSecret: true, isNameSecret });
  return stat.kind === 'stat' && stat.type === 'directory';
}
