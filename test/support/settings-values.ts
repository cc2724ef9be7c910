// Values of a settings file in a test, as plain text by key.
import { type Format, readValues, type ValuesRead } from '../../src/probes/settings/read/index.ts';

export const readLimits = { bytesMax: 16 * 1024 * 1024, keysMax: 5_000, depthMax: 64 };

export const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? new TextEncoder().encode(text) : text);

export const readText = (format: Format, text: string | Uint8Array, patterns: readonly string[] = []): Promise<ValuesRead> =>
  readValues(bytesOf(text), format, readLimits, patterns);

/** What cannot be read is its own word for it. */
export async function textsIn(format: Format, text: string | Uint8Array, patterns: readonly string[] = []) {
  const read = await readText(format, text, patterns);
  if (read.kind !== 'values') return read;
  return Object.fromEntries([...read.values].map(([key, value]) => [key, value.kind === 'scalar' ? value.text : { is: value.kind }]));
}
