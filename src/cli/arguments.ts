// What somebody typed, against what a command takes.
import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { type Command, type Given, type Option, UsageError } from './command.ts';

/** Every command takes these. */
export const commonOptions: Readonly<Record<string, Option>> = {
  'no-color': { describes: 'no colours; also with NO_COLOR set, and whenever the output is not a terminal' },
  help: { describes: 'this text' },
};

/** Throws a UsageError for what the command does not take. */
export function readArguments(command: Command, argv: readonly string[]): Omit<Given, 'terminal' | 'commands'> {
  const options = { ...command.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        { type: option.value === undefined ? 'boolean' : 'string', ...(name === 'help' ? { short: 'h' } : {}) } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const values: Record<string, string> = {};
  const lists: Record<string, readonly string[]> = {};
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) throw new UsageError(`unknown option ${token.rawName}${meantOption(token.name, Object.keys(options))}`);
    if (token.name in values || flags.has(token.name)) throw new UsageError(`${token.rawName} is given twice`);
    if (option.value === undefined) flags.add(readFlag(token.rawName, token.name, token.value));
    else if (option.isRepeatable) lists[token.name] = [...(lists[token.name] ?? []), readValue(token.rawName, option, token.value)];
    else values[token.name] = readValue(token.rawName, option, token.value);
  }
  if (!flags.has('help')) checkCount(command, words);
  return { words, values, lists, flags };
}

function readFlag(rawName: string, name: string, value: string | undefined): string {
  if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
  return name;
}

function readValue(rawName: string, option: Option, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(`${rawName}: '${value}' is not one of ${option.choices.join(', ')}${meant(value, option.choices)}`);
  }
  return value;
}

function checkCount(command: Command, words: readonly string[]): void {
  const { min, max } = command.words;
  if (words.length < min) throw new UsageError(`something is missing: understudy ${command.usage}`);
  if (words.length > max) throw new UsageError(`'${words[max]}' is more than this takes: understudy ${command.usage}`);
}

function meantOption(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === null ? '' : `; did you mean --${near}?`;
}

/** `; did you mean 'format'?`, or nothing. */
export function meant(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === null ? '' : `; did you mean '${near}'?`;
}
