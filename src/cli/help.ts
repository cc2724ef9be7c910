// What the program can do, for somebody who asks it.
import { commonOptions, meant } from './arguments.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import type { Terminal } from './terminal.ts';
import { padEnd } from './text/width.ts';
import { hang, wrap } from './text/wrap.ts';

export const help: Command = {
  usage: 'help [COMMAND]',
  describes: 'Lists the commands, or says what one of them takes.',
  options: {},
  words: { min: 0, max: 1 },
  examples: [['understudy help diff', 'what `diff` takes']],
  run: async ({ words: [name], terminal, commands }) => {
    if (name === undefined) terminal.print(overview(commands, terminal));
    else terminal.print(commandHelp(await commandNamed(name, commands), terminal));
    return exits.ready;
  },
};

async function commandNamed(name: string, commands: Given['commands']): Promise<Command> {
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (listed === undefined) throw new UsageError(`unknown command '${name}'${meant(name, Object.keys(commands))}`);
  return listed.load();
}

function overview(commands: Given['commands'], { paint, columns }: Terminal): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  return [
    ...wrap(
      'Understudy tells whether the disaster-recovery side of a system could take over now, what would break, and what to type to mend it. It only looks: it changes nothing.',
      columns,
    ),
    '',
    `${paint('Usage:', 'bold')} understudy COMMAND [options]`,
    '',
    ...Object.entries(commands).flatMap(([name, { summary }]) => hang(`  ${padEnd(name, width)}`, summary, columns)),
    '',
    `${paint('Begin with:', 'bold')}`,
    '  $ understudy check --alone',
    '',
    ...wrap(
      '`understudy COMMAND --help` says what a command takes. Exit codes: 0 ready, 1 degraded, 2 not ready, 3 unknown or not done.',
      columns,
    ),
  ].join('\n');
}

export function commandHelp(command: Command, { paint, columns }: Pick<Terminal, 'paint' | 'columns'>): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, option]) => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    `${option.describes}${option.choices === undefined ? '' : ` (${option.choices.join(', ')})`}`,
  ]);
  const width = Math.max(...options.map(([name]) => name!.length)) + 2;
  return [
    `${paint('Usage:', 'bold')} understudy ${command.usage} [options]`,
    '',
    ...command.describes.split('\n').flatMap((paragraph) => wrap(paragraph, columns)),
    '',
    paint('Options:', 'bold'),
    ...options.flatMap(([name, describes]) => hang(`  ${padEnd(name!, width)}`, describes!, columns)),
    '',
    paint('Examples:', 'bold'),
    ...command.examples.flatMap(([line, says]) => [`  $ ${line}`, ...wrap(says, columns - 6).map((text) => `      ${paint(text, 'dim')}`)]),
    '',
    ...hang('Exit codes: ', command.exitCodes ?? '0 done, 3 not done.', columns),
  ].join('\n');
}
