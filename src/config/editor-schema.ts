// A file's schema as editors take it: what may be left empty may also be a section whose lines are all comments.
import { mayBeEmpty } from './empty-sections.ts';
import type { SchemaNode } from './schema-messages.ts';

export function forEditors(node: SchemaNode): SchemaNode {
  const { properties, patternProperties, additionalProperties, items, anyOf } = node;
  return {
    ...node,
    ...(mayBeEmpty(node) ? { type: [String(node.type), 'null'] } : {}),
    ...(properties === undefined ? {} : { properties: each(properties) }),
    ...(patternProperties === undefined ? {} : { patternProperties: each(patternProperties) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: forEditors(additionalProperties) } : {}),
    ...(items === undefined ? {} : { items: forEditors(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(forEditors) }),
  };
}

const each = (nodes: Readonly<Record<string, SchemaNode>>): Readonly<Record<string, SchemaNode>> =>
  Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, forEditors(node)]));
