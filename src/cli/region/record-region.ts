// Looks at a region and writes what it answered into a folder that can stand in for it.
import { canonicalJson } from '../../contract/canonical.ts';
import type { Check } from '../../contract/check.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { fillDefaults } from '../../contract/schema.ts';
import { redactValue } from '../../redaction/redact.ts';
import {
  type RecordedSide,
  type RecordedTenancyCounts,
  TenancyNotes,
  TenancyRecordRefused,
  takeFolder,
  writeRecordedTenancy,
} from '../../tenancy/record.ts';
import { CannotError, type ExitCode, type Given } from '../command.ts';
import { exits } from '../exits.ts';
import { lookThrough } from '../looks.ts';
import type { Terminal } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import { hang } from '../text/wrap.ts';
import { looksOfRegion, openRegion, type Region } from './region.ts';

export async function recordRegion(given: Given): Promise<ExitCode> {
  const folder = given.words[0]!;
  try {
    // Before a look that may take minutes.
    await takeFolder(folder);
    const counts = await lookAndWrite(folder, given);
    given.terminal.print(recordedText(folder, counts, given.terminal));
    if (counts.answered > 0) return exits.ready;
    given.terminal.note('understudy: nothing of the region was answered; the recording shows how each question failed');
    return exits.unknown;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof TenancyRecordRefused) throw new CannotError(error.message);
    if (code !== undefined) throw new CannotError(`${folder} cannot be written (${code})`);
    throw error;
  }
}

async function lookAndWrite(folder: string, given: Given): Promise<RecordedTenancyCounts> {
  const { allProbes } = await import('../../probes/registry.generated.ts');
  const region = await openRegion(given, allProbes);
  const notes = new TenancyNotes();
  const now = new Date(region.source.now()).toISOString();
  await lookThrough(looksOfRegion({ ...region, source: notes.noted(region.source) }), allProbes, given.terminal);
  return writeRecordedTenancy(folder, { now, ...sideOf(region, allProbes) }, notes.calls());
}

function recordedText(folder: string, { answered, failed }: RecordedTenancyCounts, { paint, columns }: Terminal): string {
  if (answered === 0) return `${paint('?', 'bold', 'magenta')} ${shownText(folder)}: no answer, ${failed} that failed`;
  return [
    `${paint('✔', 'green')} ${shownText(folder)}: ${answered} answers, ${failed} that failed`,
    ...hang(
      '  ',
      'What people attach to things (metadata, tags that no grant goes by, who made them) and what looks like a secret was taken out. Names, addresses and OCIDs stand in it: read it through before you give it away.',
      columns,
    ),
    `  ${paint('$', 'dim')} ${paint(`understudy check --tenancy ${shownText(folder)}`, 'cyan')}`,
  ].join('\n');
}

function sideOf({ node, source, scope, checks, tenancyId }: Region, probes: ReadonlyMap<string, AnyProbe>): Omit<RecordedSide, 'now'> {
  const { role, name, group } = node;
  const settings = checks.map((check) => [check.probe, ownSettings(check, probes.get(check.probe)!)] as const);
  return {
    region: { ...source.forLook(new AbortController().signal).region },
    tenancyId,
    ...(role === null ? {} : { role }),
    name,
    ...(group === null ? {} : { group }),
    scope: structuredClone(scope),
    settings: Object.fromEntries(settings.filter(([, own]) => Object.keys(own).length > 0)),
  };
}

/** Those that differ from the defaults. */
function ownSettings({ settings }: Check, probe: AnyProbe): Record<string, unknown> {
  const { scope, ...own } = settings as { readonly scope: unknown };
  const defaults: Record<string, unknown> = { scope: structuredClone(scope) };
  fillDefaults(probe.settings, defaults);
  const given = Object.entries(own).filter(([name, value]) => canonicalJson(value) !== canonicalJson(defaults[name] ?? null));
  return redactValue(Object.fromEntries(given));
}
