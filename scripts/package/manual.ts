// understudy(1), written from the commands' own declarations. Its words are those of man(7).
import { commonOptions } from '../../src/cli/arguments.ts';
import type { Command, Listed, Option } from '../../src/cli/command.ts';
import { version } from './release.ts';

export async function manual(commands: Readonly<Record<string, Listed>>, sourceDate: number): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map(async ({ summary, load }) => ({ summary, command: await load() })));
  const day = new Date(sourceDate * 1000).toISOString().slice(0, 10);
  return [
    `.TH UNDERSTUDY 1 ${day} "Understudy ${version}" "User Commands"`,
    '.SH NAME',
    text('understudy - tells whether the disaster-recovery side of a system could take over now'),
    '.SH SYNOPSIS',
    '.B understudy',
    '.I COMMAND',
    '[options]',
    '.SH DESCRIPTION',
    text(
      'Understudy tells whether the standby of a system in Oracle Cloud could take over now, what would break if it did, and what to type to mend it. An agent on every machine looks at it on a schedule and serves what it saw; a collector sets each standby beside its primary and judges. It only looks: it changes nothing.',
    ),
    '.PP',
    text('Begin with:'),
    ...example('understudy check --alone'),
    '.SH COMMANDS',
    ...loaded.flatMap(({ summary, command }) => section(summary, command)),
    '.SH COMMON OPTIONS',
    ...options(commonOptions),
    '.SH EXIT STATUS',
    text('0 ready, 1 degraded, 2 not ready, 3 unknown or not done; where a command says otherwise, that holds.'),
    ...places(),
    '.SH SEE ALSO',
    '.BR systemctl (1),',
    '.BR journalctl (1)',
    '.PP',
    text('/usr/share/doc/understudy-agent has how it is operated (operations.md) and what each finding means (findings.md).'),
    '',
  ].join('\n');
}

function section(summary: string, command: Command): readonly string[] {
  return [
    `.SS ${quoted(`understudy ${command.usage}`)}`,
    text(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`),
    ...command.describes.split('\n').flatMap((paragraph) => ['.PP', text(paragraph)]),
    ...options(command.options),
    ...command.examples.flatMap(([line, says]) => ['.PP', text(`${says[0]!.toUpperCase()}${says.slice(1)}:`), ...example(line)]),
    ...(command.exitCodes === undefined ? [] : ['.PP', text(`Exit status: ${command.exitCodes}`)]),
  ];
}

const options = (all: Readonly<Record<string, Option>>): readonly string[] =>
  Object.entries(all).flatMap(([name, { value, describes, choices }]) => [
    '.TP',
    `\\fB${escaped(`--${name}`)}\\fR${value === undefined ? '' : ` \\fI${escaped(value)}\\fR`}`,
    text(`${describes}${choices === undefined ? '' : ` (${choices.join(', ')})`}`),
  ]);

const example = (line: string): readonly string[] => ['.PP', '.nf', '.RS 4', text(`$ ${line}`), '.RE', '.fi'];

const places = (): readonly string[] => [
  '.SH FILES',
  ...[
    ['/etc/understudy/agent.yaml', 'what the agent of this machine is told'],
    ['/etc/understudy/fleet.yaml', 'the fleet, where a collector runs'],
    ['/run/understudy/agent.sock', 'where the agent answers; the group understudy may ask'],
    ['/var/lib/understudy', 'what the agent saw'],
    ['/var/lib/understudy-collector', 'what the collector heard, and the key of its receipts'],
    ['/var/spool/understudy', 'what capture units leave for the agent'],
  ].flatMap(([path, says]) => ['.TP', `.I ${escaped(path!)}`, text(says!)]),
];

/** A line of prose: roff takes a point or an apostrophe at its beginning for a request. */
const text = (line: string): string => escaped(line).replace(/^(?=[.'])/, '\\&');

const quoted = (title: string): string => `"${escaped(title).replaceAll('"', '\\(dq')}"`;

/** Dashes and quotes as they are typed at a shell, where roff would set those of print; what is beyond ASCII by its code. */
const escaped = (plain: string): string =>
  plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/[^\x20-\x7e]/gu, (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);
