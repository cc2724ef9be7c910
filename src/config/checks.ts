// The checks that a node runs: those that the file lists, and by discovery those that it does not.
import type { Check } from '../contract/check.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { fillDefaults } from '../contract/schema.ts';
import type { AgentConfig } from './agent-config.ts';
import { probeName, readCheck, withCaptures } from './check.ts';
import type { ConfigError } from './config-error.ts';
import { isRecord } from './schema-messages.ts';
import { type ConfigText, escapePointer } from './yaml-text.ts';

export interface ChecksRead {
  readonly checks: readonly Check[];
  readonly notTold: AgentConfig['notTold'];
  readonly errors: readonly ConfigError[];
}

type Probes = ReadonlyMap<string, AnyProbe>;

/** Without a file there is no text to point into, and nothing that could be wrong. */
export async function readChecks(file: Record<string, unknown>, text: ConfigText | null, probes: Probes): Promise<ChecksRead> {
  const captures = typeof file.captures === 'string' ? file.captures : null;
  const listed = isRecord(file.checks) && text !== null ? Object.entries(file.checks) : [];
  const read = await Promise.all(
    listed.map(([id, section]) => readCheck(id, section, { text: text!, pointer: `/checks/${escapePointer(id)}`, probes, captures })),
  );
  const named = new Set(listed.map(([id, section]) => probeName(id, section)));
  const unnamed = [...probes.values()].filter((probe) => !named.has(probe.id));
  const { checks, notTold } = byDiscovery(unnamed, file.discover !== false, captures);
  return {
    checks: [...read.flatMap(({ check }) => (check === null ? [] : [check])), ...checks].sort((a, b) => (a.id < b.id ? -1 : 1)),
    notTold,
    errors: read.flatMap(({ errors }) => errors),
  };
}

function byDiscovery(probes: readonly AnyProbe[], isOn: boolean, captures: string | null): Omit<ChecksRead, 'errors'> {
  const checks: Check[] = [];
  const notTold: { readonly probe: string; readonly detail: string }[] = [];
  for (const probe of probes) {
    if ('notTold' in probe.withoutConfig) notTold.push({ probe: probe.id, detail: probe.withoutConfig.notTold });
    else if (!isOn) notTold.push({ probe: probe.id, detail: 'no check uses it, and discovery is off' });
    else checks.push(discovered(probe, probe.withoutConfig.settings, captures));
  }
  return { checks, notTold };
}

function discovered(probe: AnyProbe, given: unknown, captures: string | null): Check {
  const settings = withCaptures(structuredClone(given), probe, captures, true);
  fillDefaults(probe.settings, settings);
  const { everyMs, timeoutMs, staleAfterMs } = probe.defaults;
  return { id: probe.id, probe: probe.id, settings, schedule: { kind: 'every', everyMs }, timeoutMs, staleAfterMs, isRequired: true };
}
