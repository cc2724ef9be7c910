// A value that a field would take, for examples: what its schema gives as one, its default, or the plainest of its kind.
import { durationPattern } from '../contract/duration.ts';
import type { SchemaNode } from './schema-messages.ts';

export function sampleOf(node: SchemaNode): unknown {
  const first = node.examples?.[0] ?? node.default ?? node.const ?? node.enum?.[0];
  if (first !== undefined) return first;
  const branch = (node.anyOf ?? node.oneOf)?.[0];
  if (branch !== undefined) return sampleOf(branch);
  switch (node.type) {
    case 'string':
      return sampleText(node);
    case 'integer':
    case 'number':
      return node.minimum ?? 1;
    case 'boolean':
      return false;
    case 'array':
      return node.items === undefined ? [] : [sampleOf(node.items)];
    case 'object': {
      const fields = Object.entries(node.properties ?? {});
      return Object.fromEntries(fields.map(([name, field]) => [name, sampleOf(field)]));
    }
    default:
      return null;
  }
}

function sampleText({ pattern, format }: SchemaNode): string {
  if (pattern === durationPattern) return '30s';
  if (pattern?.startsWith('^/') === true) return '/path';
  if (format === 'cidr') return '10.1.0.0/16';
  return format === 'ip' ? '127.0.0.1' : 'text';
}
