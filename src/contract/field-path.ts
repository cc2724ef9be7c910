// The grammar of a field's path within facts, as lawful differences name it; its words are with LawfulDifferenceSchema.

export type FieldStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'every' }
  /** `name` null: the entries themselves are texts. */
  | { readonly kind: 'where'; readonly name: string | null; readonly like: string };

/** Null for a path that is none: it begins with a slash and has no empty segment. */
export function fieldPath(field: string): readonly FieldStep[] | null {
  if (!field.startsWith('/')) return null;
  const steps = field.slice(1).split('/').map(stepOf);
  return steps.every((step) => step !== null) ? steps : null;
}

function stepOf(segment: string): FieldStep | null {
  const text = segment.replaceAll('~1', '/').replaceAll('~0', '~');
  if (text === '') return null;
  if (text === '*') return { kind: 'every' };
  const where = /^\[([^=\]]*)=(.*)\]$/s.exec(text);
  if (where === null) return { kind: 'member', name: text };
  return { kind: 'where', name: where[1] === '' ? null : where[1]!, like: where[2]! };
}
