// Looks with the dns probe and judges what it saw, for tests that tell stories in findings.
import { expect } from 'vitest';
import type { Machine } from '../../src/contract/machine.ts';
import type { NodeIdentity } from '../../src/contract/node.ts';
import type { Reading } from '../../src/contract/outcome.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import type { DnsFacts } from '../../src/probes/dns/facts.ts';
import { probe } from '../../src/probes/dns/index.ts';
import type { DnsSettings } from '../../src/probes/dns/settings.ts';

export interface Seen {
  readonly facts: DnsFacts;
  readonly readings: readonly Reading[];
  readonly settings: DnsSettings;
}

/** Settings as an operator writes them, with their defaults filled in. */
export function dnsSettings(written: unknown): DnsSettings {
  const settings: unknown = structuredClone(written);
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings as DnsSettings;
}

export async function seeDns(machine: Machine, written: unknown, earlier?: EarlierLook<DnsFacts>): Promise<Seen> {
  const settings = dnsSettings(written);
  const outcome = await probe.observe(machine, settings, new AbortController().signal, earlier);
  if (outcome.kind !== 'observed') throw new Error(`${outcome.kind}: ${outcome.detail}`);
  expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  return { facts: outcome.facts, readings: outcome.readings ?? [], settings };
}

export const site = (name: string, networks: readonly string[], domains: readonly string[] = []): NodeIdentity['site'] => ({
  name,
  networks: [...networks],
  domains: [...domains],
});

export const node = (role: 'primary' | 'standby', of: NodeIdentity['site'] = {}): NodeIdentity => ({
  id: role,
  name: role,
  role,
  group: 'pay',
  twin: 'db',
  site: of,
  version: '0',
});

/** `code | subject | expected | actual`, sorted. */
export function aloneFindings({ facts, readings, settings }: Seen): string[] {
  const context = { now: 0, node: node('standby'), settings, readings };
  return probe.rules
    .flatMap((rule) => (rule.kind === 'alone' ? rule.judge(facts, context).map((draft) => ({ rule, draft })) : []))
    .map(({ rule, draft: { subject, expected, actual } }) => `${rule.code} | ${subject} | ${expected} | ${actual}`)
    .sort();
}

export function pairedFindings(
  standby: Seen,
  primary: Seen,
  sites: { readonly standby: NodeIdentity['site']; readonly primary: NodeIdentity['site'] },
): string[] {
  const side = (role: 'primary' | 'standby', { settings, readings }: Seen) => ({
    node: node(role, sites[role]),
    settings,
    readings,
    seenAt: 0,
  });
  const context = { now: 0, standby: side('standby', standby), primary: side('primary', primary) };
  return probe.rules
    .flatMap((rule) => (rule.kind === 'paired' ? rule.judge(standby.facts, primary.facts, context).map((draft) => ({ rule, draft })) : []))
    .map(({ rule, draft: { subject, expected, actual } }) => `${rule.code} | ${subject} | ${expected} | ${actual}`)
    .sort();
}

/** The remedy of the only finding with this code. */
export function remedyOf({ facts, readings, settings }: Seen, code: string): string {
  const context = { now: 0, node: node('standby'), settings, readings };
  const rule = probe.rules.find((one) => one.code === code);
  if (rule?.kind !== 'alone') throw new Error(`no such rule: ${code}`);
  const [draft, ...more] = rule.judge(facts, context);
  if (draft === undefined || more.length > 0) throw new Error(`${code} was found ${more.length === 0 ? 'never' : 'more than once'}`);
  return rule.remedy(draft);
}
