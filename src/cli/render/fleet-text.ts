// The fleet for people: the worst first, each number with the moment that it is from.
import type { Verdict } from '../../contract/finding.ts';
import type { Counts, GroupReview, NodeView, PairReview } from '../../contract/fleet.ts';
import type { FleetLines, GroupLine, PairLine, SideLine } from '../../contract/fleet-lines.ts';
import { isCounted } from '../../judge/verdict.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import { table } from '../text/table.ts';
import { hang, wrap } from '../text/wrap.ts';
import { ageWords, momentAndAge, verdictWords } from '../words.ts';
import { blindSpotText } from './finding-text.ts';
import { standingText } from './standing-text.ts';

export function fleetText(fleet: FleetLines, page: Page): string {
  const { groups, unassigned, problems, at } = fleet;
  return [
    ...(groups.length === 0
      ? wrap(noGroups, page.columns)
      : groups.flatMap((group, index) => [...(index === 0 ? [] : ['']), ...groupLines(group, at, page)])),
    ...(unassigned.count === 0 ? [] : ['', ...unassignedLines(fleet, page)]),
    ...(problems.length === 0 ? [] : ['', page.paint('Said by the inventory', 'bold')]),
    ...problems.flatMap((problem) => hang(`  ${page.paint('!', 'bold', 'yellow')} `, shownText(problem), page.columns)),
    ...(groups.length === 1 ? [] : ['', headline(fleet.verdict, wholeWords(groups.length), fleet.counts, page)]),
  ].join('\n');
}

const wholeWords = (count: number): string => (count === 0 ? 'no group is watched' : `the worst of ${count} groups`);

const noGroups = 'There is no group. `understudy config example fleet` prints a fleet file to begin with.';

function groupLines(group: GroupLine, now: number, page: Page): readonly string[] {
  const rows = group.pairs.map((pair) => pairRow(pair, now));
  return [
    headline(group.verdict, shownText(group.group), group.counts, page),
    ...hang(
      '  ',
      `since ${momentAndAge(group.since, now)}; as of ${group.asOf === null ? 'never' : momentAndAge(group.asOf, now)}`,
      page.columns,
    ),
    ...table(['  PAIR', 'VERDICT', 'SINCE', 'STANDBY', 'PRIMARY', 'AS OF', 'FOUND'], rows, page.paint),
    ...group.pairs.flatMap((pair) => [pair.standby, pair.primary].flatMap((side) => troubleLines(side, page))),
  ];
}

const pairRow = (pair: PairLine, now: number): readonly string[] => [
  `  ${pair.pair}`,
  `${verdictWords[pair.verdict].symbol} ${verdictWords[pair.verdict].word.toLowerCase()}`,
  ageWords(pair.since, now),
  sideWords(pair.standby),
  sideWords(pair.primary),
  pair.asOf === null ? 'never' : ageWords(pair.asOf, now),
  countsWords(pair.counts),
];

const sideWords = (side: SideLine | null): string => (side === null ? 'nobody' : (side.name ?? side.target));

const troubleLines = (side: SideLine | NodeView | null, { paint, columns }: Page): readonly string[] =>
  (side?.troubles ?? []).flatMap(({ detail }) =>
    hang(`  ${paint('!', 'bold', 'yellow')} `, `${shownText(side!.name ?? side!.target)} ${shownText(detail)}`, columns),
  );

function unassignedLines({ unassigned: { count, nodes } }: FleetLines, page: Page): readonly string[] {
  return [
    page.paint(`Heard, but in no pair, and so not judged (${count})`, 'bold'),
    ...nodes.flatMap((node) => [
      ...hang('  – ', `${shownText(node.name ?? node.target)}: ${lacks(node)}`, page.columns),
      ...troubleLines(node, page),
    ]),
  ];
}

function lacks({ heardAt, role, group, pair, poll }: NodeView): string {
  if (heardAt === null) return `never answered${poll.error === null ? '' : `: ${shownText(poll.error)}`}`;
  const missing = [...(group === null ? ['group'] : []), ...(pair === null ? ['twin'] : []), ...(role === null ? ['role'] : [])];
  return `neither the fleet nor its agent says its ${missing.join(' and ')}`;
}

const headline = (verdict: Verdict, about: string, counts: Counts, { paint }: Page): string => {
  const { symbol, word, colour } = verdictWords[verdict];
  return `${paint(`${symbol} ${word}`, 'bold', colour)}: ${about} (${countsWords(counts)})`;
};

function countsWords(counts: Counts): string {
  const parts = [
    [counts.blocker, 'blocker'],
    [counts.warning, 'warning'],
    [counts.note, 'note'],
    [counts.blindSpots, 'blind spot'],
  ] as const;
  const words = parts.flatMap(([count, noun]) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]));
  const aside = [
    ...(counts.waived === 0 ? [] : [`${counts.waived} waived`]),
    ...(counts.pending === 0 ? [] : [`${counts.pending} to be confirmed`]),
  ];
  return [...words, ...aside].join(', ') || 'no findings';
}

export function groupText(group: GroupReview, page: Page): string {
  const { at } = group;
  return [
    headline(group.verdict, shownText(group.group), group.counts, page),
    ...hang('  ', `since ${momentAndAge(group.since, at)}`, page.columns),
    ...group.pairs.flatMap((pair) => ['', ...pairText(pair, page)]),
    '',
    headline(group.verdict, shownText(group.group), group.counts, page),
  ].join('\n');
}

export function pairText(pair: PairReview, page: Page): readonly string[] {
  const { paint, columns } = page;
  const { symbol, word, colour } = verdictWords[pair.verdict];
  const counted = pair.findings.filter((one) => isCounted(one));
  const others = pair.findings.filter((one) => !isCounted(one));
  return [
    `${paint(`${shownText(pair.pair)}  ${symbol} ${word}`, 'bold', colour)}  ${paint(`since ${momentAndAge(pair.since, pair.at)}`, 'dim')}`,
    ...sideText('standby', pair.standby, pair.asOf, pair.at, page),
    ...sideText('primary', pair.primary, pair.primaryAsOf, pair.at, page),
    ...[pair.standby, pair.primary].flatMap((side) => troubleLines(side, page)),
    ...counted.flatMap((finding) => ['', ...standingText(finding, pair.at, page)]),
    ...(others.length === 0 ? [] : ['', paint('Found, and not counted', 'bold')]),
    ...others.flatMap((finding) => standingText(finding, pair.at, page)),
    ...(pair.blindSpots.length === 0 ? [] : ['', paint('Not known, and so not ready', 'bold')]),
    ...pair.blindSpots.flatMap((spot) => blindSpotText(spot, { judgedAt: pair.at }, page)),
    ...lawfulLines(pair, page),
    ...(pair.twin.error === null
      ? []
      : hang(`  ${paint('!', 'bold', 'yellow')} `, `left alone, the standby could not judge itself: ${pair.twin.error}`, columns)),
  ];
}

function sideText(role: string, side: NodeView | null, asOf: number | null, now: number, { columns }: Page): readonly string[] {
  if (side === null) return hang(`  ${role}  `, 'nobody', columns);
  const site = side.site === null ? '' : ` at ${side.site}`;
  const heard = side.heardAt === null ? 'never heard' : `heard ${momentAndAge(side.heardAt, now)}`;
  const seen = asOf === null ? 'not everything looked at yet' : `all seen since ${momentAndAge(asOf, now)}`;
  return hang(`  ${role}  `, `${shownText(side.name ?? side.target)}${shownText(site)}; ${heard}; ${seen}`, columns);
}

const lawfulWords = {
  differs: 'differs, as declared',
  same: 'both sides agree now',
  ended: 'its end is past: it counts as drift again',
} as const;

function lawfulLines({ lawful }: PairReview, { paint, columns }: Page): readonly string[] {
  if (lawful.length === 0) return [];
  const lines = lawful.flatMap(({ check, field, state, reason }) =>
    hang('  = ', `${check} ${shownText(field)}: ${lawfulWords[state]} (${shownText(reason)})`, columns),
  );
  return ['', paint('Lawful differences', 'bold'), ...lines];
}
