// What came of reading a configuration file: settings, or everything that is wrong with it; and the way to the map that each file is.
import type { TSchema } from 'typebox/type';
import type { AgentConfig } from './agent-config.ts';
import { type ConfigError, inFileOrder } from './config-error.ts';
import { fillEmpty } from './empty-sections.ts';
import { isRecord, schemaNode, show } from './schema-messages.ts';
import { type ConfigText, readYaml } from './yaml-text.ts';

export type ConfigRead<C = AgentConfig> = { readonly kind: 'loaded'; readonly config: C } | WrongConfig;

export interface WrongConfig {
  readonly kind: 'invalid';
  readonly errors: readonly ConfigError[];
}

export const wrongFile = (file: string, message: string, line = 1): WrongConfig => ({
  kind: 'invalid',
  errors: [{ file, line, column: 1, message }],
});

export interface ConfigMap {
  readonly kind: 'map';
  readonly text: ConfigText;
  /** What the text holds, with sections whose lines are all comments as empty ones; may be changed by whoever reads it. */
  readonly value: Record<string, unknown>;
}

/** `example` is the command that prints a file to begin with. */
export async function readConfigMap(text: string, file: string, schema: TSchema, example: string): Promise<ConfigMap | WrongConfig> {
  const read = await readYaml(text, file);
  if (read.kind === 'invalid') return { kind: 'invalid', errors: inFileOrder(read.errors) };
  const wrong = (message: string): WrongConfig => ({ kind: 'invalid', errors: [read.text.error('', 'value', message)] });
  const { value } = read.text;
  if (value === null) return wrong(`the file is empty; \`${example}\` prints one to begin with`);
  const node = schemaNode(schema);
  if (!isRecord(value)) return wrong(`${show(value)}; expected a map with ${Object.keys(node.properties ?? {}).join(', ')}`);
  fillEmpty(value, node);
  return { kind: 'map', text: read.text, value };
}
