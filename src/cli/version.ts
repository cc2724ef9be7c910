// Which version this is.
import type { Command } from './command.ts';
import { exits } from './exits.ts';
import { programVersion } from './program-version.ts';

export const version: Command = {
  usage: 'version',
  describes: 'Prints the version.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [['understudy --version', 'the same']],
  run: async ({ terminal }) => {
    terminal.print(`understudy ${programVersion()}`);
    return exits.ready;
  },
};
