// A receipt for people: who asked what, then each pair with what stands in its way, how old that is, and what mends it.
import { formatDuration } from '../../contract/duration.ts';
import type { Receipt } from '../../contract/receipt.ts';
import type { StandingFinding, WaivedFinding } from '../../contract/standing.ts';
import { isCounted } from '../../judge/verdict.ts';
import type { Page } from '../terminal.ts';
import { shownLines, shownText } from '../text/escape.ts';
import { hang } from '../text/wrap.ts';
import { moment, standingWords, verdictWords } from '../words.ts';
import { blindSpotLines, waivedLines } from './finding-text.ts';

type Pair = Receipt['pairs'][number];
type JudgedNode = NonNullable<Pair['standby']>;

export function receiptText(receipt: Receipt, page: Page): string {
  return [
    ...askedLines(receipt, page),
    ...receipt.pairs.flatMap((pair) => ['', ...pairLines(pair, receipt.issuedAt, page)]),
    ...(receipt.pairs.length === 0 ? ['', 'There is no pair in this group.'] : []),
    '',
    ...hang('receipt  ', `${shownText(receipt.id)}, signed by key ${shownText(receipt.signature.keyId.slice(0, 16))}…`, page.columns),
  ].join('\n');
}

function askedLines({ issuer, issuedAt, asked, override }: Receipt, { columns, paint }: Page): readonly string[] {
  const limits = [
    ...(asked.failOn === null ? [] : [`closes at ${asked.failOn}`]),
    ...(asked.maxAgeMs === null ? [] : [`looks at most ${formatDuration(asked.maxAgeMs)} old`]),
  ];
  const of = asked.group === null ? 'this node' : asked.group;
  const said = `${of}, asked by ${asked.by}, judged ${moment(issuedAt)} by ${issuer.kind} ${issuer.name} (${issuer.version})`;
  return [
    ...hang('gate     ', shownText([said, ...limits].join('; ')), columns),
    ...(override === null ? [] : hang(paint('override ', 'bold'), shownText(`by ${override.by}: ${override.reason}`), columns)),
  ];
}

function pairLines(pair: Pair, now: number, page: Page): readonly string[] {
  const { word, symbol, colour } = verdictWords[pair.verdict];
  const shown = pair.findings.filter((one) => one.waiver === null && (isCounted(one) || one.state === 'pending'));
  return [
    `${page.paint(`${symbol} ${word}`, 'bold', colour)}  ${shownText(pair.pair ?? 'this node')}`,
    ...nodeLine('standby', pair.standby, now, page),
    ...nodeLine('primary', pair.primary, now, page),
    ...shown.flatMap((finding) => findingLines(finding, page)),
    ...pair.blindSpots.flatMap((spot) => blindSpotLines(spot, { judgedAt: now }, page)),
    ...pair.findings.filter(isWaived).flatMap((finding) => waivedLines(finding, page)),
    ...pair.lawful.flatMap(({ check, field, reason, state, until }) =>
      hang(
        '  = lawful   ',
        shownText(`${check} ${field} ${state}${until === null ? '' : ` until ${moment(until)}`}: ${reason}`),
        page.columns,
      ),
    ),
  ];
}

function nodeLine(role: string, node: JudgedNode | null, now: number, { columns }: Page): readonly string[] {
  if (node === null) return [`  ${role}  not known`];
  const ago = (at: number | null, never: string): string => (at === null ? never : `${formatDuration(Math.max(0, now - at))} ago`);
  const seen = `${node.name}${node.site === null ? '' : ` at ${node.site}`}; oldest look ${ago(node.asOf, 'never')}, heard ${ago(node.heardAt, 'never')}`;
  return hang(`  ${role}  `, shownText(seen), columns);
}

function findingLines(finding: StandingFinding, { paint, columns }: Page): readonly string[] {
  const { symbol, word, colour } = standingWords(finding);
  const state = finding.state === 'pending' ? ', not confirmed yet' : finding.isUnconfirmed ? ', cannot be looked at now' : '';
  return [
    ...hang(`  ${paint(`${symbol} ${word}`, 'bold', colour)}  `, shownText(`${finding.title} [${finding.code}]${state}`), columns),
    ...hang('      ', shownText(`${finding.subject}: expected ${finding.expected}, actual ${finding.actual}`), columns),
    ...(finding.severity === 'blocker' ? remedyShort(finding.remedy) : []),
  ];
}

/** The first thing to type; `understudy explain CODE` has the rest. */
function remedyShort(remedy: string): readonly string[] {
  const lines = shownLines(remedy).filter((line) => line.trim() !== '');
  const [line] = [...lines.filter((one) => one.startsWith('$ ')), ...lines];
  return line === undefined ? [] : [`      ${line}`];
}

const isWaived = (finding: StandingFinding): finding is StandingFinding & WaivedFinding =>
  finding.waiver !== null && finding.state !== 'resolved';
