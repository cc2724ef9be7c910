// Reads lists of things as container runtimes print them: an array, an object that holds one, or an object a line.

/** Its names as printed; each runtime, and each of their generations, writes them in another case. */
export type Row = ReadonlyMap<string, unknown>;

/** Null where the text is none of these; an empty text holds no rows. */
export function readRows(text: string, inside: string): readonly Row[] | null {
  if (text.trim() === '') return [];
  const whole = parseJson(text);
  const values = whole === undefined ? jsonLines(text) : listIn(whole, inside);
  if (values === null) return null;
  const rows = values.map(asRow);
  return rows.every((row) => row !== null) ? rows : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? null;
  } catch {
    return undefined;
  }
}

function jsonLines(text: string): readonly unknown[] | null {
  const values = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseJson);
  return values.includes(undefined) ? null : values;
}

function listIn(value: unknown, inside: string): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  const row = asRow(value);
  if (row === null) return null;
  const list = row.get(inside);
  if (list === undefined) return row.size === 0 ? null : [value];
  // crictl prints null for none.
  return list === null ? [] : Array.isArray(list) ? list : null;
}

function asRow(value: unknown): Row | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** The first of these members that holds a text. */
export function textIn(row: Row, ...names: readonly string[]): string | null {
  const found = names.map((name) => row.get(name)).find((value) => typeof value === 'string' && value !== '');
  return (found as string | undefined) ?? null;
}

/** All texts of these members, which are texts or lists of them. */
export const textsIn = (row: Row, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => row.get(name) ?? []).filter((value): value is string => typeof value === 'string' && value !== '');

export const rowIn = (row: Row, name: string): Row => asRow(row.get(name)) ?? new Map();
