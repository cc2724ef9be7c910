// Looks at recorded machines with the database patch probe and judges what was seen, for its tests.
import { expect } from 'vitest';
import type { NodeIdentity, Role, Site } from '../../src/contract/node.ts';
import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { openRecorded, type RecordedMachine } from '../../src/machine/recorded.ts';
import type { DbpatchFacts } from '../../src/probes/dbpatch/facts.ts';
import { probe } from '../../src/probes/dbpatch/index.ts';
import { type DbpatchSettings, defaultSettings } from '../../src/probes/dbpatch/settings.ts';

export const named = (name: string): Promise<RecordedMachine> =>
  openRecorded(new URL(`../../src/probes/dbpatch/fixtures/machines/${name}`, import.meta.url).pathname);

export interface Look {
  readonly now: number;
  readonly facts: DbpatchFacts;
  readonly readings: readonly Reading[];
}

export async function outcomeOf(
  machine: RecordedMachine | string,
  settings: Partial<DbpatchSettings> = {},
  earlier?: EarlierLook<DbpatchFacts>,
): Promise<Outcome<DbpatchFacts>> {
  const opened = typeof machine === 'string' ? await named(machine) : machine;
  const { signal } = new AbortController();
  return probe.observe(opened.forLook(signal), { ...defaultSettings, ...settings }, signal, earlier);
}

export async function look(
  machine: RecordedMachine | string,
  settings: Partial<DbpatchSettings> = {},
  earlier?: EarlierLook<DbpatchFacts>,
): Promise<Look> {
  const opened = typeof machine === 'string' ? await named(machine) : machine;
  const outcome = await outcomeOf(opened, settings, earlier);
  if (outcome.kind !== 'observed') throw new Error(`not observed: ${outcome.detail}`);
  expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  return { now: opened.now(), facts: outcome.facts, readings: outcome.readings ?? [] };
}

export interface Said {
  readonly code: string;
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

const node = (role: Role | null, site: Site = {}) =>
  ({ id: '', name: '', role, group: null, twin: null, site, version: '' }) satisfies NodeIdentity;

export function alone({ facts, readings, now }: Look, role: Role | null = null, given: Partial<DbpatchSettings> = {}): readonly Said[] {
  const settings = { ...defaultSettings, ...given };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? rule
          .judge(facts, { now, node: node(role), settings, readings })
          .map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) }))
      : [],
  );
}

export function beside(
  standby: Look,
  primary: Look,
  given: Partial<DbpatchSettings> & { readonly sites?: readonly [Site, Site] } = {},
): readonly Said[] {
  const { sites = [{}, {}], ...some } = given;
  const settings = { ...defaultSettings, ...some };
  const side = (role: Role, site: Site) => ({ node: node(role, site), settings, readings: [], seenAt: standby.now });
  const context = { now: standby.now, standby: side('standby', sites[0]), primary: side('primary', sites[1]) };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'paired'
      ? rule.judge(standby.facts, primary.facts, context).map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) }))
      : [],
  );
}

export const codes = (said: readonly Said[]): readonly string[] =>
  said.map((one) => `${one.code.replace('dbpatch/', '')}: ${one.subject}`).sort();
