// What a probe's schema says about a text beyond its shape (`format`): that it is a regular expression, a network or an address.
import { isIP } from 'node:net';
import type { TSchema } from 'typebox/type';
import type { ConfigError } from './config-error.ts';
import { networkProblem } from './networks.ts';
import { isRecord, memberNode, type SchemaNode, schemaNode, show, spoken } from './schema-messages.ts';
import { type ConfigText, escapePointer } from './yaml-text.ts';

export async function settingProblems(schema: TSchema, value: unknown, text: ConfigText, base: string): Promise<readonly ConfigError[]> {
  const errors = await Promise.all(
    formatted(schemaNode(schema), value, base).map(async (one) => {
      const problem = await formatProblem(one.format, one.value);
      return problem === null ? [] : [text.error(one.pointer, 'value', `${spoken(one.pointer)}: ${problem}`)];
    }),
  );
  return errors.flat();
}

interface Formatted {
  readonly format: string;
  readonly value: string;
  readonly pointer: string;
}

/** Every text whose schema names a format. */
function formatted(node: SchemaNode, value: unknown, pointer: string): readonly Formatted[] {
  const branches = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (typeof value === 'string') return branches.flatMap(({ format }) => (format === undefined ? [] : [{ format, value, pointer }]));
  return branches.flatMap((branch) => {
    if (Array.isArray(value)) {
      const { items } = branch;
      return items === undefined ? [] : value.flatMap((item, index) => formatted(items, item, `${pointer}/${index}`));
    }
    if (!isRecord(value)) return [];
    return Object.entries(value).flatMap(([key, member]) => {
      const next = memberNode(branch, key);
      return next === undefined ? [] : formatted(next, member, `${pointer}/${escapePointer(key)}`);
    });
  });
}

async function formatProblem(format: string, value: string): Promise<string | null> {
  switch (format) {
    case 'regex':
      return regexProblem(value);
    case 'ip':
      return isIP(value) === 0 ? `${show(value)} is not an IP address` : null;
    case 'cidr':
      return networkProblem(value);
    default:
      return null;
  }
}

function regexProblem(source: string): string | null {
  try {
    new RegExp(source);
    return null;
  } catch (error) {
    return `${show(source)} is not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}`;
  }
}
