// Looks at recorded machines with the artifacts probe and judges what was seen, for its tests.
import { expect } from 'vitest';
import type { NodeIdentity, Site } from '../../src/contract/node.ts';
import type { Snapshot } from '../../src/contract/observation.ts';
import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import { judge } from '../../src/judge/judge.ts';
import { openRecorded, type RecordedMachine } from '../../src/machine/recorded.ts';
import type { ArtifactsFacts } from '../../src/probes/artifacts/facts.ts';
import { probe } from '../../src/probes/artifacts/index.ts';
import type { ArtifactsSettings } from '../../src/probes/artifacts/settings.ts';
import { probes } from '../../src/probes/registry.generated.ts';

const nobody = { id: '', name: '', role: null, group: null, twin: null, site: {}, version: '' } satisfies NodeIdentity;

/** As an operator writes them: what is left out has its default. */
export interface Written {
  readonly containers?: Partial<ArtifactsSettings['containers']>;
  readonly files?: readonly string[];
  readonly trees?: readonly { readonly path: string; readonly ignore?: readonly string[] }[];
  readonly packages?: readonly string[];
  readonly endpoints?: readonly ({ readonly name: string; readonly url: string } & Partial<ArtifactsSettings['endpoints'][number]>)[];
  readonly manifest?: string;
  readonly reading?: Partial<ArtifactsSettings['reading']>;
}

export function settingsOf(written: Written = {}): ArtifactsSettings {
  const settings = structuredClone(written) as unknown as ArtifactsSettings;
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings;
}

export const named = (name: string): Promise<RecordedMachine> =>
  openRecorded(new URL(`../../src/probes/artifacts/fixtures/machines/${name}`, import.meta.url).pathname);

export interface Look {
  readonly now: number;
  readonly settings: ArtifactsSettings;
  readonly facts: ArtifactsFacts;
  readonly readings: readonly Reading[];
}

export async function outcomeOf(
  machine: RecordedMachine | string,
  written: Written = {},
  earlier?: EarlierLook<ArtifactsFacts>,
): Promise<Outcome<ArtifactsFacts>> {
  const opened = typeof machine === 'string' ? await named(machine) : machine;
  const { signal } = new AbortController();
  return probe.observe(opened.forLook(signal), settingsOf(written), signal, earlier);
}

export async function look(machine: RecordedMachine | string, written: Written = {}, earlier?: EarlierLook<ArtifactsFacts>): Promise<Look> {
  const opened = typeof machine === 'string' ? await named(machine) : machine;
  const outcome = await outcomeOf(opened, written, earlier);
  if (outcome.kind !== 'observed') throw new Error(`not observed: ${outcome.detail}`);
  expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  return { now: opened.now(), settings: settingsOf(written), facts: outcome.facts, readings: outcome.readings ?? [] };
}

/** The one word that everything comes to, of a standby beside its primary. */
export const verdictBeside = (standby: Look, primary: Look): string => judgement(standby, primary).verdict;

/** What is found by the standby itself and beside its primary, without what follows from another finding. */
export const countedBeside = (standby: Look, primary: Look): readonly string[] =>
  judgement(standby, primary)
    .findings.filter(({ foldedUnder }) => foldedUnder === undefined)
    .map(({ code, subject }) => `${code.replace('artifacts/', '')}: ${subject}`)
    .sort();

function judgement(standby: Look, primary: Look): ReturnType<typeof judge> {
  const subject = snapshotOf(standby, 'standby');
  return judge({ now: standby.now, subject, twin: snapshotOf(primary, 'primary'), earlier: [], probes, mode: 'pair' });
}

function snapshotOf({ facts, readings, settings, now }: Look, role: 'primary' | 'standby'): Snapshot {
  const about = { check: probe.id, probe: probe.id };
  const base = { ...about, seq: 1, factsVersion: probe.factsVersion, firstAt: now, lastAt: now, count: 1, tookMs: 1, trail: [] };
  const current = { ...base, outcome: { kind: 'observed' as const, facts }, readings: [...readings] };
  const state = { ...about, settings, staleAfterMs: 3_600_000, isRequired: true, current, lastObserved: null };
  const node = { ...nobody, id: role, name: role, role, group: 'g', twin: 'app1' };
  return { format: 'understudy-snapshot/1', node, takenAt: now, seq: 1, checks: [state], notTold: [] };
}

export interface Said {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

export function alone({ facts, readings, settings, now }: Look, role: NodeIdentity['role'] = null): readonly Said[] {
  const node = { ...nobody, role };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? rule
          .judge(facts, { now, node, settings, readings })
          .map((draft) => ({ ...draft, code: rule.code, severity: rule.severity, remedy: rule.remedy(draft) }))
      : [],
  );
}

export interface Sites {
  readonly standby?: Site;
  readonly primary?: Site;
}

export function beside(standby: Look, primary: Look, sites: Sites = {}): readonly Said[] {
  const side = ({ settings, readings, now }: Look, name: string, site: Site = {}) => ({
    node: { ...nobody, name, site },
    settings,
    readings,
    seenAt: now,
  });
  const context = {
    now: standby.now,
    standby: side(standby, 'app1-zrh', sites.standby),
    primary: side(primary, 'app1-fra', sites.primary),
  };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'paired'
      ? rule
          .judge(standby.facts, primary.facts, context)
          .map((draft) => ({ ...draft, code: rule.code, severity: rule.severity, remedy: rule.remedy(draft) }))
      : [],
  );
}

export const codes = (said: readonly Said[]): readonly string[] =>
  said.map((one) => `${one.code.replace('artifacts/', '')}: ${one.subject}`).sort();
