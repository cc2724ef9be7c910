// Judges a standby beside its primary, wherever what is known of each comes from.
import type { Role } from '../contract/node.ts';
import type { Snapshot } from '../contract/observation.ts';
import { judge } from '../judge/judge.ts';
import { agentOptions } from './agent-client.ts';
import type { Command, Given } from './command.ts';
import { exits } from './exits.ts';
import { formatOption, printReport } from './formats.ts';
import { configOption } from './settings.ts';
import { sideFrom } from './side.ts';

export const diff: Command = {
  usage: 'diff PRIMARY STANDBY',
  describes:
    'Compares a standby with its primary and judges the standby: what it lacks beside the primary, and what is broken on it by itself. Each side is the folder of a recorded machine, a file with a snapshot, the address of an agent (http:// or https://) or its Unix socket.\nSides are judged as of the moment in which the standby was seen.',
  options: {
    config: { ...configOption, describes: 'the configuration to look at recorded machines with; each one’s own unless given' },
    format: formatOption(),
    'token-file': agentOptions['token-file'],
    authorities: agentOptions.authorities,
  },
  words: { min: 2, max: 2 },
  examples: [
    ['understudy diff primary.json standby.json', 'two snapshots, each from `understudy check --format snapshot`'],
    ['understudy diff https://app1-fra:7807 https://app1-zrh:7807 --token-file token', 'two running agents'],
    ['understudy diff fra/ zrh/ --format json', 'two recorded machines, for a script'],
  ],
  exitCodes: '0 the standby is ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: runDiff,
};

async function runDiff({ words, values, terminal }: Given) {
  const { probes } = await import('../probes/registry.generated.ts');
  const options = {
    configFile: values.config ?? null,
    tokenFile: values['token-file'] ?? null,
    authoritiesFile: values.authorities ?? null,
    probes,
    terminal,
  };
  const primary = inRole(await sideFrom(words[0]!, options), 'primary', terminal.note);
  const standby = inRole(await sideFrom(words[1]!, options), 'standby', terminal.note);
  if (primary.node.id === standby.node.id) terminal.note(`understudy: both sides say they are the same machine (${standby.node.name})`);
  const judgedAt = standby.takenAt;
  const judgement = judge({ now: judgedAt, subject: standby, twin: primary, earlier: [], probes });
  await printReport(values.format ?? 'text', { subject: standby, primary, judgement, probes, judgedAt, isAlone: false }, terminal);
  return exits[judgement.verdict];
}

/** The order of the words says which is which; a machine that says otherwise of itself is pointed out. */
function inRole(snapshot: Snapshot, role: Role, note: (text: string) => void): Snapshot {
  const { node } = snapshot;
  if (node.role !== null && node.role !== role)
    note(`understudy: ${node.name} says that it is the ${node.role}; it is compared as the ${role}`);
  return { ...snapshot, node: { ...node, role } };
}
