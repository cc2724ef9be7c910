// Looks at the packages that the settings name: which versions of them are installed.
import type { Exited, Failed, Machine } from '../../contract/machine.ts';
import type { Packages } from './facts.ts';
import { dpkgFormat, type Installed, parseDpkgQuery, parseDpkgStatus, parseRpmLines, rpmFormat, rpmLongFormat } from './packages-parse.ts';

/** 3,000 packages are about 6 MiB. */
const statusBytesMax = 33_554_432;
const answerBytesMax = 1_048_576;
const timeoutMs = 30_000;

export async function lookAtPackages(port: Machine, asked: readonly string[]): Promise<Packages> {
  const names = [...new Set(asked)];
  if (names.length === 0) return { kind: 'not-asked' };
  const status = await port.readFile('/var/lib/dpkg/status', { bytesMax: statusBytesMax });
  if (status.kind === 'file') {
    const installed = status.isCut ? null : parseDpkgStatus(status.text, new Set(names));
    return installed === null ? unseen('unparsable', '/var/lib/dpkg/status is no list of packages') : seen('dpkg', names, installed);
  }
  if (status.kind === 'failed') return unseen(status.reason, status.detail);
  const byRpm = await askRpm(port, names);
  return byRpm.kind === 'unseen' && byRpm.reason === 'tool-missing' ? askDpkg(port, names, byRpm) : byRpm;
}

const unseen = (reason: Failed['reason'] | 'unparsable', detail: string): Extract<Packages, { kind: 'unseen' }> => ({
  kind: 'unseen',
  reason,
  detail: detail.slice(0, 300),
});

function seen(by: 'rpm' | 'dpkg', names: readonly string[], installed: readonly Installed[]): Packages {
  const versionsOf = (name: string): string[] =>
    [...new Set(installed.filter((one) => one.name === name).map(({ version }) => version))].sort();
  return { kind: 'seen', by, list: names.toSorted().map((name) => ({ name, versions: versionsOf(name) })) };
}

async function askRpm(port: Machine, names: readonly string[]): Promise<Packages> {
  const everything: Argv[] = [
    ['rpm', '-qa', '--qf', rpmFormat],
    ['rpm', '-qa'],
  ];
  const answers = await askAbout(port, names, rpmSpellings, everything);
  if ('kind' in answers) return unseen(answers.reason, `rpm could not be asked: ${answers.reason}`);
  const installed: Installed[] = [];
  for (const { stdout, stderr } of answers) {
    // The exit code is the number of names that are not installed; an error is on stderr, and a lock too.
    if (/^error:/m.test(stderr)) return unseen('unreadable', 'rpm could not read its database; it may be locked or damaged');
    const some = parseRpmLines(stdout);
    if (some === null || stdout.trim() === '') return unseen('unparsable', 'rpm -q printed lines that are no packages');
    installed.push(...some);
  }
  return seen('rpm', names, installed);
}

async function askDpkg(port: Machine, names: readonly string[], otherwise: Packages): Promise<Packages> {
  const answers = await askAbout(port, names, dpkgSpellings, [['dpkg-query', '-W', '-f', dpkgFormat]]);
  if ('kind' in answers)
    return answers.reason === 'tool-missing' ? otherwise : unseen(answers.reason, `dpkg-query could not be asked: ${answers.reason}`);
  const installed: Installed[] = [];
  for (const { code, stdout } of answers) {
    const some = parseDpkgQuery(stdout);
    // 1: at least one name is not known, which is said on stderr.
    if (some === null || code > 1) return unseen('unparsable', 'dpkg-query printed lines that are no packages');
    installed.push(...some);
  }
  return seen('dpkg', names, installed);
}

type Argv = readonly [string, ...string[]];

const rpmSpellings = (names: readonly string[]): readonly Argv[] => [
  ['rpm', '-q', '--qf', rpmFormat, ...names],
  ['rpm', '-q', '--qf', rpmLongFormat, ...names],
  ['rpm', '-q', ...names],
];

const dpkgSpellings = (names: readonly string[]): readonly Argv[] => [['dpkg-query', '-W', '-f', dpkgFormat, ...names]];

/** Names that a recording is asked for one by one. */
const singlyMax = 20;

/** One question about all; a recording may hold it in another spelling, about everything there is, or about each name by itself. */
async function askAbout(
  port: Machine,
  names: readonly string[],
  spellings: (names: readonly string[]) => readonly Argv[],
  everything: readonly Argv[],
): Promise<readonly Exited[] | Failed> {
  const all = await firstAnswer(port, [...spellings(names), ...everything]);
  if (all.kind === 'exited') return [all];
  if (all.reason !== 'unreadable' || names.length > singlyMax) return all;
  const each = await Promise.all(names.map((name) => firstAnswer(port, spellings([name]))));
  return each.every((answer) => answer.kind === 'exited') ? each : all;
}

/** An answer in another spelling is one too; anything but a question that is not known is final. */
async function firstAnswer(port: Machine, spellings: readonly Argv[]): Promise<Exited | Failed> {
  let refused: Failed | undefined;
  for (const argv of spellings) {
    const answer = await port.run(argv, { timeoutMs, bytesMax: answerBytesMax });
    if (answer.kind === 'exited' || answer.reason !== 'unreadable') return answer;
    refused ??= answer;
  }
  return refused!;
}
