// `store:` with everything under it commented out is an empty section, and `checks: {kernel:}` a check as it comes.
import { isRecord, memberNode, type SchemaNode } from './schema-messages.ts';

/** In place: null becomes the empty map or list, wherever one is expected that may be empty. */
export function fillEmpty(value: unknown, node: SchemaNode): void {
  if (Array.isArray(value)) {
    for (const item of value) fillEmpty(item, node.items ?? {});
    return;
  }
  if (!isRecord(value)) return;
  for (const key of Object.keys(value)) {
    const member = memberNode(node, key) ?? {};
    if (value[key] === null) value[key] = emptyOf(member);
    else fillEmpty(value[key], member);
  }
}

/** Null where nothing empty would do. */
function emptyOf(node: SchemaNode): unknown {
  if (!mayBeEmpty(node)) return null;
  return node.type === 'array' ? [] : {};
}

export const mayBeEmpty = ({ type, required, minItems }: SchemaNode): boolean =>
  (type === 'object' && (required ?? []).length === 0) || (type === 'array' && minItems === undefined);
