// What bash completes, as `understudy completion bash` prints it.
import type { Listed } from '../../src/cli/command.ts';
import { completion } from '../../src/cli/completion.ts';

export async function bashCompletion(commands: Readonly<Record<string, Listed>>): Promise<string> {
  const printed: string[] = [];
  await completion.run({
    words: ['bash'],
    values: {},
    lists: {},
    flags: new Set(),
    terminal: { print: (text) => printed.push(text), note: () => {}, progress: () => {}, paint: (text) => text, columns: 80 },
    commands,
  });
  return `${printed.join('\n')}\n`;
}
