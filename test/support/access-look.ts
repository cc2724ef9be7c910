// Looks at machines with the access probe and judges what was seen, for its tests.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Finding, Judgement } from '../../src/contract/finding.ts';
import type { Machine } from '../../src/contract/machine.ts';
import type { NodeIdentity } from '../../src/contract/node.ts';
import type { CheckState, Observation, Snapshot } from '../../src/contract/observation.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import { judge } from '../../src/judge/judge.ts';
import { openRecorded } from '../../src/machine/recorded.ts';
import type { Facts } from '../../src/probes/access/facts.ts';
import { probe } from '../../src/probes/access/index.ts';
import type { Settings } from '../../src/probes/access/settings.ts';

export const machinesFolder = resolve(import.meta.dirname, '../../src/probes/access/fixtures/machines');

const probes = new Map([[probe.id, probe]]);

/** Settings as somebody would write them, with what is left out filled in. */
export function accessSettings(written: object): Settings {
  const settings = structuredClone(written) as Settings;
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings;
}

/** One look of a machine, as an agent would serve it. */
export async function accessSnapshot(
  machine: Machine,
  written: object,
  node: Partial<NodeIdentity>,
  signal: AbortSignal,
): Promise<Snapshot> {
  const settings = accessSettings(written);
  const outcome: Outcome<Facts> = await probe.observe(machine, settings, signal);
  if (outcome.kind === 'observed') expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  const at = machine.now();
  const { readings = [], ...kept } = { readings: undefined, ...outcome };
  const current: Observation = {
    seq: 1,
    check: 'access',
    probe: 'access',
    factsVersion: probe.factsVersion,
    outcome: kept as Observation['outcome'],
    readings: [...readings],
    trail: [],
    firstAt: at,
    lastAt: at,
    count: 1,
    tookMs: 1,
  };
  const state: CheckState = {
    check: 'access',
    probe: 'access',
    settings,
    staleAfterMs: probe.defaults.staleAfterMs,
    isRequired: true,
    current,
    lastObserved: null,
  };
  const identity: NodeIdentity = { id: 'n', name: 'n', role: 'standby', group: 'g', twin: 't', site: {}, version: '0', ...node };
  return { format: 'understudy-snapshot/1', node: identity, takenAt: at, seq: 1, checks: [state], notTold: [] };
}

interface AgentFile {
  readonly node: Partial<NodeIdentity>;
  readonly checks: { readonly access: { readonly settings: object } };
}

/** Of a recorded machine among the fixtures, by the configuration that it brings. */
export async function recordedSnapshot(name: string): Promise<Snapshot> {
  const folder = join(machinesFolder, name);
  const { node, checks } = parse(readFileSync(join(folder, 'files/etc/understudy/agent.yaml'), 'utf8')) as AgentFile;
  const { signal } = new AbortController();
  const machine = await openRecorded(folder);
  return accessSnapshot(machine.forLook(signal), checks.access.settings, { ...node, id: name }, signal);
}

/** Alone where there is no primary. */
export function judged(standby: Snapshot, primary: Snapshot | null): Judgement {
  const now = standby.takenAt;
  return judge({ now, subject: standby, twin: primary, earlier: [], probes, mode: primary === null ? 'alone' : 'pair' });
}

export interface Told {
  readonly verdict: string;
  /** Codes without their first part, and subjects: of what stands by itself. */
  readonly standing: readonly string[];
  /** `effect < cause`. */
  readonly folded: readonly string[];
}

export function told({ verdict, findings }: Judgement): Told {
  const isFolded = ({ foldedUnder }: Finding): boolean => foldedUnder !== undefined;
  return {
    verdict,
    standing: findings.filter((finding) => !isFolded(finding)).map(({ code, subject }) => `${short(code)}: ${subject}`),
    folded: findings.filter(isFolded).map(({ code, subject, foldedUnder }) => `${short(code)}: ${subject} < ${short(foldedUnder ?? '')}`),
  };
}

const short = (code: string): string => code.replace('access/', '');

export const factsOf = (snapshot: Snapshot): Facts => {
  const outcome = snapshot.checks[0]?.current?.outcome;
  if (outcome?.kind !== 'observed') throw new Error(`not observed: ${JSON.stringify(outcome)}`);
  return outcome.facts as Facts;
};
