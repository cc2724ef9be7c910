// The configuration from where it lies: a file that was named, the usual file, or none.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ConfigError } from './config-error.ts';
import { type ConfigRead, discoveredConfig, type Probes, parseAgentConfig } from './parse.ts';
import { defaultConfigFile, hostPlaces, type Places } from './places.ts';

export type { ConfigRead } from './parse.ts';

/** More than ten thousand checks need; a file beyond it is not a configuration. */
const bytesMax = 1024 ** 2;

/** With null, the usual file if there is one, and else what can be discovered. Never throws for what is in a file. */
export async function loadAgentConfig(file: string | null, probes: Probes, places: Places = hostPlaces()): Promise<ConfigRead> {
  const path = file ?? defaultConfigFile;
  const read = await readText(path);
  switch (read.kind) {
    case 'text':
      return parseAgentConfig(read.text, path, probes, places);
    case 'missing':
      if (file === null) return { kind: 'loaded', config: await discoveredConfig(probes, places) };
      return wrong(path, 'there is no such file');
    case 'wrong':
      return wrong(path, read.message, read.line);
  }
}

type TextRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'wrong'; readonly message: string; readonly line?: number };

const wrong = (file: string, message: string, line = 1): ConfigRead => {
  const error: ConfigError = { file, line, column: 1, message };
  return { kind: 'invalid', errors: [error] };
};

async function readText(path: string): Promise<TextRead> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { kind: 'wrong', message: stat.isDirectory() ? 'a directory; expected a file' : 'not a regular file' };
    const buffer = Buffer.alloc(bytesMax + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > bytesMax) return { kind: 'wrong', message: 'larger than 1 MiB; not read' };
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
