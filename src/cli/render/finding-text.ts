// One finding, or one blind spot, for people.
import type { BlindKind, BlindSpot, Finding } from '../../contract/finding.ts';
import type { WaivedFinding } from '../../contract/standing.ts';
import type { Report } from '../report.ts';
import type { Page } from '../terminal.ts';
import { shownLines, shownText } from '../text/escape.ts';
import { hang, wrap } from '../text/wrap.ts';
import { moment, momentAndAge, standingWords } from '../words.ts';

const indent = '    ';

export function findingText(finding: Finding, { judgedAt }: Pick<Report, 'judgedAt'>, page: Page): readonly string[] {
  const { paint, columns } = page;
  const { symbol, word, colour } = standingWords(finding);
  const label = `${paint(`${symbol} ${word}`, 'bold', colour)}  `;
  return [
    ...hang(label, `${shownText(finding.title)} ${paint(`[${finding.code}]`, 'dim')}`, columns),
    ...hang(`${indent}subject   `, shownText(finding.subject), columns),
    ...hang(`${indent}expected  `, shownText(finding.expected), columns),
    ...hang(`${indent}actual    `, shownText(finding.actual), columns),
    ...countsAs(finding).flatMap((text) => hang(`${indent}counts    `, text, columns)),
    ...sinceLines(finding, judgedAt, page),
    ...remedyLines(finding.remedy, page),
  ];
}

const countsAs = ({ isSuspending, isBlind, isSettledByRun }: Finding): readonly string[] => [
  ...(isSuspending === true ? ['over all else: no verdict holds meanwhile'] : []),
  ...(isBlind === true ? ['as not known, whatever else is well'] : []),
  ...(isSettledByRun === true ? ['nowhere at a gate: only another run of the plan settles it'] : []),
];

/** What was found just now has no history worth a line. */
const sinceMsMin = 60_000;

function sinceLines(finding: Finding, judgedAt: number, { columns }: Page): readonly string[] {
  const since = judgedAt - finding.since < sinceMsMin ? [] : hang(`${indent}since     `, momentAndAge(finding.since, judgedAt), columns);
  const seen = `last seen ${momentAndAge(finding.evidence.seenAt, judgedAt)}; it cannot be looked at now`;
  return finding.isUnconfirmed ? [...since, ...hang(`${indent}stands    `, seen, columns)] : since;
}

/** Commands stay whole, however long: they are there to be copied. */
export function remedyLines(remedy: string, { paint, columns }: Page): readonly string[] {
  return shownLines(remedy)
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      if (line.startsWith('$ ')) return [`${indent}${paint('$', 'dim')} ${paint(line.slice(2), 'cyan')}`];
      return wrap(line.replace(/^# ?/, ''), columns - indent.length - 2).map((one) => `${indent}${paint('#', 'dim')} ${one}`);
    });
}

export function blindSpotText(spot: BlindSpot, report: Pick<Report, 'judgedAt' | 'aloneCommand'>, page: Page): readonly string[] {
  const remedy = spot.kind === 'no-primary' ? remedyLines(noPrimaryRemedy(report.aloneCommand ?? 'understudy check --alone'), page) : [];
  return [...blindSpotLines(spot, report, page), ...remedy];
}

/** Without what to do about it. */
export function blindSpotLines(spot: BlindSpot, { judgedAt }: Pick<Report, 'judgedAt'>, { paint, columns }: Page): readonly string[] {
  const last = spot.seenAt === null ? '' : `; last seen ${momentAndAge(spot.seenAt, judgedAt)}`;
  const said = `${blindWords[spot.kind]}${spot.check === null ? '' : `  ${shownText(spot.check)}`}: ${shownText(spot.detail)}${last}`;
  return hang(`  ${paint('?', 'bold', 'magenta')} `, said, columns);
}

/** Accepted by somebody: said, and not counted. */
export function waivedLines(
  { waiver, code, subject }: Pick<WaivedFinding, 'waiver' | 'code' | 'subject'>,
  { columns }: Page,
): readonly string[] {
  const said = `${code} ${subject}, by ${waiver.author} until ${moment(waiver.until)}: ${waiver.reason}`;
  return hang('  ~ accepted ', shownText(said), columns);
}

const noPrimaryRemedy = (aloneCommand: string): string =>
  [
    '# Compare it with its primary, each a recording, a snapshot or an agent:',
    '$ understudy diff PRIMARY STANDBY',
    '# or judge it by itself:',
    `$ ${aloneCommand}`,
  ].join('\n');

const blindWords = {
  unseen: 'unseen',
  stale: 'stale',
  'never-checked': 'never checked',
  'primary-unseen': 'primary unseen',
  'primary-stale': 'primary stale',
  'versions-differ': 'versions differ',
  'no-checks': 'nothing seen',
  'no-primary': 'no primary',
  crashed: 'rule crashed',
  silent: 'silent',
  distrusted: 'distrusted',
  'no-standby': 'no standby',
  'not-watched': 'not watched',
  pending: 'not confirmed yet',
} as const satisfies Record<BlindKind, string>;
