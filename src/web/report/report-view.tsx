// A group and a period for an auditor: on the screen, on paper, and as files.
import { useEffect, useMemo } from 'preact/hooks';
import type { Report } from '../../contract/report.ts';
import { addressOf } from '../api/ask.ts';
import { collectorNow } from '../api/clock.ts';
import { useResource } from '../api/resource.ts';
import { caller } from '../api/session.ts';
import { duration, percent } from '../format/durations.ts';
import { absolute } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { Table } from '../parts/table.tsx';
import { setQuery } from '../shell/router.ts';
import { href, type ReportRoute } from '../shell/routes.ts';
import { Downloads } from './downloads.tsx';
import { paperMargins } from './paper-margins.ts';
import { type Period, periodOf } from './period.ts';
import { PeriodChooser } from './period-chooser.tsx';
import { CoverageTable, FindingsTable, ReceiptsTable, Section, SpanTable, WaiversTable } from './report-tables.tsx';
import { reportSentences } from './sentences.ts';
import { ToneLegend, VerdictStrip } from './verdict-strip.tsx';
import './report-view.css';

export function ReportView({ route: { group, query } }: { readonly route: ReportRoute }) {
  const { from: fromAsked, to: toAsked } = query;
  const period = useMemo(() => askedPeriod(fromAsked, toAsked), [fromAsked, toAsked]);
  const isClockKnown = caller.value !== null;
  useEffect(() => {
    // The page says in its address which period it is of, so that it can be handed on.
    if (period === null && isClockKnown) setQuery({ ...periodOf('last-30-days', collectorNow()) });
  }, [period, isClockKnown]);
  const report = useResource<Report>(period === null ? null : addressOf('v1/report', { group, ...period }), { isPast: true });
  return (
    <Page
      title={`Report on ${group}`}
      within={[{ name: group, href: href.group(group) }]}
      actions={<Button onClick={() => print()}>Print</Button>}
    >
      {period !== null && <PeriodChooser period={period} onChoose={(chosen) => setQuery({ ...chosen })} />}
      <Showing of={report} what="the report" lines={12}>
        {(shown) => <ReportPaper report={shown} />}
      </Showing>
    </Page>
  );
}

/** Null where the address does not say, or nothing that makes sense. */
function askedPeriod(from: string | undefined, to: string | undefined): Period | null {
  const instant = /^\d{1,15}$/;
  if (!instant.test(from ?? '') || !instant.test(to ?? '')) return null;
  return Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : null;
}

function ReportPaper({ report }: { readonly report: Report }) {
  const { group, from, to, at, collector, version, spans, pairs, findings, waivers, coverage, receipts, limits } = report;
  const period = { from, to };
  const said = reportSentences(report);
  const all = [...spans, ...pairs.flatMap((pair) => pair.spans)];
  useEffect(() => paperMargins(`Report on ${group}, ${absolute(from)} to ${absolute(to)}`), [group, from, to]);
  return (
    <article class="report">
      <dl class="report-terms">
        <div>
          <dt>Period</dt>
          <dd>
            {absolute(from)} to {absolute(to)} ({duration(to - from)})
          </dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>
            {absolute(at)}, by the collector {collector}, Understudy {version}
          </dd>
        </div>
      </dl>
      <Downloads group={group} period={period} />
      {limits.length > 0 && (
        <Notice kind="warn" title="What could not be told">
          <ul class="report-limits">
            {limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Section title="Summary">
        <ul class="report-summary">
          {[said.standing, said.findings, said.waivers, said.gate].map((sentence) => (
            <li key={sentence}>{unbroken(sentence)}</li>
          ))}
        </ul>
      </Section>
      <Section title="Verdict over time">
        <h3>The group</h3>
        <VerdictStrip spans={spans} period={period} label={said.standing} hasAxis />
        <ToneLegend spans={all} />
        <Pairs report={report} />
        <SpanTable caption={`Verdicts of ${group}`} spans={spans} />
      </Section>
      <Section title="Findings">
        {findings.length === 0 ? <p>{said.findings}</p> : <FindingsTable findings={findings} waivers={waivers} />}
      </Section>
      <Section title="Waivers">{waivers.length === 0 ? <p>{said.waivers}</p> : <WaiversTable waivers={waivers} to={to} />}</Section>
      <Section title="Coverage" class="report-wide">
        <p>Watched: a check of the gap looked and saw. Unknown: a check was there, and what it should have seen is not known.</p>
        {coverage.length === 0 ? <p>This report tells of no pair.</p> : <CoverageTable coverage={coverage} />}
      </Section>
      <Section title="Gate">{receipts.length === 0 ? <p>{said.gate}</p> : <ReceiptsTable receipts={receipts} />}</Section>
      <Section title="Verdicts pair by pair">
        {pairs.map(({ pair, spans: own }) => (
          <div key={pair} class="report-pair-spans">
            <h3>{pair}</h3>
            <SpanTable caption={`Verdicts of ${pair}`} spans={own} />
          </div>
        ))}
      </Section>
    </article>
  );
}

/** A number stays with its unit. */
const unbroken = (text: string): string => text.replaceAll(/(\d) (%|(?:d|h|min|s)\b)/g, '$1\u00a0$2').replaceAll('< 0', '<\u00a00');

function Pairs({ report: { pairs, from, to } }: { readonly report: Report }) {
  const wholeMs = to - from;
  return (
    <Table caption="Each pair over the period" class="report-table pair-strips">
      <thead>
        <tr>
          <th scope="col">Pair</th>
          <th scope="col">Over the period</th>
          <th scope="col">Ready</th>
          <th scope="col">Nobody watched</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ pair, spans, readyMs, unwatchedMs }) => (
          <tr key={pair}>
            <th scope="row">{pair}</th>
            <td class="pair-strip">
              <VerdictStrip spans={spans} period={{ from, to }} label={`${pair}: ready for ${percent(readyMs, wholeMs)}`} />
            </td>
            <td>{percent(readyMs, wholeMs)}</td>
            <td>{percent(unwatchedMs, wholeMs)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
