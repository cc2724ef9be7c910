// What is packaged to be read and completed, held against what the program takes.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bashCompletion } from '../../scripts/package/completion.ts';
import { manual } from '../../scripts/package/manual.ts';
import { commonOptions } from '../../src/cli/arguments.ts';
import type { Command } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';

const page = await manual(commands, 1_700_000_000);
const loaded: readonly (readonly [string, Command])[] = await Promise.all(
  Object.entries(commands).map(async ([name, { load }]) => [name, await load()] as const),
);

/** What a reader sees of roff's escapes. */
const shown = (roff: string): string =>
  roff
    .replace(/\\f[BIR]/g, '')
    .replace(/\\\[u([0-9A-F]+)\]/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(
      /\\\((aq|ga|ha|ti|dq)/g,
      (_, name: 'aq' | 'ga' | 'ha' | 'ti' | 'dq') => ({ aq: "'", ga: '`', ha: '^', ti: '~', dq: '"' })[name],
    )
    .replaceAll('\\-', '-')
    .replaceAll('\\&', '')
    .replaceAll('\\e', '\\');

/** The part of a command, from its heading to the next. */
function partOf(usage: string): string {
  const parts = page.split(/^(?=\.S[SH] )/m).map(shown);
  return parts.find((part) => part.startsWith(`.SS "understudy ${usage}"\n`)) ?? '';
}

describe('understudy(1)', () => {
  it.each(loaded)('tells all of what `%s` takes, does and ends with', (_, command) => {
    const part = partOf(command.usage);
    for (const paragraph of command.describes.split('\n')) expect(part).toContain(paragraph);
    for (const [name, { value, describes, choices }] of Object.entries(command.options)) {
      expect(part).toContain(`--${name}${value === undefined ? '' : ` ${value}`}\n${describes}`);
      for (const choice of choices ?? []) expect(part).toContain(choice);
    }
    for (const [line] of command.examples) expect(part).toContain(`$ ${line}\n`);
    expect(part).toContain(command.exitCodes ?? '');
  });

  it('has no line that roff would take for a request of its own', () => {
    const requests = page.split('\n').filter((line) => /^['.]/.test(line));
    const known = /^\.(TH UNDERSTUDY|S[HS] |B understudy|I |BR |PP$|TP$|nf$|fi$|RS 4$|RE$)/;
    expect(requests.filter((line) => !known.test(line))).toEqual([]);
  });

  it('is ASCII, whatever stands in a description', () => {
    expect(page).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe('completion in bash', async () => {
  const script = await bashCompletion(commands);
  const completed = (...words: readonly string[]): readonly string[] =>
    execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _understudy; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      { encoding: 'utf8', cwd: '/' },
    ).split('\n');

  it('offers every command, and no other', () => {
    expect(completed('understudy', '').filter((word) => word !== '')).toEqual(Object.keys(commands));
  });

  it.each(loaded)('offers after `%s` the options that it takes, and no other', (name, command) => {
    const options = completed('understudy', name, '--').filter((word) => word !== '');
    expect(options.toSorted()).toEqual(
      Object.keys({ ...command.options, ...commonOptions })
        .map((option) => `--${option}`)
        .toSorted(),
    );
  });
});
