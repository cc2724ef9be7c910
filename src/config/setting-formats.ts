// What a probe's schema says about a text beyond its shape: that it is a regular expression, a network or an IP address.
import { isIP } from 'node:net';
import type { TSchema } from 'typebox/type';
import type { ConfigError } from './config-error.ts';
import { isRecord, type SchemaNode, schemaNode, show, spoken } from './schema-messages.ts';
import { type ConfigText, escapePointer } from './yaml-text.ts';

export function settingProblems(schema: TSchema, value: unknown, text: ConfigText, base: string): readonly ConfigError[] {
  return visit(schemaNode(schema), value, text, base);
}

function visit(node: SchemaNode, value: unknown, text: ConfigText, pointer: string): readonly ConfigError[] {
  const branches = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (typeof value === 'string') {
    const problem = branches.map((branch) => formatProblem(branch.format, value)).find((one) => one !== null) ?? null;
    return problem === null ? [] : [text.error(pointer, 'value', `${spoken(pointer)}: ${problem}`)];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      branches.flatMap(({ items }) => (items === undefined ? [] : visit(items, item, text, `${pointer}/${index}`))),
    );
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    branches.flatMap((branch) => {
      const next =
        branch.properties?.[key] ??
        branch.patternProperties?.['^(.*)$'] ??
        (typeof branch.additionalProperties === 'object' ? branch.additionalProperties : undefined);
      return next === undefined ? [] : visit(next, member, text, `${pointer}/${escapePointer(key)}`);
    }),
  );
}

function formatProblem(format: string | undefined, value: string): string | null {
  switch (format) {
    case 'regex':
      return regexProblem(value);
    case 'ip':
      return isIP(value) === 0 ? `${show(value)} is not an IP address` : null;
    default:
      return null;
  }
}

function regexProblem(source: string): string | null {
  try {
    new RegExp(source, 'u');
    return null;
  } catch (error) {
    return `${show(source)} is not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}`;
  }
}
