// A group and a period for an auditor: on the screen, on paper, and as files.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Report } from '../../contract/report.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { duration } from '../format/durations.ts';
import { shares } from '../format/shares.ts';
import { shownText } from '../format/shown-text.ts';
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
import { type AskedPeriod, askedPeriod, type Period } from './period.ts';
import { PeriodChooser } from './period-chooser.tsx';
import { CoverageTable, FindingsTable, ReceiptsTable, Section, SpanTable, WaiversTable } from './report-tables.tsx';
import { reportSentences } from './sentences.ts';
import { ToneLegend, VerdictStrip } from './verdict-strip.tsx';
import './report-view.css';

export function ReportView({ route: { group, query } }: { readonly route: ReportRoute }) {
  const asked = useMemo(() => askedPeriod(query.from, query.to), [query.from, query.to]);
  const [address, isTold] = useReportAddress(group, asked);
  const report = useResource<Report>(address, { isPast: true });
  useEffect(() => {
    // The page says in its address which period it is of, so that it can be handed on.
    if (asked.kind === 'none' && report.state === 'shown') setQuery({ ...isTold({ from: report.value.from, to: report.value.to }) });
  }, [asked, report.state]);
  return (
    <Page
      title={`Report on ${group}`}
      within={[
        { name: 'Fleet', href: href.fleet() },
        { name: group, href: href.group(group) },
      ]}
      actions={<Button onClick={() => print()}>Print</Button>}
    >
      <PeriodChooser period={asked.kind === 'period' ? asked.period : null} onChoose={(chosen) => setQuery({ ...chosen })} />
      {asked.kind === 'wrong' ? (
        <Notice kind="warn" title="The address names no period" isUrgent>
          It has to say <code>from</code> and <code>to</code> as milliseconds since 1970, the earlier one first. Choose a period above.
        </Notice>
      ) : (
        <Showing of={report} what="the report" lines={12}>
          {(shown) => <ReportPaper report={shown} />}
        </Showing>
      )}
    </Page>
  );
}

/**
 * Where no period is asked for, the collector chooses it by its own clock, which this page need not know. What it chose is then written into
 * the page's address, and is not asked for a second time.
 */
function useReportAddress(group: string, asked: AskedPeriod): readonly [address: string | null, isTold: (period: Period) => Period] {
  const told = useRef<Period | null>(null);
  const isTold = (period: Period): Period => {
    told.current = period;
    return period;
  };
  switch (asked.kind) {
    case 'wrong':
      return [null, isTold];
    case 'none':
      return [addressOf('v1/report', { group }), isTold];
    case 'period': {
      const { from, to } = asked.period;
      const isChosen = told.current?.from === from && told.current.to === to;
      return [addressOf('v1/report', { group, ...(isChosen ? {} : { from, to }) }), isTold];
    }
  }
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
          {[said.standing, said.coverage, said.findings, said.waivers, said.gate].map((sentence) => (
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
        {findings.length === 0 ? <p>{said.findings}</p> : <FindingsTable findings={findings} waivers={waivers} to={to} />}
      </Section>
      <Section title="Waivers">{waivers.length === 0 ? <p>{said.waivers}</p> : <WaiversTable waivers={waivers} to={to} />}</Section>
      <Section title="Coverage" class="report-wide">
        <p>
          Watched: a check of the gap looked and saw. Unknown: a check was there, and what it should have seen is not known. Not configured:
          no check of the gap was there, so that nothing is said of it, good or bad.
        </p>
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
        {pairs.map(({ pair, spans, readyMs, unwatchedMs }) => {
          const [ready, unwatched] = shares([readyMs, unwatchedMs, to - from - readyMs - unwatchedMs]);
          return (
            <tr key={pair}>
              <th scope="row" class="report-text report-name">
                {shownText(pair)}
              </th>
              <td class="pair-strip">
                <VerdictStrip spans={spans} period={{ from, to }} label={`${pair}: ready for ${ready}`} />
              </td>
              <td>{ready}</td>
              <td>{unwatched}</td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
