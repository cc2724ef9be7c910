// The fleet file as JSON Schema (draft 2020-12), for editors.
import type { AnyProbe } from '../../contract/probe.ts';
import { forEditors } from '../editor-schema.ts';
import type { Probes } from '../parse.ts';
import type { SchemaNode } from '../schema-messages.ts';
import { schemaNode } from '../schema-messages.ts';
import { FleetFileSchema, namePattern } from './schema.ts';

/** Each region check with the settings of its own probe. */
export function fleetJsonSchema(probes: Probes): Record<string, unknown> {
  const { properties = {}, ...root } = forEditors(schemaNode(FleetFileSchema));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Understudy fleet',
    ...root,
    properties: {
      ...properties,
      sites: named(properties.sites),
      groups: named(withRegionChecks(properties.groups, probes)),
      discover: eitherOf(properties.discover, 'files', 'http'),
      tell: eitherOf(properties.tell, 'webhook', 'alertmanager'),
    },
  };
}

const named = (node: SchemaNode | undefined): unknown => ({ ...node, propertyNames: { pattern: namePattern } });

function withRegionChecks(groups: SchemaNode | undefined, probes: Probes): SchemaNode {
  const inGroups = (node: SchemaNode): SchemaNode => {
    const { regionChecks, ...others } = node.properties ?? {};
    return regionChecks === undefined ? node : { ...node, properties: { ...others, regionChecks: byProbe(regionChecks, probes) } };
  };
  return inEach(groups ?? {}, inGroups);
}

/** The members of a map with free names. */
const inEach = (node: SchemaNode, change: (member: SchemaNode) => SchemaNode): SchemaNode => ({
  ...node,
  ...(node.patternProperties === undefined
    ? {}
    : { patternProperties: Object.fromEntries(Object.entries(node.patternProperties).map(([name, member]) => [name, change(member)])) }),
  ...(typeof node.additionalProperties === 'object' ? { additionalProperties: change(node.additionalProperties) } : {}),
});

function byProbe(node: SchemaNode, probes: Probes): SchemaNode {
  const [section = {}] = Object.values(node.patternProperties ?? {});
  const regionProbes = [...probes.values()].filter(({ looksAt }) => looksAt === 'region');
  const properties = Object.fromEntries(
    regionProbes.map((probe) => [probe.id, { ...section, properties: { ...section.properties, settings: settingsOf(probe, section) } }]),
  );
  const { patternProperties: _, ...rest } = node;
  return { ...rest, properties, additionalProperties: false };
}

/** `regions` says the scope. */
function settingsOf(probe: AnyProbe, section: SchemaNode): SchemaNode {
  const { properties = {}, required: _, ...node } = schemaNode(probe.settings);
  const { scope: __, ...own } = properties;
  return { ...node, ...section.properties?.settings, type: ['object', 'null'], properties: own };
}

const eitherOf = (node: SchemaNode | undefined, ...keys: readonly string[]): unknown => ({
  ...node,
  items: { ...node?.items, oneOf: keys.map((key) => ({ required: [key] })) },
});
