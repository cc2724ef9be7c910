// What is remembered of one judging changes nothing in the next but how long it takes.
import fc from 'fast-check';
import * as Type from 'typebox/type';
import { expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import { absent, type Outcome, observed, unseen } from '../contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../contract/probe.ts';
import type { Draft, PairedContext, Rule } from '../contract/rule.ts';
import { onceAJudging } from '../formats/once-a-judging.ts';
import { judgeFully } from './judge.ts';
import { createMemo, type Memo } from './memo.ts';

interface Facts {
  readonly level: number;
  readonly endsAt: number | null;
}

const noon = Date.UTC(2026, 2, 2, 12);
const minute = 60_000;
const asked: string[] = [];

const said = (code: string, is: boolean, actual = 'is so'): readonly Draft[] => {
  asked.push(code);
  return is ? [{ subject: code, expected: 'not so', actual }] : [];
};

/** Asks for the time on behalf of whoever comes first. */
const shared = onceAJudging(({ endsAt }: Facts, _: Facts, context: PairedContext<unknown>) => endsAt !== null && endsAt < context.now);

const declared = { severity: 'warning', title: 'It is so', why: 'It matters.', remedy: ({ actual }: Draft) => `# ${actual}` } as const;

const rules: readonly Rule<Facts>[] = [
  { ...declared, kind: 'alone', code: 'p/low', judge: ({ level }, { settings }) => said('low', level < (settings as { min: number }).min) },
  { ...declared, kind: 'alone', code: 'p/over', judge: ({ endsAt }, { now }) => said('over', endsAt !== null && endsAt < now) },
  {
    ...declared,
    kind: 'alone',
    code: 'p/read',
    judge: (_, { readings }) =>
      said(
        'read',
        readings.some(({ value }) => value > 1),
      ),
  },
  { ...declared, kind: 'paired', code: 'p/behind', judge: (own, theirs) => said('behind', own.level < theirs.level, `${own.level}`) },
  { ...declared, kind: 'paired', code: 'p/shared', judge: (own, theirs, context) => said('shared', shared(own, theirs, context)) },
  { ...declared, kind: 'paired', code: 'p/shared-too', judge: (own, theirs, context) => said('shared-too', shared(own, theirs, context)) },
  {
    ...declared,
    kind: 'paired',
    code: 'p/old',
    // Only some facts make it ask.
    judge: ({ level }, _, { standby, primary }) => said('old', level === 3 && standby.seenAt - primary.seenAt > minute),
  },
  {
    ...declared,
    kind: 'paired',
    code: 'p/fails',
    judge: ({ level }, _, { standby }) => {
      if (level === 2) throw new Error('two is too much');
      return said('fails', standby.node.name !== 'standby');
    },
  },
];

const probeOf = (id: string, own: readonly Rule<Facts>[]) =>
  defineProbe({
    id,
    title: id,
    gap: 'kernel',
    factsVersion: 1,
    settings: Type.Object({}),
    facts: Type.Object({ level: Type.Integer(), endsAt: Type.Union([Type.Integer(), Type.Null()]) }),
    readings: {},
    defaults: { everyMs: minute, timeoutMs: 1_000, staleAfterMs: 5 * minute },
    withoutConfig: { settings: {} },
    absentOnStandby: 'blocker',
    summary: () => id,
    observe: async () => observed({ level: 0, endsAt: null }),
    rules: own as never,
  });

/** One whose rules never ask for the time unless facts make them, and one in which some always do. */
const still = probeOf(
  'still',
  rules.filter(({ code }) => ['p/low', 'p/behind', 'p/old', 'p/fails'].includes(code)),
);
const moving = probeOf('moving', rules);
const probes = new Map<string, AnyProbe>([still, moving].map((one) => [one.id, one]));

type SideName = 'standby' | 'primary';
type Step =
  | { readonly kind: 'look'; readonly side: SideName; readonly check: string; readonly outcome: Outcome; readonly reading: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'settings'; readonly side: SideName; readonly check: string; readonly min: number }
  | { readonly kind: 'lawful'; readonly check: string; readonly endsInMs: number | null }
  | { readonly kind: 'another history' | 'another name'; readonly side: SideName }
  | { readonly kind: 'switchover' };

const sides = fc.constantFrom<SideName>('standby', 'primary');
const checks = fc.constantFrom('still', 'moving');
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ level: fc.nat(3), endsAt: fc.option(fc.nat(20).map((one) => noon + one * minute)) }).map(observed) },
  { weight: 1, arbitrary: fc.constantFrom(absent('none'), unseen('timeout', 'slow')) },
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('look' as const), side: sides, check: checks, outcome: outcomes, reading: fc.nat(2) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(4 * minute) }) },
  fc.record({ kind: fc.constant('settings' as const), side: sides, check: checks, min: fc.nat(3) }),
  fc.record({ kind: fc.constant('lawful' as const), check: checks, endsInMs: fc.option(fc.nat(3 * minute)) }),
  fc.record({ kind: fc.constantFrom('another history' as const, 'another name' as const), side: sides }),
  fc.record({ kind: fc.constant('switchover' as const) }),
);

/** A pair as it is told look by look; what is read of it is a copy each time, as from a store. */
class World {
  now = noon;
  lawful: LawfulDifference[] = [];
  private settings = new Map<string, object>();
  private readonly nodes = {
    standby: { name: 'standby', seq: 0, rows: new Map<string, Observation>(), seen: new Map<string, Observation>() },
    primary: { name: 'primary', seq: 0, rows: new Map<string, Observation>(), seen: new Map<string, Observation>() },
  };

  take(step: Step): void {
    switch (step.kind) {
      case 'pass':
        this.now += step.ms;
        return;
      case 'settings':
        this.settings.set(`${step.side} ${step.check}`, { min: step.min });
        return;
      case 'lawful': {
        const until = step.endsInMs === null ? null : this.now + step.endsInMs;
        this.lawful = [{ check: step.check, field: 'level', reason: 'agreed', until, pairs: [] } as unknown as LawfulDifference];
        return;
      }
      case 'another history':
        this.nodes[step.side].seq = 0;
        this.nodes[step.side].rows.clear();
        this.nodes[step.side].seen.clear();
        return;
      case 'another name':
        this.nodes[step.side].name += '!';
        return;
      case 'switchover':
        [this.nodes.standby, this.nodes.primary] = [this.nodes.primary, this.nodes.standby];
        return;
      case 'look':
        this.look(step);
    }
  }

  private look({ side, check, outcome, reading }: Step & { kind: 'look' }): void {
    this.now += 1;
    const node = this.nodes[side];
    const before = node.rows.get(check);
    const moved = { lastAt: this.now, readings: [{ name: 'reading', subject: '', value: reading }] };
    const isLike = before !== undefined && JSON.stringify(before.outcome) === JSON.stringify(outcome);
    const first = { check, probe: check, factsVersion: 1, firstAt: this.now, count: 1, tookMs: 1, trail: [] };
    const row = isLike ? { ...before, ...moved, count: before.count + 1 } : { ...first, ...moved, seq: ++node.seq, outcome };
    node.rows.set(check, row);
    if (outcome.kind !== 'unseen') node.seen.set(check, row);
  }

  snapshot(side: SideName): Snapshot {
    const { name, seq, rows, seen } = this.nodes[side];
    const state = (check: string): CheckState => {
      const settings = this.settings.get(`${side} ${check}`) ?? defaults;
      const lastObserved = rows.get(check)?.outcome.kind === 'unseen' ? (seen.get(check) ?? null) : null;
      const current = rows.get(check) ?? null;
      return { check, probe: check, settings, staleAfterMs: 5 * minute, isRequired: true, ...structuredClone({ current, lastObserved }) };
    };
    const node = { id: name, name, role: side, group: 'g', twin: 't', site: {}, version: '0' };
    return { format: 'understudy-snapshot/1', node, takenAt: this.now, seq, checks: ['still', 'moving'].map(state), notTold: [] };
  }
}

const defaults = { min: 1 };

function judged(world: World, earlier: readonly Finding[], memo: Memo | null) {
  const [subject, twin] = [world.snapshot('standby'), world.snapshot('primary')];
  return judgeFully({ now: world.now, subject, twin, earlier, probes, lawful: world.lawful, ...(memo === null ? {} : { memo }) });
}

test('over any looks, times, settings and roles a pair comes to what it comes to without a memo', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 40 }), (taken) => {
      const [world, memo] = [new World(), createMemo()];
      let earlier: readonly Finding[] = [];
      for (const step of taken) {
        world.take(step);
        const plain = judged(world, earlier, null);
        expect(judged(world, earlier, memo)).toEqual(plain);
        earlier = plain.findings;
      }
    }),
    { numRuns: 300 },
  );
});

function looked() {
  const [world, memo] = [new World(), createMemo()];
  const outcome = observed({ level: 1, endsAt: null }) as Outcome;
  for (const side of ['standby', 'primary'] as const)
    for (const check of ['still', 'moving']) world.take({ kind: 'look', side, check, outcome, reading: 0 });
  const again = (): readonly string[] => {
    asked.length = 0;
    judged(world, [], memo);
    return [...asked];
  };
  again();
  return { world, again };
}

test('a look at another check asks no rule again that does not depend on the time', () => {
  const { world, again } = looked();
  world.take({ kind: 'look', side: 'standby', check: 'moving', outcome: observed({ level: 1, endsAt: noon }) as Outcome, reading: 0 });
  const asked = again();
  expect(asked.filter((code) => code === 'low')).toHaveLength(1);
  expect(asked).toContain('shared-too');
});

test('what asked for the time is asked at every judging', () => {
  const { again } = looked();
  expect(again()).toEqual(['low', 'over', 'read']);
});

test('a look that says the same is no reason to ask again', () => {
  const { world, again } = looked();
  world.take({ kind: 'look', side: 'primary', check: 'still', outcome: observed({ level: 1, endsAt: null }) as Outcome, reading: 2 });
  expect(again()).toEqual(['low', 'over', 'read']);
});
