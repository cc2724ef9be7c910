// What the running agent knows.
import type { Command } from './command.ts';
import { exits } from './exits.ts';
import { formatOption, printReport } from './formats.ts';
import { agentFor, askOptions, reportOfAgent } from './known.ts';

export const status: Command = {
  usage: 'status',
  describes: 'Asks the agent for its verdict, its findings and what each check saw last, and exits by the verdict.',
  options: { ...askOptions, format: formatOption() },
  words: { min: 0, max: 0 },
  examples: [
    ['understudy status', 'the agent of this machine'],
    ['understudy status --agent https://app1-zrh:7807 --token-file token', 'another one'],
  ],
  exitCodes: '0 ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: async (given) => {
    const { probes } = await import('../probes/machines.generated.ts');
    const report = await reportOfAgent(await agentFor(given, probes), probes);
    await printReport(given.values.format ?? 'text', report, given.terminal);
    return exits[report.judgement.verdict];
  },
};
