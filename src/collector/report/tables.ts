// A report's tables as CSV, in the words of the report itself; times in UTC. Pure.
import type { Report, ReportTable } from '../../contract/report.ts';
import { type CsvCell, csv } from '../../formats/csv.ts';

export function reportCsv(report: Report, table: ReportTable): string {
  const { header, rows } = tables[table];
  return csv(header, rows(report));
}

/** Names the group, the period and the table, and holds nothing that a header or a file system could take for something else. */
export function reportFileName({ group, from, to }: Report, ending: string): string {
  const words = group.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `understudy-${words === '' ? 'group' : words}-${day(from)}-to-${day(to)}${ending}`;
}

interface Table {
  readonly header: readonly string[];
  readonly rows: (report: Report) => readonly (readonly CsvCell[])[];
}

const tables: Readonly<Record<ReportTable, Table>> = {
  verdicts: {
    header: ['group', 'pair', 'verdict', 'from', 'until', 'hole'],
    rows: ({ group, spans, pairs }) =>
      [{ pair: null, spans }, ...pairs].flatMap(({ pair, spans: own }) =>
        own.map(({ verdict, from, until, hole }) => [group, pair, verdict, time(from), time(until), hole]),
      ),
  },
  findings: {
    header: [
      ...['group', 'pair', 'code', 'gap', 'severity', 'check', 'title', 'subject', 'expected', 'actual'],
      ...['openedAt', 'resolvedAt', 'isEarlier', 'isUnwatched', 'openMs', 'waivers'],
    ],
    rows: ({ group, findings }) =>
      findings.map((one) => [
        ...[group, one.pair, one.code, one.gap, one.severity, one.check, one.title, one.subject, one.expected, one.actual],
        ...[time(one.openedAt), time(one.resolvedAt), one.isEarlier, one.isUnwatched, one.openMs, one.waivers.join(' ')],
      ]),
  },
  waivers: {
    header: [
      ...['id', 'group', 'pair', 'code', 'check', 'subject', 'expected', 'actual', 'author', 'by', 'reason'],
      ...['createdAt', 'until', 'endedAt', 'endedBecause'],
    ],
    rows: ({ waivers }) =>
      waivers.map((one) => [
        ...[one.id, one.group, one.pair, one.code, one.check, one.subject, one.expected, one.actual, one.author, one.by, one.reason],
        ...[time(one.createdAt), time(one.until), time(one.endedAt), one.endedBecause],
      ]),
  },
  coverage: {
    header: ['group', 'pair', 'gap', 'watchedMs', 'unknownMs', 'notConfiguredMs', 'checks'],
    rows: ({ group, coverage }) =>
      coverage.map((one) => [group, one.pair, one.gap, one.watchedMs, one.unknownMs, one.notConfiguredMs, one.checks.join(' ')]),
  },
  receipts: {
    header: ['id', 'group', 'issuedAt', 'by', 'verdict', 'isPassed', 'overrideBy', 'overrideReason'],
    rows: ({ group, receipts }) =>
      receipts.map(({ id, issuedAt, by, verdict, isPassed, override }) => [
        ...[id, group, time(issuedAt), by, verdict, isPassed, override?.by ?? null, override?.reason ?? null],
      ]),
  },
};

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
