// The configuration file as JSON Schema (draft 2020-12), for editors: every check's settings by its own probe.
import type { AnyProbe } from '../contract/probe.ts';
import { forEditors } from './editor-schema.ts';
import { CheckSection, checkIdPattern, FileSchema } from './file-schema.ts';
import { schemaNode } from './schema-messages.ts';

export function configJsonSchema(probes: ReadonlyMap<string, AnyProbe>): Record<string, unknown> {
  const all = [...probes.values()];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Understudy agent',
    ...FileSchema,
    properties: { ...forEditors(schemaNode(FileSchema)).properties, checks: checksSchema(all) },
    $defs: Object.fromEntries(all.map((probe) => [probe.id, { title: probe.title, ...probe.settings }])),
  };
}

function checksSchema(all: readonly AnyProbe[]): unknown {
  return {
    type: ['object', 'null'],
    description: 'What to look at, by the name of the check',
    propertyNames: { pattern: checkIdPattern },
    properties: Object.fromEntries(all.map((probe) => [probe.id, checkSchema([probe], probe.id)])),
    additionalProperties: checkSchema(all, null),
  };
}

/** A check that has a probe's name uses that probe; another one says which. */
function checkSchema(all: readonly AnyProbe[], own: string | null): unknown {
  const properties = { ...CheckSection.properties, probe: { ...CheckSection.properties.probe, enum: all.map((probe) => probe.id) } };
  return {
    ...CheckSection,
    type: own === null ? 'object' : ['object', 'null'],
    properties,
    ...(own === null ? { required: ['probe'] } : {}),
    allOf: all.map((probe) => ({
      if: { properties: { probe: { const: probe.id } }, ...(own === probe.id ? {} : { required: ['probe'] }) },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
      then: { properties: { settings: { anyOf: [{ $ref: `#/$defs/${probe.id}` }, { type: 'null' }] } } },
    })),
  };
}
