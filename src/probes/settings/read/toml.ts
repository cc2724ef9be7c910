// TOML, by smol-toml.
import { strictText } from './decode.ts';
import { type Gathered, tooMany, unparsable } from './gather.ts';
import { marksOf, textsIn } from './siblings.ts';
import { memberKey } from './steps.ts';
import { namesOfMaps } from './values.ts';

/** The tree is built before it is bounded; the largest settings have a tenth of this. */
const bytesMax = 1024 * 1024;

/**
 * Its types are the language's own, so a value is its canonical text: `1_000` is `1000`, `0x10` is `16`, a date as RFC 3339 has it.
 * Whole numbers keep all of their digits.
 */
export async function readToml(bytes: Uint8Array, into: Gathered, depthMax: number, byIndex: boolean): Promise<void> {
  if (bytes.length > bytesMax) throw tooMany('bytes');
  const text = strictText(bytes);
  if (text === null) throw unparsable(1);
  const { parse, TomlError } = await import('smol-toml');
  let table: object;
  try {
    table = parse(text, { maxDepth: depthMax, integersAsBigInt: true });
  } catch (error) {
    // Its message quotes the text.
    if (error instanceof TomlError) throw unparsable(error.line);
    throw error;
  }
  visitTable(table, '', 0);

  function visit(value: unknown, key: string, depth: number): void {
    into.enter(depth);
    if (Array.isArray(value)) visitList(value, key, depth);
    else if (typeof value !== 'object' || value === null) into.put(key, String(value));
    else if (value instanceof Date) into.put(key, value.toISOString());
    else visitTable(value, key, depth);
  }

  function visitList(list: readonly unknown[], key: string, depth: number): void {
    if (list.length === 0) into.put(key, { kind: 'empty-list', text: '' });
    const marks = byIndex ? null : marksOf(list.map(textsIn), namesOfMaps);
    for (const [at, value] of list.entries()) visit(value, `${key}${marks?.[at] ?? `[${at}]`}`, depth + 1);
  }

  function visitTable(entries: object, key: string, depth: number): void {
    const names = Object.keys(entries);
    if (names.length === 0 && key !== '') into.put(key, { kind: 'empty-map', text: '' });
    for (const name of names) visit((entries as Record<string, unknown>)[name], memberKey(key, name), depth + 1);
  }
}
