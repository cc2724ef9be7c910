// The fleet file as JSON Schema (draft 2020-12), for editors.
import { forEditors } from '../editor-schema.ts';
import type { SchemaNode } from '../schema-messages.ts';
import { schemaNode } from '../schema-messages.ts';
import { FleetFileSchema, namePattern } from './schema.ts';

export function fleetJsonSchema(): Record<string, unknown> {
  const { properties = {}, ...root } = forEditors(schemaNode(FleetFileSchema));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Understudy fleet',
    ...root,
    properties: {
      ...properties,
      sites: named(properties.sites),
      groups: named(properties.groups),
      discover: eitherOf(properties.discover, 'files', 'http'),
      tell: eitherOf(properties.tell, 'webhook', 'alertmanager'),
    },
  };
}

const named = (node: SchemaNode | undefined): unknown => ({ ...node, propertyNames: { pattern: namePattern } });

const eitherOf = (node: SchemaNode | undefined, ...keys: readonly string[]): unknown => ({
  ...node,
  items: { ...node?.items, oneOf: keys.map((key) => ({ required: [key] })) },
});
