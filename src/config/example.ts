// A configuration to begin with, written from the schemas' own words: everything that can be set, commented out, with its
// default or an example. It loads as it stands, and means what no file at all means.
import { formatDuration } from '../contract/duration.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { CheckSection, FileSchema } from './file-schema.ts';
import { sampleOf } from './sample.ts';
import { type SchemaNode, schemaNode } from './schema-messages.ts';

/** `file` is how the example says where it belongs. */
export async function configExample(probes: ReadonlyMap<string, AnyProbe>, file: string): Promise<string> {
  const { stringify } = await import('yaml');
  const yaml = (value: unknown): readonly string[] => stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  const { checks: _, ...sections } = FileSchema.properties;
  return [
    '## Settings of an Understudy agent. ## explains; a single # hides a setting, with its default or an example.',
    `## Save as ${file}; try with \`understudy config check FILE\`. Durations: 30s, 5m, 12h, 7d. Sizes: 512MiB, 1GiB.`,
    '## Nothing is read from the environment; secrets stand in files of their own.',
    '## For completion in an editor: `understudy config schema > agent.schema.json`, and the next line without its first #:',
    '## yaml-language-server: $schema=agent.schema.json',
    ...Object.entries(sections).flatMap(([name, section]) => sectionLines(name, schemaNode(section), yaml)),
    '',
    '## What to look at, by the name of the check. A probe without a check of its own looks at what it can discover.',
    'checks:',
    ...[...probes.values()].flatMap((probe) => checkLines(probe, yaml)),
    '',
  ].join('\n');
}

type Yaml = (value: unknown) => readonly string[];

function sectionLines(name: string, node: SchemaNode, yaml: Yaml): readonly string[] {
  if (node.properties === undefined) return ['', `## ${node.description ?? ''}`, ...commented(yaml({ [name]: sampleOf(node) }))];
  return ['', `## ${node.description ?? ''}`, `${name}:`, ...fieldLines(node, '  ', yaml)];
}

/** Each field with its description above it; nested maps field by field. */
function fieldLines(node: SchemaNode, indent: string, yaml: Yaml): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined ? [] : [`${indent}## ${field.description}`]),
    ...(field.properties === undefined
      ? commented(yaml({ [name]: sampleOf(field) }), indent)
      : [`${indent}# ${name}:`, ...fieldLines(field, `${indent}  `, yaml)]),
  ]);
}

const commented = (lines: readonly string[], indent = ''): readonly string[] => lines.map((line) => `${indent}# ${line}`);

function checkLines(probe: AnyProbe, yaml: Yaml): readonly string[] {
  const { everyMs, timeoutMs, staleAfterMs } = probe.defaults;
  const own = { every: short(everyMs), timeout: short(timeoutMs), staleAfter: short(staleAfterMs) };
  const discovers =
    'settings' in probe.withoutConfig ? 'without settings it discovers' : `it needs to be told: ${probe.withoutConfig.notTold}`;
  return [
    '',
    `  ## ${probe.title}; ${discovers}.`,
    `  # ${probe.id}:`,
    ...commented(yaml(own), '    '),
    `    ## ${schemaNode(CheckSection).properties?.required?.description ?? ''}`,
    '    # required: true',
    `    ## ${schemaNode(CheckSection).properties?.confirm?.description ?? ''}`,
    ...commented(yaml({ confirm: { bad: 1, good: 1, ...probe.defaults.confirm } }), '    '),
    '    # settings:',
    ...settingsLines(probe, yaml),
  ];
}

/** The probe's own example for what it has one for, its schema's words for all. */
function settingsLines(probe: AnyProbe, yaml: Yaml): readonly string[] {
  const example = (probe.example ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(schemaNode(probe.settings).properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined ? [] : [`      ## ${field.description}`]),
    ...commented(yaml({ [name]: example[name] ?? sampleOf(field) }), '      '),
  ]);
}

const short = (ms: number): string => formatDuration(ms).replace(' ', '').replace(/ .*/, '');
