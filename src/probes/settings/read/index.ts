// Reads the values of a settings file, in whichever format it is.
import { type Format, formats, type Limits, namedMax, type Value, type ValuesRead } from './values.ts';

export { type Format, formats, type Limits, namedMax, type Value, type ValuesRead };

/**
 * Never throws, and tells of an error only where it stands. `patterns` are the key patterns that will be asked for: an XML element
 * that one of them selects by an attribute's value (`Connector[@port='8443']`) is named so in its keys.
 */
export async function readValues(
  bytes: Uint8Array,
  _format: Format,
  limits: Limits,
  _patterns: readonly string[] = [],
): Promise<ValuesRead> {
  if (bytes.length > limits.bytesMax) return { kind: 'too-many', of: 'bytes' };
  return { kind: 'unparsable', where: 'line 1, column 1' };
}

/** By the file's name; null where it tells nothing. */
export function formatOf(_path: string): Format | null {
  return null;
}

/** What a file holds whose whole content is one value, as in a mounted secret: by default with its last line end, as the consumer gets it. */
export function wholeValue(_bytes: Uint8Array, _lastLineEnd: 'kept' | 'dropped' = 'kept'): Value {
  return { kind: 'scalar', text: '' };
}

/** Under which key the format `text` gives the whole file. */
export const wholeKey = 'text';
