// argv to a command, its exit code, and one readable message for whatever goes wrong on the way.
import { meant, readArguments } from './arguments.ts';
import { CannotError, type ExitCode, UsageError } from './command.ts';
import { commands, isCommandName } from './commands.ts';
import { exits } from './exits.ts';
import { openTerminal } from './terminal.ts';
import { shownLines, shownText } from './text/escape.ts';

export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = argv;
  const terminal = openTerminal({ mayColour: !argv.includes('--no-color') });
  const name = first === undefined ? 'help' : (aliases[first] ?? first);
  try {
    if (!isCommandName(name)) {
      if (name.startsWith('-'))
        throw new UsageError(`unknown option '${name}'${meant(name, longAliases) || '; options come after the command'}`);
      throw new UsageError(`unknown command '${name}'${meant(name, Object.keys(commands))}`);
    }
    const command = await commands[name].load();
    const given = readArguments(command, rest);
    if (given.flags.has('help')) {
      const { commandHelp } = await import('./help.ts');
      terminal.print(commandHelp(command, terminal));
      return exits.ready;
    }
    return await command.run({ ...given, terminal, commands });
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.note(`understudy: ${shownText(error.message)}\n${await usageOf(name)}`);
      return exits.unknown;
    }
    if (error instanceof CannotError) {
      terminal.note(`understudy: ${error.message.split('\n').map(shownText).join('\n')}`);
      return exits.unknown;
    }
    // Node's own exit code for this would be 1, which says `degraded`.
    terminal.note(`understudy: a fault in Understudy itself, nothing was judged: ${faultWords(error)}`);
    return exits.unknown;
  }
}

const faultWords = (error: unknown): string =>
  shownLines(error instanceof Error ? (error.stack ?? error.message) : String(error)).join('\n');

const aliases: Readonly<Record<string, string>> = { '--version': 'version', '-V': 'version', '--help': 'help', '-h': 'help' };

const longAliases = Object.keys(aliases).filter((name) => name.startsWith('--'));

async function usageOf(name: string): Promise<string> {
  if (!isCommandName(name)) return 'Usage: understudy COMMAND [options]; `understudy help` lists the commands';
  const { usage } = await commands[name].load();
  return `Usage: understudy ${usage} [options]; \`understudy ${name} --help\` says more`;
}
