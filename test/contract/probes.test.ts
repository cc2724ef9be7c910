// What every probe owes, whatever it looks at. A new probe is covered by being in the registry.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingsPage } from '../../scripts/findings-page.ts';
import { kindFiles, kindSource, probeFolders, registrySource } from '../../scripts/generate.ts';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { gapIds } from '../../src/contract/gap.ts';
import type { Machine } from '../../src/contract/machine.ts';
import type { CheckState, Observation, Snapshot } from '../../src/contract/observation.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import { OutcomeSchema, ReadingSchema } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import { judge } from '../../src/judge/judge.ts';
import { recordingMachine } from '../../src/machine/recording.ts';
import { allProbes, probes, regionProbes } from '../../src/probes/registry.generated.ts';
import { hangingMachine, hostileMachines } from '../support/hostile.ts';

const root = resolve(import.meta.dirname, '../..');
const every = [...allProbes.values()];
/** Those that look at a machine; regions have a suite of their own. */
const ofMachines = [...probes.values()];

/** What each probe is given to look for: its example, and what it does when nobody configured it. */
function settingsOf(probe: AnyProbe): readonly (readonly [string, unknown])[] {
  const given = [
    ['its example settings', probe.example],
    ['no configuration', 'settings' in probe.withoutConfig ? probe.withoutConfig.settings : undefined],
  ] as const;
  return given.filter(([, settings]) => settings !== undefined).map(([name, settings]) => [name, filled(probe, settings)]);
}

function filled(probe: AnyProbe, settings: unknown): unknown {
  const copy: unknown = structuredClone(settings);
  expect(fillDefaults(probe.settings, copy)).toEqual([]);
  return copy;
}

const uses = ofMachines.flatMap((probe) => settingsOf(probe).map(([name, settings]) => ({ probe, id: probe.id, name, settings })));
const onHostile = uses.flatMap((use) => Object.entries(hostileMachines).map(([trouble, machine]) => ({ ...use, trouble, machine })));

const look = (probe: AnyProbe, machine: Machine, settings: unknown): Promise<Outcome> =>
  probe.observe(machine, settings, new AbortController().signal);

function verdictAlone(probe: AnyProbe, settings: unknown, outcome: Outcome): string {
  const at = Date.UTC(2026, 10, 23, 12);
  const readings = outcome.kind === 'observed' ? [...(outcome.readings ?? [])] : [];
  const base = {
    seq: 1,
    check: probe.id,
    probe: probe.id,
    factsVersion: probe.factsVersion,
    firstAt: at,
    lastAt: at,
    count: 1,
    tookMs: 1,
    trail: [],
  };
  const current: Observation = { ...base, outcome, readings };
  const state: CheckState = {
    check: probe.id,
    probe: probe.id,
    settings,
    staleAfterMs: 1_000,
    isRequired: true,
    current,
    lastObserved: null,
  };
  const node = { id: 'n', name: 'n', role: 'primary', group: null, twin: null, site: {}, version: '0' } as const;
  const subject: Snapshot = { format: 'understudy-snapshot/1', node, takenAt: at, seq: 1, checks: [state], notTold: [] };
  return judge({ now: at, subject, twin: null, earlier: [], probes, mode: 'alone' }).verdict;
}

describe('the registry', () => {
  it('holds every folder that defines a probe, under the folder’s own name', () => {
    expect(every.map((probe) => probe.id)).toEqual(probeFolders());
    expect(every.length).toBeGreaterThan(0);
  });

  it('is what the generator writes', () => {
    expect(readFileSync(join(root, 'src/probes/registry.generated.ts'), 'utf8')).toBe(registrySource());
    for (const kind of ['machine', 'region'] as const)
      expect(readFileSync(join(root, kindFiles[kind]), 'utf8')).toBe(kindSource(kind, probeFolders(kind)));
  });

  it('keeps what looks at machines apart from what looks at regions', () => {
    expect([...probes.values()].filter(({ looksAt }) => looksAt !== 'machine')).toEqual([]);
    expect([...regionProbes.values()].filter(({ looksAt }) => looksAt !== 'region')).toEqual([]);
  });

  it('no two rules share a code', () => {
    const codes = every.flatMap((probe) => probe.rules.map((rule) => rule.code));
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('docs/findings.md says what the rules say', async () => {
    expect(readFileSync(join(root, 'docs/findings.md'), 'utf8')).toBe(await findingsPage());
  });
});

describe.each(every)('$id as a definition', (probe) => {
  const folder = join(root, 'src/probes', probe.id);

  it('explains itself in a README that names the rights it needs and each of its findings', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toMatch(/right|permission|privilege/i);
    expect(probe.rules.map((rule) => rule.code).filter((code) => !readme.includes(code))).toEqual([]);
  });

  it('has pure parsers, rules and tests beside each other', () => {
    const names = readdirSync(folder, { recursive: true }).map(String);
    expect(names.some((name) => name.endsWith('.test.ts'))).toBe(true);
    expect(existsSync(join(folder, 'observe.ts'))).toBe(true);
  });

  it('declares rules that are whole', () => {
    const codes = new Set(every.flatMap((one) => one.rules.map((rule) => rule.code)));
    for (const rule of probe.rules) {
      expect(rule.code).toMatch(new RegExp(`^${probe.id}/[a-z0-9-]+$`));
      expect(gapIds).toContain(rule.gap ?? probe.gap);
      expect(rule.title, rule.code).toMatch(/^[A-Z].{8,120}[^.]$/);
      expect(rule.why.length, `${rule.code} says why`).toBeGreaterThan(20);
      for (const cause of rule.dependsOn ?? []) expect(codes, `${rule.code} depends on ${cause}`).toContain(cause);
    }
    expect(probe.rules.some((rule) => rule.kind === 'alone')).toBe(true);
    expect(probe.rules.some((rule) => rule.kind === 'paired')).toBe(true);
  });

  it('gives a remedy for every rule, even for a draft of placeholders', () => {
    const draft = {
      subject: '<subject>',
      expected: '<expected>',
      actual: '<actual>',
      with: new Proxy({}, { get: (_, key) => `<${String(key)}>`, has: () => true }),
    };
    for (const rule of probe.rules) expect(rule.remedy(draft), rule.code).toMatch(/^[$#] \S/m);
  });

  it('has an example of its settings, and both its ways of starting are valid', () => {
    expect(probe.example).toBeDefined();
    expect(settingsOf(probe).length).toBeGreaterThan(0);
  });

  it('refuses settings that it does not know', () => {
    expect(schemaProblems(probe.settings, { nonsense: true })).not.toEqual([]);
  });

  it('keeps time limit, interval and staleness in order', () => {
    expect(probe.defaults.timeoutMs).toBeLessThanOrEqual(probe.defaults.everyMs);
    expect(probe.defaults.staleAfterMs).toBeGreaterThanOrEqual(2 * probe.defaults.everyMs);
  });
});

describe.each(onHostile)('$id with $name, where $trouble', ({ probe, settings, machine }) => {
  it('never throws, and answers in a form that can be stored', async () => {
    const outcome = await look(probe, machine(), settings);
    expect(schemaProblems(OutcomeSchema, JSON.parse(JSON.stringify({ ...outcome, readings: undefined })))).toEqual([]);
    if (outcome.kind !== 'observed') return;
    expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
    for (const reading of outcome.readings ?? []) {
      expect(schemaProblems(ReadingSchema, reading)).toEqual([]);
      expect(Object.keys(probe.readings), 'a reading that the probe declares').toContain(reading.name);
    }
  });

  it('is never taken for ready', async () => {
    expect(verdictAlone(probe, settings, await look(probe, machine(), settings))).not.toBe('ready');
  });

  it('sees the same facts when it looks again', async () => {
    const [first, second] = [await look(probe, machine(), settings), await look(probe, machine(), settings)];
    expect(canonicalJson({ ...second, readings: undefined })).toBe(canonicalJson({ ...first, readings: undefined }));
  });

  it('leaves a bounded trail', async () => {
    const { machine: recorded, trail } = recordingMachine(machine(), Date.now);
    await look(probe, recorded, settings);
    expect(JSON.stringify(trail()).length).toBeLessThan(200_000);
  });
});

describe.each(uses)('$id with $name on a machine that never answers', ({ probe, settings }) => {
  it('ends soon after it is aborted, with nothing seen', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const ended = probe.observe(hangingMachine(controller.signal), settings, controller.signal);
    // Ten seconds stands for "hangs"; a probe that honours the signal needs milliseconds.
    const outcome = await Promise.race([ended, new Promise<'hangs'>((resolve) => setTimeout(resolve, 10_000, 'hangs').unref())]);
    expect(outcome).not.toBe('hangs');
    expect(verdictAlone(probe, settings, outcome as Outcome)).not.toBe('ready');
  });
});
