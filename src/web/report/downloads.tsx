// The report as files: all of it as JSON, each table as CSV.
import { useState } from 'preact/hooks';
import { type ReportTable, reportTables } from '../../contract/report.ts';
import { AskFailed, addressOf } from '../api/ask.ts';
import { Button } from '../parts/button.tsx';
import { Failed } from '../parts/failed.tsx';
import { download } from './download.ts';
import { datesOf, type Period } from './period.ts';

interface DownloadsProps {
  readonly group: string;
  readonly period: Period;
}

const tableWords = {
  verdicts: 'Verdicts',
  findings: 'Findings',
  waivers: 'Waivers',
  coverage: 'Coverage',
  receipts: 'Receipts',
} as const satisfies Record<ReportTable, string>;

export function Downloads({ group, period }: DownloadsProps) {
  const [underWay, setUnderWay] = useState<string | null>(null);
  const [failed, setFailed] = useState<AskFailed | null>(null);
  const save = async (what: 'json' | ReportTable): Promise<void> => {
    setUnderWay(what);
    setFailed(null);
    const asked = { group, ...period, ...(what === 'json' ? {} : { format: 'csv', table: what }) };
    try {
      await download(
        addressOf('v1/report', asked),
        what === 'json' ? `${nameOf(group, period)}.json` : `${nameOf(group, period)}-${what}.csv`,
      );
    } catch (error) {
      if (error instanceof AskFailed) setFailed(error);
    } finally {
      setUnderWay(null);
    }
  };
  const button = (what: 'json' | ReportTable, words: string, says: string) => (
    <Button key={what} onClick={() => save(what)} disabled={underWay !== null} {...(underWay === what ? {} : { 'aria-label': says })}>
      {underWay === what ? 'Fetching …' : words}
    </Button>
  );
  return (
    <section class="downloads no-print" aria-label="Downloads">
      {button('json', 'JSON', 'JSON: the whole report as one file')}
      <span class="quiet" id="downloads-csv">
        CSV:
      </span>
      {reportTables.map((table) => button(table, tableWords[table], `${tableWords[table]} as CSV`))}
      {failed !== null && <Failed error={failed} what="the file" />}
    </section>
  );
}

/** As the collector names its tables. */
function nameOf(group: string, period: Period): string {
  const { first, last } = datesOf(period);
  return `understudy-${group.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${first}-to-${last}`;
}
