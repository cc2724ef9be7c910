// Looks once, judges, prints, and exits by the verdict.
import { nearest } from '../config/nearest.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { judge } from '../judge/judge.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { formatNames, formatOption, printReport } from './formats.ts';
import { configOption } from './settings.ts';
import { look, openSubject, type Subject } from './subject.ts';
import { printableJson } from './text/printable-json.ts';

export const check: Command = {
  usage: 'check [PROBE…]',
  describes:
    'Looks at this machine once through every check, or through those that are named (by check or by probe), judges what it saw and exits by the verdict. It needs no agent and changes nothing.\nUnknown is never ready: what could not be seen, or has no primary to be compared with, keeps the verdict at unknown. --alone asks for no primary.',
  options: {
    alone: { describes: 'judge this machine by itself: no primary is asked for' },
    config: configOption,
    machine: { value: 'DIR', describes: 'look at a recorded machine instead (see `understudy record`)' },
    format: formatOption([...formatNames, 'snapshot']),
  },
  words: { min: 0, max: 1_000 },
  examples: [
    ['understudy check --alone', 'is anything on this machine amiss, whatever its twin is like?'],
    ['understudy check certs dns --format json', 'only two probes, for a script'],
    ['understudy check --format snapshot > standby.json', 'what `understudy diff` compares, taken where no agent runs'],
    ['understudy check --alone --format nagios', 'as a plugin for Nagios or Icinga'],
  ],
  exitCodes: '0 ready, 1 degraded, 2 not ready, 3 unknown or not done.',
  run: runCheck,
};

async function runCheck({ words, values, flags, terminal }: Given) {
  const { probes } = await import('../probes/registry.generated.ts');
  const opened = await openSubject(values.machine ?? null, values.config ?? null, probes);
  const subject = words.length === 0 ? opened : narrowed(opened, words, probes);
  const snapshot = await look(subject, probes, terminal);
  const isAlone = flags.has('alone');
  const judgedAt = snapshot.takenAt;
  const judgement = judge({ now: judgedAt, subject: snapshot, twin: null, earlier: [], probes, mode: isAlone ? 'alone' : 'pair' });
  if (values.format === 'snapshot') terminal.print(printableJson(snapshot, 0));
  else await printReport(values.format ?? 'text', { subject: snapshot, primary: null, judgement, probes, judgedAt, isAlone }, terminal);
  return exits[judgement.verdict];
}

function narrowed(subject: Subject, names: readonly string[], probes: ReadonlyMap<string, AnyProbe>): Subject {
  const { config } = subject;
  const known = new Set([...config.checks.map((one) => one.id), ...probes.keys()]);
  for (const name of names) {
    if (known.has(name)) continue;
    const near = nearest(name, known);
    throw new UsageError(
      `there is no check or probe '${name}'; ${near === null ? `there are ${[...known].join(', ')}` : `did you mean '${near}'?`}`,
    );
  }
  const isNamed = (id: string, probe: string): boolean => names.includes(id) || names.includes(probe);
  return {
    ...subject,
    config: {
      ...config,
      checks: config.checks.filter((one) => isNamed(one.id, one.probe)),
      notTold: config.notTold.filter(({ probe }) => names.includes(probe)),
    },
  };
}
