// Sizes as operators write them: 512MiB, 1GiB.

const unitBytes = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/** The JSON Schema pattern for the same grammar. */
export const sizePattern = '^[0-9]+(\\.[0-9]+)?(KiB|MiB|GiB|TiB)$';

/** Bytes, or null where the text is not a size with a unit. */
export function parseSizeBytes(text: string): number | null {
  const match = /^([0-9]+(?:\.[0-9]+)?)(KiB|MiB|GiB|TiB)$/.exec(text);
  return match === null ? null : Math.floor(Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes]);
}
