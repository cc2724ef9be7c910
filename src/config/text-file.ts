// A file that somebody wrote, as text: bounded, never waited for, and with a reason where it cannot be had.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export type TextRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'wrong'; readonly message: string; readonly line?: number };

/** `bytesMax` is whole mebibytes. */
export async function readTextFile(path: string, bytesMax: number): Promise<TextRead> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { kind: 'wrong', message: stat.isDirectory() ? 'a directory; expected a file' : 'not a regular file' };
    const buffer = Buffer.alloc(bytesMax + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > bytesMax) return { kind: 'wrong', message: `larger than ${bytesMax / 1024 ** 2} MiB; not read` };
    return decode(buffer.subarray(0, bytesRead));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'missing' };
    return {
      kind: 'wrong',
      message: code === 'EACCES' || code === 'EPERM' ? 'may not be read by this user' : `cannot be read (${code ?? String(error)})`,
    };
  }
}

function decode(bytes: Buffer): TextRead {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'wrong', message: 'not UTF-8 text', line: lineOfBadByte(bytes) };
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
