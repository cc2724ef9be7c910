// The output formats, each loaded when it is asked for.
import { CannotError, type Option } from './command.ts';
import type { Report } from './report.ts';
import type { Terminal } from './terminal.ts';

const formats = {
  text: async (report: Report, terminal: Terminal) => (await import('./render/text.ts')).reportText(report, terminal),
  json: async (report: Report) => (await import('./render/json.ts')).reportJson(report),
  nagios: async (report: Report) => (await import('./render/nagios.ts')).reportNagios(report),
  junit: async (report: Report) => (await import('./render/junit.ts')).reportJunit(report),
  prometheus: async (report: Report) => (await import('./render/prometheus.ts')).reportPrometheus(report),
} as const;

type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly Format[];

export const formatOption = (names: readonly string[] = formatNames): Option => ({
  value: 'FORMAT',
  describes: 'how to print it',
  choices: names,
});

export async function printReport(format: string, report: Report, terminal: Terminal): Promise<void> {
  if (!isFormat(format)) throw new CannotError(`there is no format '${format}'`);
  terminal.print(await formats[format](report, terminal));
}

const isFormat = (name: string): name is Format => Object.hasOwn(formats, name);
