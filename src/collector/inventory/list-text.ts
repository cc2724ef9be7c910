// The text of a target list, JSON or YAML, into a value whose places can still be told.
import { formatConfigError } from '../../config/config-error.ts';
import { spoken } from '../../config/schema-messages.ts';
import { type ConfigText, readYaml } from '../../config/yaml-text.ts';
import type { ListText } from './target-list.ts';

export type TextRead = ({ readonly kind: 'read' } & ListText) | { readonly kind: 'broken'; readonly trouble: string };

/** Line and column, as in a configuration. */
export async function yamlList(text: string, source: string): Promise<TextRead> {
  const read = await readYaml(text, source);
  if (read.kind === 'invalid') return { kind: 'broken', trouble: formatConfigError(read.errors[0]!) };
  return { kind: 'read', text: read.text, format: formatConfigError };
}

/** JSON is written by programs, on one line often enough: where in the list something stands tells more than a column. */
export function jsonList(text: string, source: string): TextRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'broken', trouble: `${source}${syntaxPlace(error.message)}: not valid JSON` };
  }
  return { kind: 'read', text: jsonText(value, source), format: ({ message }) => message };
}

/** V8 tells the place where it knows it, and shows text where it does not. */
function syntaxPlace(message: string): string {
  const match = /\(line (\d+) column (\d+)\)$/.exec(message);
  return match === null ? '' : `:${match[1]}:${match[2]}`;
}

function jsonText(value: unknown, source: string): ConfigText {
  const start = { line: 1, column: 1 };
  return {
    value,
    at: () => start,
    error: (pointer, _part, message) => {
      const where = spoken(pointer);
      const isSaid = pointer === '' || message.startsWith(where);
      return { file: source, ...start, message: `${source}: ${isSaid ? message : `${where}: ${message}`}` };
    },
  };
}
