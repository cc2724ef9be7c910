// Completion for bash and zsh, written from the commands' own declarations.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell variables.
import { commonOptions } from './arguments.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';

export const completion: Command = {
  usage: 'completion bash|zsh',
  describes: 'Prints a completion script.',
  options: {},
  words: { min: 1, max: 1 },
  examples: [
    ['source <(understudy completion bash)', 'for this shell'],
    ['understudy completion zsh > ~/.zfunc/_understudy', 'for good, where ~/.zfunc is in fpath'],
  ],
  run: async ({ words: [shell], terminal, commands }) => {
    if (shell !== 'bash' && shell !== 'zsh') throw new UsageError(`there is no completion for '${shell}'; there is for bash and zsh`);
    terminal.print(shell === 'bash' ? bash(await wordsOfCommands(commands)) : zsh(await wordsOfCommands(commands)));
    return exits.ready;
  },
};

/** Command to what may follow it. */
async function wordsOfCommands(commands: Given['commands']): Promise<readonly (readonly [name: string, options: readonly string[]])[]> {
  const { allProbes } = await import('../probes/registry.generated.ts');
  const more: Readonly<Record<string, readonly string[]>> = {
    check: [...allProbes.keys()],
    doctor: ['oci'],
    config: ['check', 'schema', 'example', 'agent', 'fleet'],
    receipt: ['verify', 'show', 'key'],
    completion: ['bash', 'zsh'],
    help: Object.keys(commands),
  };
  return Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => {
      const { options } = await load();
      return [name, [...(more[name] ?? []), ...Object.keys({ ...options, ...commonOptions }).map((option) => `--${option}`)]] as const;
    }),
  );
}

const cases = (all: Awaited<ReturnType<typeof wordsOfCommands>>): readonly string[] =>
  all.map(([name, words]) => `    ${name}) words='${words.join(' ')}' ;;`);

const bash = (all: Awaited<ReturnType<typeof wordsOfCommands>>): string =>
  [
    '_understudy() {',
    '  local words word=${COMP_WORDS[COMP_CWORD]}',
    '  case ${COMP_WORDS[1]} in',
    ...cases(all),
    '  esac',
    `  [ "$COMP_CWORD" -eq 1 ] && words='${all.map(([name]) => name).join(' ')}'`,
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))',
    '}',
    'complete -o filenames -F _understudy understudy',
  ].join('\n');

const zsh = (all: Awaited<ReturnType<typeof wordsOfCommands>>): string =>
  [
    '#compdef understudy',
    '_understudy() {',
    '  local words_=""',
    '  case ${words[2]} in',
    ...cases(all).map((line) => line.replace('words=', 'words_=')),
    '  esac',
    `  (( CURRENT == 2 )) && words_='${all.map(([name]) => name).join(' ')}'`,
    '  compadd -- ${=words_} || _files',
    '}',
    'compdef _understudy understudy',
  ].join('\n');
