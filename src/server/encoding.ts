// Which compressed form of an answer a caller takes.

/** Best first. */
export const encodings = ['br', 'gzip'] as const;

export type Encoding = (typeof encodings)[number];

/** By its Accept-Encoding (RFC 9110, 12.5.3), of those that there are; null for the body as it is. */
export function encodingFor(header: string | undefined, there: Readonly<Partial<Record<Encoding, unknown>>>): Encoding | null {
  const taken = new Set((header ?? '').split(',').flatMap(takenBy));
  return encodings.find((encoding) => there[encoding] !== undefined && taken.has(encoding)) ?? null;
}

function takenBy(one: string): readonly string[] {
  const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
  return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
}
