// Judges a standby beside its primary, wherever what is known of each comes from.
import type { Role } from '../contract/node.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { judge } from '../judge/judge.ts';
import { agentOptions } from './agent-client.ts';
import { CannotError, type Command, type Given } from './command.ts';
import { exits } from './exits.ts';
import { formatOption, printReport } from './formats.ts';
import { configOption } from './settings.ts';
import { sideFrom } from './side.ts';

export const diff: Command = {
  usage: 'diff PRIMARY STANDBY',
  describes:
    'Compares a standby with its primary and judges the standby: what it lacks beside the primary, and what is broken on it by itself. Each side is the folder of a recorded machine or region, a file with a snapshot, the address of an agent (http:// or https://) or its Unix socket. Both are machines, or both are regions.\nSides are judged as of the moment in which the standby was seen.',
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
    ['understudy diff fra/ zrh/ --format json', 'two recorded machines, or two recorded regions, for a script'],
  ],
  exitCodes: '0 the standby is ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: runDiff,
};

async function runDiff({ words, values, terminal }: Given) {
  const { allProbes, probes } = await import('../probes/registry.generated.ts');
  const options = {
    configFile: values.config ?? null,
    tokenFile: values['token-file'] ?? null,
    authoritiesFile: values.authorities ?? null,
    probes,
    allProbes,
    terminal,
  };
  const primary = inRole(await sideFrom(words[0]!, options), 'primary', terminal.note);
  const standby = inRole(await sideFrom(words[1]!, options), 'standby', terminal.note);
  refuseMixed([words[0]!, primary], [words[1]!, standby], allProbes);
  if (primary.node.id === standby.node.id) terminal.note(`understudy: both sides say they are the same one (${standby.node.name})`);
  const judgedAt = standby.takenAt;
  const judgement = judge({ now: judgedAt, subject: standby, twin: primary, earlier: [], probes: allProbes });
  await printReport(
    values.format ?? 'text',
    { subject: standby, primary, judgement, probes: allProbes, judgedAt, isAlone: false },
    terminal,
  );
  return exits[judgement.verdict];
}

/** What is seen of a region says nothing of a machine: compared, each would lack all that the other has. */
function refuseMixed(primary: Side, standby: Side, probes: ReadonlyMap<string, AnyProbe>): void {
  const [kind, other] = [looksAt(primary[1], probes), looksAt(standby[1], probes)];
  if (kind === null || other === null || kind === other) return;
  throw new CannotError(
    `${primary[0]} shows a ${kind} and ${standby[0]} a ${other}: a machine is compared with a machine, a region with a region`,
  );
}

type Side = readonly [place: string, snapshot: Snapshot];

/** Null where it has no check that this version knows. */
function looksAt({ checks, notTold }: Snapshot, probes: ReadonlyMap<string, AnyProbe>): AnyProbe['looksAt'] | null {
  const known = [...checks, ...notTold].flatMap(({ probe }) => probes.get(probe) ?? []);
  return known[0]?.looksAt ?? null;
}

/** The order of the words says which is which; a machine that says otherwise of itself is pointed out. */
function inRole(snapshot: Snapshot, role: Role, note: (text: string) => void): Snapshot {
  const { node } = snapshot;
  if (node.role !== null && node.role !== role)
    note(`understudy: ${node.name} says that it is the ${node.role}; it is compared as the ${role}`);
  return { ...snapshot, node: { ...node, role } };
}
