// What an auditor is given of a group and a period, as JSON or one table of it as CSV.
import * as Type from 'typebox/type';
import { ReportSchema, type ReportTable, reportTables } from '../../contract/report.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { reportOf, TooMuch } from '../report/report.ts';
import { reportCsv, reportFileName } from '../report/tables.ts';
import { GroupName, strict } from './schemas.ts';
import { demandPast, StretchQuery, stretchOf } from './stretch.ts';

const ReportQuery = Type.Object(
  {
    group: GroupName,
    ...StretchQuery,
    format: Type.Unsafe<'json' | 'csv'>({ type: 'string', enum: ['json', 'csv'], default: 'json' }),
    table: Type.Optional(
      Type.Unsafe<ReportTable>({ type: 'string', enum: [...reportTables], description: 'Which table, for `format=csv`' }),
    ),
  },
  strict,
);

export function reportRoute(collector: Collector): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/report',
    right: 'read',
    summary: 'A group and a period for auditors: verdicts, findings, waivers, what was watched, what the gate was asked',
    query: ReportQuery,
    answers: {
      200: {
        describes: 'The report; one of its tables with `format=csv`, where each line is told from the next by CRLF',
        schema: ReportSchema,
      },
      404: { describes: 'There is and was no such group' },
    },
    handle: async ({ query: { group, format, table, ...asked } }) => {
      const asCsv = tableOf(format, table);
      demandPast(collector, group, null);
      const now = collector.clock.now();
      const report = await reportOf(collector, group, stretchOf(asked, now), now).catch(refuseTooMuch);
      const named = (ending: string) => ({ 'content-disposition': `attachment; filename="${reportFileName(report, ending)}"` });
      if (asCsv === null) return { status: 200, body: report };
      const type = 'text/csv; charset=utf-8; header=present';
      return { status: 200, body: reportCsv(report, asCsv), type, headers: named(`-${asCsv}.csv`) };
    },
  });
}

function tableOf(format: 'json' | 'csv', table: ReportTable | undefined): ReportTable | null {
  if (format === 'json' && table !== undefined) throw new Problem(400, 'A table is for format=csv; as JSON all of them come at once');
  if (format === 'csv' && table === undefined) throw new Problem(400, `Name one table: ${reportTables.join(', ')}`);
  return table ?? null;
}

function refuseTooMuch(error: unknown): never {
  if (error instanceof TooMuch) throw new Problem(400, `Too much for one report, since ${error.message}: ask for a shorter period`);
  throw error;
}
