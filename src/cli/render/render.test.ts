import { describe, expect, it } from 'vitest';
import { reports } from '../../../test/support/reports.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { CheckDocumentSchema, DiffDocumentSchema } from '../documents.ts';
import { painter } from '../text/paint.ts';
import { widthOf } from '../text/width.ts';
import { reportJson } from './json.ts';
import { reportJunit } from './junit.ts';
import { reportNagios } from './nagios.ts';
import { reportPrometheus } from './prometheus.ts';
import { reportText } from './text.ts';

const plain = { paint: painter(false), columns: 80 };
const formats = {
  txt: (name: string) => reportText(reports[name]!, plain),
  json: (name: string) => reportJson(reports[name]!),
  nagios: (name: string) => reportNagios(reports[name]!),
  xml: (name: string) => reportJunit(reports[name]!),
  prom: (name: string) => reportPrometheus(reports[name]!),
} as const;
const names = Object.keys(reports);
const golden = (name: string, ending: string): string => new URL(`fixtures/${name}.${ending}`, import.meta.url).pathname;
/** What a terminal would act upon; a newline is our own. */
const acting = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

describe.each(Object.entries(formats))('as %s', (ending, render) => {
  it.each(names)('%s is printed as it was agreed', async (name) => {
    await expect(`${render(name)}\n`).toMatchFileSnapshot(golden(name, ending));
  });

  it('nothing from outside can move the cursor, change colours or turn text round', () => {
    expect(render('hostile')).not.toMatch(acting);
  });
});

describe('text', () => {
  it('never passes the last column, but for commands and words that are meant to be copied', () => {
    for (const columns of [40, 60, 80, 110]) {
      for (const report of Object.values(reports)) {
        const lines = reportText(report, { ...plain, columns }).split('\n');
        const long = lines.filter((line) => widthOf(line) > columns && !line.trimStart().startsWith('$ '));
        expect(long.filter((line) => widthOf(line.split(' ').at(-1)!) < 20)).toEqual([]);
      }
    }
  });

  it('says the verdict in its first and its last line', () => {
    for (const report of Object.values(reports)) {
      const lines = reportText(report, plain).split('\n');
      const head = lines.slice(
        0,
        lines.findIndex((line) => line.startsWith('  app')),
      );
      expect(lines.slice(-head.length)).toEqual(head);
    }
  });

  it('means the same without its colours', () => {
    for (const report of Object.values(reports)) {
      const coloured = reportText(report, { ...plain, paint: painter(true) });
      expect(coloured).toContain('\x1b[');
      expect(coloured.replaceAll(/\x1b\[[0-9;]*m/g, '')).toBe(reportText(report, plain));
    }
  });

  it('prints each command of a remedy on a line of its own, whole', () => {
    const lines = reportText(reports['not-ready']!, { ...plain, columns: 40 }).split('\n');
    expect(lines).toContain('    $ doorctl test front --wait 30s');
  });
});

describe('a remedy', () => {
  it('holds no command that came from outside, whatever a subject is called', () => {
    const commands = reportText(reports.hostile!, plain)
      .split('\n')
      .filter((line) => line.trimStart().startsWith('$ '));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((line) => !line.trimStart().startsWith('$ doorctl '))).toEqual([]);
  });
});

describe('json', () => {
  it.each(names)('%s is what its schema promises', (name) => {
    const document: unknown = JSON.parse(reportJson(reports[name]!));
    expect(schemaProblems(reports[name]!.primary === null ? CheckDocumentSchema : DiffDocumentSchema, document)).toEqual([]);
  });
});

describe('nagios', () => {
  it.each(names)('%s has one bar, on the first line', (name) => {
    const [status, ...details] = reportNagios(reports[name]!).split('\n');
    expect(status!.split('|')).toHaveLength(2);
    expect(details.join('\n')).not.toContain('|');
  });

  it('quotes labels as the guidelines ask', () => {
    const [, perfdata] = reportNagios(reports.ready!).split('\n')[0]!.split('|');
    expect(perfdata).toContain("'door/daysLeft the owner''s:key¦1'=29");
    expect(perfdata).toContain("'door/connectMs front'=1.25ms");
  });
});

describe('junit', () => {
  it.each(names)('%s is well-formed XML', (name) => {
    expect(xmlProblem(reportJunit(reports[name]!))).toBeNull();
  });

  it('calls what is unseen an error, a finding a failure, and lets a note pass', () => {
    expect(reportJunit(reports.unknown!)).toMatch(/<error type="denied"/);
    expect(reportJunit(reports['not-ready']!)).toMatch(/<failure type="blocker"/);
    expect(reportJunit(reports.degraded!)).toMatch(/name="door\/painted"[^>]*>\s*<system-out>/);
  });
});

/** What XML 1.0 forbids in what we write: characters, unescaped signs, tags that do not close. Null for a well-formed text. */
function xmlProblem(text: string): string | null {
  if (!text.isWellFormed() || /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    return 'a character that XML cannot hold';
  const open: string[] = [];
  const rest = text
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, '')
    .replaceAll(/<(\/?)([a-z-]+)((?: [a-z]+="(?:[^<&"]|&(?:amp|lt|gt|quot);)*")*)(\/?)>/g, (_, close, name, __, empty) => {
      if (close === '/' && open.pop() !== name) open.push(`${name} closed out of turn`);
      if (close === '' && empty === '') open.push(name);
      return '';
    });
  if (open.length > 0) return `not closed: ${open.join(', ')}`;
  const left = rest.replaceAll(/&(?:amp|lt|gt);/g, '');
  return /[<&]/.test(left) ? `not escaped: ${left.trim().slice(0, 80)}` : null;
}
