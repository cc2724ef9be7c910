// Reads the values of a settings file, in whichever format it is.
import { basename } from 'node:path';
import { lenientText } from './decode.ts';
import { readDockerEnv } from './docker-env.ts';
import { readEnv } from './env.ts';
import { Ended, type Gathered, gather } from './gather.ts';
import { readIni } from './ini.ts';
import { readJson } from './json.ts';
import { selectingAttributes, selectsByIndex } from './key.ts';
import { readProperties } from './properties.ts';
import { readSystemdEnv } from './systemd-env.ts';
import { readToml } from './toml.ts';
import { type Format, formats, type Limits, namedMax, type Value, type ValuesRead, wholeKey } from './values.ts';
import { readXml } from './xml.ts';
import { readYaml } from './yaml.ts';

export { type Format, formats, type Limits, namedMax, type Value, type ValuesRead, wholeKey };

/**
 * Never throws, and tells of an error only where it stands. `patterns` are the key patterns that will be asked for: an XML element
 * that one of them selects by an attribute's value (`Connector[@port='8443']`) is named so in its keys.
 */
export async function readValues(bytes: Uint8Array, format: Format, limits: Limits, patterns: readonly string[] = []): Promise<ValuesRead> {
  if (bytes.length > limits.bytesMax) return { kind: 'too-many', of: 'bytes' };
  const into = gather(limits);
  try {
    await readInto(into, bytes, format, limits, patterns);
    return into.read;
  } catch (error) {
    if (error instanceof Ended) return error.read;
    // The stack is used up only by nesting; whatever else a library throws may quote the file.
    return error instanceof RangeError ? { kind: 'too-many', of: 'levels' } : { kind: 'unparsable', where: 'a place that is not known' };
  }
}

function readInto(into: Gathered, bytes: Uint8Array, format: Format, limits: Limits, patterns: readonly string[]): void | Promise<void> {
  switch (format) {
    case 'env':
      return readEnv(bytes, into);
    case 'systemd-env':
      return readSystemdEnv(bytes, into);
    case 'docker-env':
      return readDockerEnv(bytes, into);
    case 'properties':
      return readProperties(bytes, into);
    case 'ini':
      return readIni(bytes, into);
    case 'json':
      return readJson(bytes, into, selectsByIndex(patterns));
    case 'yaml':
      return readYaml(bytes, into, selectsByIndex(patterns));
    case 'toml':
      return readToml(bytes, into, limits.depthMax, selectsByIndex(patterns));
    case 'xml':
      return readXml(bytes, into, selectingAttributes(patterns), selectsByIndex(patterns));
    case 'text':
      return into.put(wholeKey, wholeValue(bytes));
  }
}

/**
 * What a file holds whose whole content is one value, as in a mounted secret. Kubernetes mounts the bytes as they are, and whether a
 * last line end counts is the consumer's affair: `$(< file)` drops it, a program that reads the file itself mostly does not. So it is
 * kept unless told otherwise.
 */
export function wholeValue(bytes: Uint8Array, lastLineEnd: 'kept' | 'dropped' = 'kept'): Value {
  const text = lenientText(bytes);
  return { kind: 'scalar', text: lastLineEnd === 'kept' ? text : text.replace(/\r?\n$/, '') };
}

/** By the file's name; null where it tells nothing. */
export function formatOf(path: string): Format | null {
  const name = basename(path).toLowerCase();
  return (
    names.find(([form]) => form.test(name))?.[1] ??
    (path.startsWith('/etc/sysconfig/') || path.startsWith('/etc/default/') ? 'systemd-env' : null)
  );
}

const names: readonly (readonly [RegExp, Format])[] = [
  [/^\.env(?:\..+)?$|\.env$|^environment$/, 'env'],
  [/\.properties$/, 'properties'],
  [/\.(?:ini|cnf|service|socket|timer|mount|swap|target|path|slice|network|netdev)$/, 'ini'],
  [/\.json$/, 'json'],
  [/\.ya?ml$/, 'yaml'],
  [/\.toml$/, 'toml'],
  [/\.xml$/, 'xml'],
  // Oracle Net: parentheses within parentheses.
  [/^(?:tnsnames|sqlnet|listener|ldap)\.ora$/, 'text'],
];
