// Looks once at a machine or a region, judges, prints, and exits by the verdict.
import { nearest } from '../config/nearest.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { shellWord } from '../formats/shell-word.ts';
import { judge } from '../judge/judge.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { formatNames, formatOption, printReport } from './formats.ts';
import { type Looks, lookThrough } from './looks.ts';
import { isRegionNamed, regionOptions, whichRegion } from './region/named.ts';
import { configOption } from './settings.ts';
import { looksOf, openSubject } from './subject.ts';
import { printableJson } from './text/printable-json.ts';

export const check: Command = {
  usage: 'check [PROBE…]',
  describes:
    'Looks at this machine, or with --tenancy or --region at a region of OCI, once through every check, or through those that are named (by check or by probe), judges what it saw and exits by the verdict. It needs no agent and changes nothing.\nUnknown is never ready: what could not be seen, or has no primary to be compared with, keeps the verdict at unknown. --alone asks for no primary.',
  options: {
    alone: { describes: 'judge it by itself: no primary is asked for' },
    config: configOption,
    machine: { value: 'DIR', describes: 'look at a recorded machine instead (see `understudy record`)' },
    ...regionOptions,
    format: formatOption([...formatNames, 'snapshot']),
  },
  words: { min: 0, max: 1_000 },
  examples: [
    ['understudy check --alone', 'is anything on this machine amiss, whatever its twin is like?'],
    ['understudy check certs dns --format json', 'only two probes, for a script'],
    ['understudy check --format snapshot > standby.json', 'what `understudy diff` compares, taken where no agent runs'],
    ['understudy check --alone --format nagios', 'as a plugin for Nagios or Icinga'],
    ['understudy check network --tenancy phx/', 'a recorded region; its scope and settings are in the folder'],
    ['understudy check --region billing/phx --alone', 'a region as the fleet file describes it, asked now'],
  ],
  exitCodes: '0 ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: runCheck,
};

async function runCheck(given: Given) {
  const { words, values, flags, terminal } = given;
  const { allProbes, probes: ofMachines, regionProbes } = await import('../probes/registry.generated.ts');
  const isRegion = isRegionNamed(given);
  const probes = isRegion ? regionProbes : ofMachines;
  const opened = isRegion
    ? await (await import('./region/region.ts')).looksAtRegion(given, allProbes)
    : await looksOf(await openSubject(values.machine ?? null, values.config ?? null, probes));
  const looks = words.length === 0 ? opened : narrowed(opened, words, probes, allProbes);
  const snapshot = await lookThrough(looks, probes, terminal);
  const isAlone = flags.has('alone');
  const judgedAt = snapshot.takenAt;
  const judgement = judge({ now: judgedAt, subject: snapshot, twin: null, earlier: [], probes, mode: isAlone ? 'alone' : 'pair' });
  if (values.format === 'snapshot') terminal.print(printableJson(snapshot, 0));
  else {
    const report = { subject: snapshot, primary: null, judgement, probes, judgedAt, isAlone, aloneCommand: aloneCommand(given) };
    await printReport(values.format ?? 'text', report, terminal);
  }
  return exits[judgement.verdict];
}

/** The same look, without a primary to compare with. */
function aloneCommand({ words, values }: Given): string {
  const named = ['config', 'machine', 'tenancy', 'region'].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return ['understudy', 'check', ...words, ...named].map(shellWord).concat('--alone').join(' ');
}

type Probes = ReadonlyMap<string, AnyProbe>;

function narrowed(looks: Looks, names: readonly string[], probes: Probes, allProbes: Probes): Looks {
  const known = new Set([...looks.checks.map((one) => one.id), ...probes.keys()]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    looks.close();
    throw new UsageError(allProbes.has(unknown) ? looksElsewhere(unknown, looks.looksAt) : unknownName(unknown, known));
  }
  const isNamed = (id: string, probe: string): boolean => names.includes(id) || names.includes(probe);
  return {
    ...looks,
    checks: looks.checks.filter((one) => isNamed(one.id, one.probe)),
    notTold: looks.notTold.filter(({ probe }) => names.includes(probe)),
  };
}

function unknownName(name: string, known: ReadonlySet<string>): string {
  const near = nearest(name, known);
  return `there is no check or probe '${name}'; ${near === null ? `there are ${[...known].join(', ')}` : `did you mean '${near}'?`}`;
}

const looksElsewhere = (name: string, looksAt: Looks['looksAt']): string =>
  looksAt === 'machine'
    ? `'${name}' looks at a region: ${whichRegion}`
    : `'${name}' looks at machines, not at a region: leave --tenancy and --region out`;
