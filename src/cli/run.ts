// Lets the agent look now, and says what it saw.
import { CannotError, type Command, type Given } from './command.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import { agentFor, askOptions, reportOfAgent } from './known.ts';
import { explainedCheckJson } from './render/explained-json.ts';
import { observationLines } from './render/observation-text.ts';
import { shownObservations } from './shown-observation.ts';

export const run: Command = {
  usage: 'run CHECK',
  describes:
    'Asks the agent to look through a check now instead of when it is due, waits for it, and prints what was seen. As JSON it prints what `explain CHECK` does.',
  options: { ...askOptions, format: formatOption(['text', 'json']) },
  words: { min: 1, max: 1 },
  examples: [['understudy run certs', 'after a certificate was renewed']],
  run: runNow,
};

async function runNow(given: Given) {
  const { probes } = await import('../probes/machines.generated.ts');
  const { terminal, words } = given;
  const agent = await agentFor(given, probes);
  const id = words[0]!;
  terminal.progress(`${id}: looking`);
  try {
    await agent.post(`/v1/checks/${encodeURIComponent(id)}/run`);
  } finally {
    terminal.progress(null);
  }
  const report = await reportOfAgent(agent, probes);
  const state = report.subject.checks.find((one) => one.check === id);
  if (given.values.format === 'json' && state !== undefined) {
    terminal.print(explainedCheckJson(state, report));
    return exits.ready;
  }
  const shown = shownObservations(report.subject, probes).filter((one) => one.check === id);
  if (shown.length === 0) throw new CannotError(`the agent has not looked through '${id}' yet`);
  terminal.print(observationLines(shown, terminal).join('\n'));
  return exits.ready;
}
