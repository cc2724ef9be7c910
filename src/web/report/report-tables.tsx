// The tables of a report: what stood when, what was found, who accepted what, what was watched, and what the gate was asked.
import type { ComponentChildren } from 'preact';
import { gaps } from '../../contract/gap.ts';
import type { Report, ReportFinding, ReportSpan } from '../../contract/report.ts';
import type { Waiver } from '../../contract/waiver.ts';
import { duration } from '../format/durations.ts';
import { shownText } from '../format/shown-text.ts';
import { absolute } from '../format/times.ts';
import { gapShort, stateTitles } from '../format/words.ts';
import { Table } from '../parts/table.tsx';
import { type CoverageCell, coverageRows } from './coverage-rows.ts';
import { heldWords, type KeyedWaiver, keyedWaivers, waiversOf, waiverTerm } from './keyed-waivers.ts';
import { toneOf, toneWords } from './verdict-strip.tsx';

interface SectionProps {
  readonly title: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Section({ title, class: more = '', children }: SectionProps) {
  const id = `report-${title.toLowerCase().replaceAll(' ', '-')}`;
  return (
    <section class={`report-section ${more}`.trim()} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** The day on one line and the time on the next, where there is no room for both. */
const when = (at: number): string => absolute(at).replaceAll(/(?<!,) /g, '\u00a0');

const Head = ({ columns }: { readonly columns: readonly string[] }) => (
  <thead>
    <tr>
      {columns.map((column) => (
        <th key={column} scope="col">
          {column}
        </th>
      ))}
    </tr>
  </thead>
);

export const SpanTable = ({ caption, spans }: { readonly caption: string; readonly spans: readonly ReportSpan[] }) => (
  <Table caption={caption} class="report-table">
    <Head columns={['From', 'Until', 'For', 'Verdict']} />
    <tbody>
      {spans.map((span) => (
        <tr key={`${span.from} ${span.verdict} ${span.hole}`}>
          <th scope="row">{when(span.from)}</th>
          <td>{when(span.until)}</td>
          <td>{duration(span.until - span.from)}</td>
          <td>{toneWords(toneOf(span))}</td>
        </tr>
      ))}
    </tbody>
  </Table>
);

export function FindingsTable({ findings, waivers, to }: Pick<Report, 'findings' | 'waivers' | 'to'>) {
  const keyed = keyedWaivers(waivers);
  return (
    <Table caption="Findings, by when they were opened" class="report-table findings-table">
      <Head columns={['Opened', 'Resolved', 'Open for', 'Pair', 'Finding', 'Expected and actual', 'Waivers']} />
      <tbody>
        {findings.map((one) => (
          <tr key={`${one.pair} ${one.check} ${one.code} ${one.subject} ${one.openedAt}`}>
            <th scope="row">
              {when(one.openedAt)}
              {one.isEarlier && <span class="report-aside">before the period</span>}
            </th>
            <td>{endOf(one)}</td>
            <td>{duration(one.openMs)}</td>
            <td class="report-text report-name">{shownText(one.pair)}</td>
            <td class="report-text">
              <strong>{one.severity}</strong>: {shownText(one.title)}
              <span class="report-aside">
                {one.code}, {shownText(one.subject)}
              </span>
            </td>
            <td class="report-text">
              <span class="report-value">expected {shownText(one.expected)}</span>
              <span class="report-value">actual {shownText(one.actual)}</span>
            </td>
            <td class="report-text">
              <HeldBy finding={one} keyed={keyed} to={to} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function endOf({ resolvedAt, isUnwatched }: ReportFinding): string {
  if (isUnwatched) return resolvedAt === null ? 'not watched any more' : `not watched since ${when(resolvedAt)}`;
  return resolvedAt === null ? 'still open' : when(resolvedAt);
}

interface HeldByProps {
  readonly finding: ReportFinding;
  readonly keyed: readonly KeyedWaiver[];
  readonly to: number;
}

function HeldBy({ finding, keyed, to }: HeldByProps) {
  const { held, untold } = waiversOf(finding, keyed);
  if (held.length + untold === 0) return <>none</>;
  return (
    <ul>
      {held.map(({ key, waiver }) => (
        <li key={key}>
          <strong>{key}</strong> {shownText(waiver.author)}
          <span class="report-aside">{heldWords(waiver, to)}</span>
        </li>
      ))}
      {untold > 0 && <li>{untold} that this report does not tell of</li>}
    </ul>
  );
}

export const WaiversTable = ({ waivers, to }: { readonly waivers: readonly Waiver[]; readonly to: number }) => (
  <Table caption="Waivers that held at any time of the period" class="report-table">
    <Head columns={['Waiver', 'From', 'Until', 'How it ended', 'Pair and finding', 'Author', 'By', 'Reason']} />
    <tbody>
      {keyedWaivers(waivers).map(({ key, waiver }) => (
        <tr key={key}>
          <th scope="row">
            <strong>{key}</strong>
          </th>
          <td>{when(waiver.createdAt)}</td>
          <WaiverEnd waiver={waiver} to={to} />
          <td class="report-text">
            {shownText(waiver.pair)}
            <span class="report-aside">
              {waiver.code}, {shownText(waiver.subject)}
            </span>
          </td>
          <td class="report-text">{shownText(waiver.author)}</td>
          <td class="report-text">{shownText(waiver.by)}</td>
          <td class="report-text">{shownText(waiver.reason)}</td>
        </tr>
      ))}
    </tbody>
  </Table>
);

function WaiverEnd({ waiver, to }: { readonly waiver: Waiver; readonly to: number }) {
  const { until, planned, end } = waiverTerm(waiver, to);
  return (
    <>
      <td>
        {when(until)}
        {planned !== null && <span class="report-aside">planned until {when(planned)}</span>}
      </td>
      <td class="report-text">{end}</td>
    </>
  );
}

export function CoverageTable({ coverage }: Pick<Report, 'coverage'>) {
  const rows = coverageRows(coverage);
  return (
    <Table caption="How much of the period each gap of each pair was watched" class="report-table coverage-table">
      <thead>
        <tr>
          <th scope="col">Pair</th>
          {rows[0]?.cells.map(({ gap }) => (
            <th key={gap} scope="col">
              <abbr title={gaps[gap]}>{gapShort[gap]}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ pair, cells }) => (
          <tr key={pair}>
            <th scope="row" class="report-text report-name">
              {shownText(pair)}
            </th>
            {cells.map((cell) => (
              <CoverageBox key={cell.gap} cell={cell} />
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function CoverageBox({ cell: { coverage, words } }: { readonly cell: CoverageCell }) {
  const wholeMs = coverage === null ? 0 : coverage.watchedMs + coverage.unknownMs + coverage.notConfiguredMs;
  const share = (ms: number): string => `${wholeMs === 0 ? 0 : (ms / wholeMs) * 100}%`;
  const isWatched = coverage !== null && coverage.notConfiguredMs < wholeMs;
  return (
    <td class="coverage-cell" data-watched={isWatched} title={coverage?.checks.join(', ')}>
      {isWatched && (
        <svg class="coverage-bar" aria-hidden="true" focusable="false">
          <rect class="coverage-watched" height="100%" width={share(coverage.watchedMs)} />
          <rect class="coverage-unknown" x={share(coverage.watchedMs)} height="100%" width={share(coverage.unknownMs)} />
        </svg>
      )}
      {words.map((word) => (
        <span key={word} class="coverage-word">
          {word}
        </span>
      ))}
    </td>
  );
}

export const ReceiptsTable = ({ receipts }: Pick<Report, 'receipts'>) => (
  <Table caption="What the gate was asked" class="report-table">
    <Head columns={['Asked', 'By', 'Verdict', 'Answer', 'Override', 'Receipt']} />
    <tbody>
      {receipts.map((one) => (
        <tr key={one.id}>
          <th scope="row">{when(one.issuedAt)}</th>
          <td class="report-text">{shownText(one.by)}</td>
          <td>{stateTitles[one.verdict]}</td>
          <td>{answerOf(one)}</td>
          <td class="report-text">{one.override === null ? 'none' : `${shownText(one.override.by)}: ${shownText(one.override.reason)}`}</td>
          <td class="report-text mono">{one.id}</td>
        </tr>
      ))}
    </tbody>
  </Table>
);

function answerOf({ isPassed, override }: Report['receipts'][number]): string {
  if (override !== null) return 'let pass by override';
  if (isPassed === null) return 'for the record only';
  return isPassed ? 'passed' : 'refused';
}
