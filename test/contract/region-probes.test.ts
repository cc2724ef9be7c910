// What every region probe owes, whatever region it looks at. A new probe is covered by being in the registry.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.ts';
import type { Verdict } from '../../src/contract/finding.ts';
import type { Role } from '../../src/contract/node.ts';
import type { CheckState, Snapshot } from '../../src/contract/observation.ts';
import { type OciOperationName, ociOperations } from '../../src/contract/oci-operations.ts';
import { type Outcome, OutcomeSchema, ReadingSchema } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import { fillDefaults, schemaProblems } from '../../src/contract/schema.ts';
import type { Tenancy } from '../../src/contract/tenancy.ts';
import { judge } from '../../src/judge/judge.ts';
import { regionProbes } from '../../src/probes/registry.generated.ts';
import { recordingTenancy } from '../../src/tenancy/looks.ts';
import { TenancyNotes } from '../../src/tenancy/record.ts';
import { recordedTenancy } from '../../src/tenancy/recorded.ts';
import { hangingTenancy, hostileTenancies, partlyDenied, watched, wholeTenancy } from '../support/hostile-tenancies.ts';
import { asOf, scopeOf, sides } from '../support/oci-cases.ts';

const every = [...regionProbes.values()];
const onHostile = every.flatMap((probe) =>
  Object.entries(hostileTenancies).map(([trouble, hostile]) => ({ probe, id: probe.id, trouble, hostile })),
);

/** The largest facts that one look may leave in the store. */
const factsCharsMax = 8 * 1024 ** 2;

/** Its example, in the places that the recorded bodies are from. */
function settingsOf(probe: AnyProbe, side: Role): unknown {
  const settings: unknown = structuredClone({ ...probe.example, scope: scopeOf(side) });
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings;
}

const look = (probe: AnyProbe, side: Role, tenancy: Tenancy): Promise<Outcome> =>
  probe.observe(tenancy, settingsOf(probe, side), new AbortController().signal);

function snapshotOf(probe: AnyProbe, side: Role, outcome: Outcome): Snapshot {
  const { id, factsVersion } = probe;
  const readings = outcome.kind === 'observed' ? [...(outcome.readings ?? [])] : [];
  const times = { seq: 1, firstAt: asOf, lastAt: asOf, count: 1, tookMs: 1 };
  const current = { ...times, check: id, probe: id, factsVersion, trail: [], outcome, readings };
  const settings = settingsOf(probe, side);
  const state: CheckState = { check: id, probe: id, settings, staleAfterMs: 1_000, isRequired: true, current, lastObserved: null };
  const node = { id: side, name: side, role: side, group: 'payments', twin: 'region', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: asOf, seq: 1, checks: [state], notTold: [] };
}

const verdictAlone = (probe: AnyProbe, outcome: Outcome): Verdict =>
  judge({
    now: asOf,
    subject: snapshotOf(probe, 'standby', outcome),
    twin: null,
    earlier: [],
    probes: regionProbes,
    mode: 'alone',
  }).verdict;

const verdictOfPair = (probe: AnyProbe, primary: Outcome, standby: Outcome): Verdict =>
  judge({
    now: asOf,
    subject: snapshotOf(probe, 'standby', standby),
    twin: snapshotOf(probe, 'primary', primary),
    earlier: [],
    probes: regionProbes,
  }).verdict;

/** Everything that it asks where there is something to ask about. */
async function askedBy(probe: AnyProbe): Promise<ReadonlySet<OciOperationName>> {
  const asked = new Set<OciOperationName>();
  const tenancies = sides.flatMap((side) => [
    [side, wholeTenancy(side)] as const,
    [side, hostileTenancies['lists are long']!.tenancy(side)] as const,
  ]);
  for (const [side, tenancy] of tenancies) {
    const watching = watched(tenancy);
    await look(probe, side, watching.tenancy);
    for (const operation of watching.asked) asked.add(operation);
  }
  return asked;
}

const readmeOf = (probe: AnyProbe): string =>
  readFileSync(join(resolve(import.meta.dirname, '../../src/probes'), probe.id, 'README.md'), 'utf8');

it('a machine’s probes are not among them', () => {
  expect(every.filter(({ looksAt }) => looksAt !== 'region')).toEqual([]);
});

describe.each(every)('$id as a region’s probe', (probe) => {
  it('needs to be told of nothing but the side’s scope', () => {
    expect(fillDefaults(probe.settings, { scope: { compartments: { shop: 'ocid1.compartment.oc1..a' } } })).toEqual([]);
    expect(schemaProblems(probe.settings, {})).not.toEqual([]);
    expect(probe.withoutConfig).toHaveProperty('notTold');
  });

  it('names in its README the statements for everything that it asks, and none that would let it change a thing or read a value', async () => {
    const readme = readmeOf(probe);
    const grants = new Set(
      [...(await askedBy(probe))].map((operation) => ociOperations[operation].grant).filter((grant) => grant !== null),
    );
    expect([...grants].filter((grant) => !readme.includes(`to ${grant} in`) && !readme.includes(grant))).toEqual([]);
    expect(readme).not.toMatch(/to (?:manage [\w-]+|\w+ (?:secret-family|secret-bundles|all-resources)) in/);
  });
});

describe.each(onHostile)('$id where $trouble', ({ probe, hostile }) => {
  it('never throws, and answers in a form that can be stored', async () => {
    for (const side of sides) {
      const outcome = await look(probe, side, hostile.tenancy(side));
      expect(schemaProblems(OutcomeSchema, JSON.parse(JSON.stringify({ ...outcome, readings: undefined })))).toEqual([]);
      if (outcome.kind !== 'observed') continue;
      expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
      expect(JSON.stringify(outcome.facts).length).toBeLessThan(factsCharsMax);
      expect(probe.summary(outcome.facts)).toEqual(expect.any(String));
      for (const reading of outcome.readings ?? []) {
        expect(schemaProblems(ReadingSchema, reading)).toEqual([]);
        expect(Object.keys(probe.readings), 'a reading that the probe declares').toContain(reading.name);
      }
    }
  });

  it('is never taken for ready, neither by itself nor beside its like', async () => {
    const [primary, standby] = await Promise.all(sides.map((side) => look(probe, side, hostile.tenancy(side))));
    const verdicts = [verdictAlone(probe, standby!), verdictOfPair(probe, primary!, standby!)];
    if (hostile.mayBeReady !== true) expect(verdicts).not.toContain('ready');
  });

  it('sees the same facts when it looks again', async () => {
    const [first, second] = [
      await look(probe, 'standby', hostile.tenancy('standby')),
      await look(probe, 'standby', hostile.tenancy('standby')),
    ];
    expect(canonicalJson({ ...second, readings: undefined })).toBe(canonicalJson({ ...first, readings: undefined }));
  });

  it('leaves a bounded trail', async () => {
    const { tenancy, trail } = recordingTenancy(hostile.tenancy('standby'), Date.now);
    await look(probe, 'standby', tenancy);
    expect(JSON.stringify(trail.entries()).length).toBeLessThan(200_000);
  });
});

describe.each(every)('$id beside its primary', (probe) => {
  it('is never better for what it may not see', async () => {
    const primary = await look(probe, 'primary', wholeTenancy('primary'));
    const whole = verdictOfPair(probe, primary, await look(probe, 'standby', wholeTenancy('standby')));
    for (const operation of await askedBy(probe)) {
      const standby = await look(
        probe,
        'standby',
        partlyDenied('standby', (one) => one === operation),
      );
      const verdict = verdictOfPair(probe, primary, standby);
      expect(['not-ready', 'unknown', whole], `${operation} is denied`).toContain(verdict);
      if (standby.kind === 'observed') expect(schemaProblems(probe.facts, standby.facts)).toEqual([]);
    }
  });

  it('is not ready where half of what it asks is denied', async () => {
    const primary = await look(probe, 'primary', wholeTenancy('primary'));
    for (const rest of [0, 1]) {
      const half = new Set([...(await askedBy(probe))].sort().filter((_, at) => at % 2 === rest));
      if (half.size === 0) continue;
      const standby = await look(
        probe,
        'standby',
        partlyDenied('standby', (one) => half.has(one)),
      );
      expect(verdictOfPair(probe, primary, standby), [...half].join(', ')).not.toBe('ready');
    }
  });

  it('sees in a recording what it saw in the region', async () => {
    for (const side of sides) {
      const notes = new TenancyNotes();
      const whole = wholeTenancy(side);
      const noted = notes.noted({ now: () => asOf, forLook: () => whole }).forLook(new AbortController().signal);
      const live = await look(probe, side, noted);
      const { region, tenancyId } = whole;
      const replay = recordedTenancy({ now: asOf, region, tenancyId, calls: notes.calls() });
      const replayed = await look(probe, side, replay.forLook(new AbortController().signal));
      expect(canonicalJson(replayed)).toBe(canonicalJson(live));
    }
  });
});

describe.each(every)('$id on a region that never answers', (probe) => {
  it('ends soon after it is aborted, with nothing seen', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const ended = probe.observe(hangingTenancy('standby', controller.signal), settingsOf(probe, 'standby'), controller.signal);
    // Ten seconds stands for "hangs"; a probe that honours the signal needs milliseconds.
    const outcome = await Promise.race([ended, new Promise<'hangs'>((resolve) => setTimeout(resolve, 10_000, 'hangs').unref())]);
    expect(outcome).not.toBe('hangs');
    expect(verdictAlone(probe, outcome as Outcome)).not.toBe('ready');
  });
});
