// Writes this machine, or a region, into a folder that can stand in for it, redacted.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defaultConfigFile } from '../config/places.ts';
import { type Recorded, RecordRefused, recordMachine } from '../machine/record.ts';
import { redactText, redactValue } from '../redaction/redact.ts';
import { CannotError, type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { isRegionNamed, regionOptions } from './region/named.ts';
import { configOption } from './settings.ts';
import { identityOf, look, openSubject } from './subject.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { hang } from './text/wrap.ts';

export const record: Command = {
  usage: 'record DIR',
  describes:
    'Looks at this machine once and writes every question and its answer into a new folder that only this user may read, secrets taken out. `understudy check --machine DIR` then sees what this machine showed: in a bug report, beside its twin, in a test.\nWith --region it is a region of OCI that is looked at and written, and `understudy check --tenancy DIR` that sees it again.',
  options: { config: configOption, ...regionOptions },
  words: { min: 1, max: 1 },
  examples: [
    ['understudy record app1-zrh', 'on each of two machines; then, where both folders are:'],
    ['understudy diff app1-fra app1-zrh', 'compare them'],
    ['understudy record --region billing/phx phx', 'a region, as the fleet file describes it'],
  ],
  run: runRecord,
};

async function runRecord(given: Given) {
  if (!isRegionNamed(given)) return recordThisMachine(given);
  if (given.values.region === undefined) throw new UsageError('--tenancy goes with --region GROUP/SITE, which says what is recorded');
  return (await import('./region/record-region.ts')).recordRegion(given);
}

async function recordThisMachine({ words, values, terminal }: Given) {
  const { probes } = await import('../probes/registry.generated.ts');
  const folder = words[0]!;
  const subject = await openSubject(null, values.config ?? null, probes);
  // Asked outside the recording: the machine id never leaves the machine.
  const node = await identityOf(subject);
  try {
    const recorded = await recordMachine(subject.source, folder, {
      run: async (source) => void (await look({ ...subject, source }, probes, terminal, node)),
    });
    if (subject.config.file !== null) await bringConfiguration(subject.config.file, folder);
    terminal.print(recordedText(recorded, terminal));
    return exits.ready;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof RecordRefused) throw new CannotError(error.message);
    if (code !== undefined) throw new CannotError(`${folder} cannot be written (${code})`);
    throw error;
  }
}

/** What is looked at belongs to the recording; where the agent serves and whom it lets in do not. */
async function bringConfiguration(file: string, folder: string): Promise<void> {
  const { parse, stringify } = await import('yaml');
  const { node, discover, checks } = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries({ node, discover, checks }).filter(([, section]) => section !== undefined));
  const path = join(folder, 'files', defaultConfigFile);
  await mkdir(dirname(path), { recursive: true });
  // Of a file that the recording holds already, this is the part that may be given away.
  await writeFile(path, redactText(stringify(redactValue(kept), { lineWidth: 0 })), { mode: 0o600 });
}

function recordedText({ folder, commands, files, withheld }: Recorded, { paint, columns }: Terminal): string {
  return [
    `${paint('✔', 'green')} ${shownText(folder)}: ${commands} commands, ${files} files`,
    ...withheld.flatMap((path) =>
      hang('  withheld  ', `${shownText(path)}: it may hold a key, and what depends on it does not replay`, columns),
    ),
    ...hang(
      '  ',
      'Passwords, tokens and keys that are known by their look were taken out. Read it through before you give it away.',
      columns,
    ),
    `  ${paint('$', 'dim')} ${paint(`understudy check --machine ${shownText(folder)}`, 'cyan')}`,
  ].join('\n');
}
