// How a check came to what it says, down to each question that was asked; or what a finding means and what mends it.
import { gaps } from '../contract/gap.ts';
import type { CheckState, Observation } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { meant } from './arguments.ts';
import { CannotError, type Command, type ExitCode, type Given, UsageError } from './command.ts';
import { type Declared, declaredRules, remedyWithBlanks } from './declared.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import { askOptions, lookOptions, reportFor } from './known.ts';
import { isRegionNamed, whichRegion } from './region/named.ts';
import { explainedCheckJson, explainedFindingJson } from './render/explained-json.ts';
import { blindSpotText, findingText, remedyLines } from './render/finding-text.ts';
import { observationLines } from './render/observation-text.ts';
import type { Report } from './report.ts';
import { shownObservations } from './shown-observation.ts';
import type { Terminal } from './terminal.ts';
import { shownLines, shownText } from './text/escape.ts';
import { printableJson } from './text/printable-json.ts';
import { table } from './text/table.ts';
import { hang, wrap } from './text/wrap.ts';
import { moment, momentAndAge, severityWords, tookAside, tookWords } from './words.ts';

export const explain: Command = {
  usage: 'explain CHECK|CODE',
  describes:
    'For a check: what it saw last, every question it asked and what was answered, its facts, readings and findings. For the code of a finding (certs/expired): what it means, why it matters and what mends it, and where it holds at present.',
  options: { ...askOptions, ...lookOptions, format: formatOption(['text', 'json']) },
  words: { min: 1, max: 1 },
  examples: [
    ['understudy explain certs', 'how the check `certs` came to what it says'],
    ['understudy explain certs/expired', 'what that finding means'],
    ['understudy explain kernel --now', 'look now, without an agent'],
    ['understudy explain dns --format json', 'the facts and the trail, for a script'],
    ['understudy explain network --tenancy phx/', 'how a check of a recorded region came to what it says'],
  ],
  run: runExplain,
};

async function runExplain(given: Given) {
  const { allProbes, probes: ofMachines, regionProbes } = await import('../probes/registry.generated.ts');
  const probes = isRegionNamed(given) ? regionProbes : ofMachines;
  const word = given.words[0]!;
  const declared = declaredRules(allProbes);
  const found = declared.find(({ rule }) => rule.code === word);
  if (found !== undefined) return printFinding(found, await findingsNow(found, given, probes), given);
  if (word.includes('/')) {
    const codes = declared.map(({ rule }) => rule.code);
    throw new UsageError(`there is no finding '${word}'${meant(word, codes)}`);
  }
  if (allProbes.get(word)?.looksAt === 'region' && !isRegionNamed(given))
    throw new UsageError(`'${word}' looks at a region: ${whichRegion}`);
  const report = await reportFor(given, probes);
  const state = report.subject.checks.find((one) => one.check === word);
  if (state === undefined) throw new CannotError(notWatched(word, report));
  const { terminal, values } = given;
  terminal.print(values.format === 'json' ? explainedCheckJson(state, report) : explainCheck(state, report, terminal).join('\n'));
  return exits.ready;
}

function printFinding(declared: Declared, report: Report | null, { terminal, values }: Given): ExitCode {
  const isJson = values.format === 'json';
  terminal.print(
    isJson ? explainedFindingJson(declared, remedyWithBlanks(declared), report) : explainRule(declared, report, terminal).join('\n'),
  );
  return exits.ready;
}

function notWatched(word: string, { subject }: Report): string {
  const notTold = subject.notTold.find(({ probe }) => probe === word);
  if (notTold !== undefined) return `'${word}' was not told what to look at: ${notTold.detail}`;
  const ids = subject.checks.map(({ check }) => check);
  return `there is no check '${word}' on ${subject.node.name}${meant(word, ids) || `; there are ${ids.join(', ')}`}`;
}

/** What a code means is known without an agent; where it holds is said when one answers. */
async function findingsNow({ probe }: Declared, given: Given, probes: ReadonlyMap<string, AnyProbe>): Promise<Report | null> {
  // No agent looks at a region.
  if (probe.looksAt === 'region' && !isRegionNamed(given)) return null;
  try {
    return await reportFor(given, probes);
  } catch (error) {
    if (!(error instanceof CannotError)) throw error;
    given.terminal.note(`understudy: ${error.message}`);
    return null;
  }
}

function explainRule(declared: Declared, report: Report | null, terminal: Terminal): readonly string[] {
  const { rule, probe } = declared;
  const { paint, columns } = terminal;
  const { symbol, colour } = severityWords[rule.severity];
  const holding = report?.judgement.findings.filter((finding) => finding.code === rule.code) ?? [];
  return [
    ...hang(`${paint(`${symbol} ${rule.severity}`, 'bold', colour)}  `, `${rule.title} ${paint(`[${rule.code}]`, 'dim')}`, columns),
    ...wrap(
      `Found by ${probe.id}, ${rule.kind === 'paired' ? 'beside the primary' : `on each ${probe.looksAt} by itself`}; gap: ${gaps[rule.gap ?? probe.gap]}.`,
      columns,
    ),
    '',
    ...wrap(rule.why, columns),
    '',
    ...remedyLines(remedyWithBlanks(declared), terminal),
    ...(report === null
      ? []
      : [
          '',
          holding.length === 0
            ? `It does not hold on ${shownText(report.subject.node.name)}.`
            : paint(`It holds on ${shownText(report.subject.node.name)}:`, 'bold'),
        ]),
    ...holding.flatMap((finding) => ['', ...findingText(finding, report!, terminal)]),
  ];
}

function explainCheck(state: CheckState, report: Report, terminal: Terminal): readonly string[] {
  const { paint } = terminal;
  const { current, lastObserved } = state;
  const probe = report.probes.get(state.probe);
  const findings = report.judgement.findings.filter((finding) => finding.check === state.check);
  const blind = report.judgement.blindSpots.filter((spot) => spot.check === state.check);
  const shown = shownObservations(report.subject, report.probes).filter((one) => one.check === state.check);
  return [
    `${paint(state.check, 'bold')}: ${probe?.title ?? state.probe}${state.isRequired ? '' : ' (optional)'}`,
    ...observationLines(shown, terminal),
    ...(current === null ? ['  not looked at yet'] : whenLines(current, report, terminal)),
    ...blind.flatMap((spot) => blindSpotText(spot, report, terminal)),
    ...findings.flatMap((finding) => ['', ...findingText(finding, report, terminal)]),
    ...(current === null ? [] : trailLines(current, terminal)),
    ...(current === null ? [] : readingLines(current, probe, terminal)),
    ...factLines(current, 'Facts', terminal),
    ...factLines(lastObserved, `Facts when it was last observed, ${lastObserved === null ? '' : moment(lastObserved.lastAt)}`, terminal),
  ];
}

function whenLines({ firstAt, lastAt, count }: Observation, { judgedAt }: Report, { columns }: Terminal): readonly string[] {
  const span = count === 1 ? '' : `; the same since ${momentAndAge(firstAt, judgedAt)}, ${count} looks`;
  return hang('  looked at ', `${momentAndAge(lastAt, judgedAt)}${span}`, columns);
}

function trailLines({ trail }: Observation, { paint, columns }: Terminal): readonly string[] {
  if (trail.length === 0) return [];
  const lines = trail.flatMap(({ afterMs, tookMs, asked, answered }) => [
    ...hang(`  ${paint(tookWords(afterMs).padStart(8), 'dim')}  `, `${shownText(asked)} ${paint(tookAside(tookMs), 'dim')}`, columns),
    ...shownLines(answered.trimEnd()).flatMap((line) => hang(`            ${paint('→', 'dim')} `, line, columns)),
  ]);
  return ['', paint('What was asked, and what was answered', 'bold'), ...lines];
}

function readingLines({ readings }: Observation, probe: AnyProbe | undefined, { paint }: Terminal): readonly string[] {
  if (readings.length === 0) return [];
  const rows = readings.map(({ name, subject, value }) => [name, String(Number(value.toFixed(3))), subject, probe?.readings[name] ?? '']);
  return ['', paint('Readings', 'bold'), ...table(['NAME', 'VALUE', 'OF', 'WHAT IT IS'], rows, paint)];
}

function factLines(observation: Observation | null, title: string, { paint }: Terminal): readonly string[] {
  if (observation?.outcome.kind !== 'observed') return [];
  return ['', paint(title, 'bold'), ...printableJson(observation.outcome.facts).split('\n')];
}
