// Finds a program by the places where systems and vendors put theirs, not by whatever PATH the agent was started with.
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import type { Failed } from '../contract/machine.ts';
import { failed, failureOf } from './failure.ts';

export const searchPath: readonly string[] = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** An absolute path is taken as it is. */
export async function findProgram(name: string): Promise<{ readonly kind: 'program'; readonly path: string } | Failed> {
  if (name.includes('\0') || (name.includes('/') && !name.startsWith('/'))) return failed('unreadable', `${name} is no name of a program`);
  let denied: Failed | undefined;
  for (const path of name.startsWith('/') ? [name] : searchPath.map((folder) => `${folder}/${name}`)) {
    const found = await examine(path);
    if (found === 'program') return { kind: 'program', path };
    if (found !== 'missing') denied ??= found;
  }
  return denied ?? failed('tool-missing', `${name} is not installed`);
}

async function examine(path: string): Promise<'program' | 'missing' | Failed> {
  try {
    if (!(await stat(path)).isFile()) return 'missing';
    await access(path, constants.X_OK);
    return (await hasProgramHead(path))
      ? 'program'
      : failed('unreadable', `running ${path}: it is neither a program nor a script that names its interpreter`);
  } catch (error) {
    const answer = failureOf(error, `running ${path}`);
    return answer.kind === 'missing' ? 'missing' : answer;
  }
}

/** Without this look execvp(3) would hand any other file to /bin/sh. What may be run but not read is taken on trust. */
async function hasProgramHead(path: string): Promise<boolean> {
  try {
    await using handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    return head === '\x7fELF' || head.startsWith('#!');
  } catch {
    return true;
  }
}
