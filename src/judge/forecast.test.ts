// When a verdict turns by itself: asked of a rule that reads a date, one that grows old by not being looked at, and one that compares.
import fc from 'fast-check';
import * as Type from 'typebox/type';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { Snapshot } from '../contract/observation.ts';
import { type Outcome, observed, unseen } from '../contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../contract/probe.ts';
import type { StandingFinding } from '../contract/standing.ts';
import type { Waiver } from '../contract/waiver.ts';
import { type Forecasting, type Foreseen, foresee, horizonMs } from './forecast.ts';
import { judgeFully } from './judge.ts';
import { standingVerdict } from './verdict.ts';
import { waive } from './waivers.ts';

const now = Date.UTC(2026, 2, 2, 12);
const hour = 3_600_000;
const day = 24 * hour;

const said = { why: 'For this test, and for nothing else.', remedy: () => '' };

const dated = defineProbe({
  id: 'dated',
  title: 'Dated',
  gap: 'certificates',
  factsVersion: 1,
  settings: Type.Object({}),
  facts: Type.Object({ endsAt: Type.Integer(), level: Type.Integer(), capturedAt: Type.Integer() }),
  readings: {},
  defaults: { everyMs: hour, timeoutMs: 1_000, staleAfterMs: 2 * hour },
  withoutConfig: { settings: {} },
  absentOnStandby: 'blocker',
  summary: () => 'dated',
  observe: async () => observed({ endsAt: 0, level: 0, capturedAt: 0 }),
  rules: [
    {
      ...said,
      kind: 'alone',
      code: 'dated/ends-soon',
      severity: 'warning',
      isClockDriven: true,
      title: 'It ends soon',
      judge: ({ endsAt }, context) =>
        endsAt > context.now && endsAt - context.now <= 30 * day ? [{ subject: 'it', expected: 'later', actual: `${endsAt}` }] : [],
    },
    {
      ...said,
      kind: 'alone',
      code: 'dated/ended',
      severity: 'blocker',
      isClockDriven: true,
      title: 'It has ended',
      judge: ({ endsAt }, context) => (endsAt <= context.now ? [{ subject: 'it', expected: 'valid', actual: `${endsAt}` }] : []),
    },
    {
      ...said,
      kind: 'alone',
      code: 'dated/capture-old',
      severity: 'blocker',
      title: 'The capture is old',
      judge: ({ capturedAt }, context) =>
        context.now - capturedAt > 7 * day ? [{ subject: 'capture', expected: 'new', actual: `${capturedAt}` }] : [],
    },
    {
      ...said,
      kind: 'paired',
      code: 'dated/level-differs',
      severity: 'warning',
      title: 'The level differs',
      judge: (standby, primary) =>
        standby.level === primary.level ? [] : [{ subject: 'level', expected: `${primary.level}`, actual: `${standby.level}` }],
    },
  ],
});

const probes = new Map<string, AnyProbe>([[dated.id, dated]]);

interface Facts {
  readonly endsAt?: number;
  readonly level?: number;
  readonly capturedAt?: number;
}

const seen = ({ endsAt = now + 2 * horizonMs, level = 1, capturedAt = now }: Facts = {}): Outcome =>
  observed({ endsAt, level, capturedAt });

function snapshot(role: 'standby' | 'primary', outcome: Outcome): Snapshot {
  const times = { seq: 1, firstAt: now, lastAt: now, count: 1, tookMs: 1 };
  const current = { ...times, check: 'dated', probe: 'dated', factsVersion: 1, outcome, readings: [], trail: [] };
  const state = { check: 'dated', probe: 'dated', settings: {}, staleAfterMs: 2 * hour, isRequired: true, current, lastObserved: null };
  const node = { id: role, name: role, role, group: 'g', twin: 'p', site: {}, version: '0' } as const;
  return { format: 'understudy-snapshot/1', node, takenAt: now, seq: 1, checks: [state], notTold: [] };
}

interface Wish {
  readonly standby?: Outcome;
  readonly primary?: Outcome;
  readonly lawful?: readonly LawfulDifference[];
  readonly waive?: { readonly code: string; readonly until: number };
}

/** Everything that was found is open, as after a few looks. */
function given({ standby = seen(), primary = seen(), lawful = [], waive: wish }: Wish): Forecasting {
  const [subject, twin] = [snapshot('standby', standby), snapshot('primary', primary)];
  const judged = judgeFully({ now, subject, twin, earlier: [], probes, lawful });
  const waivers = judged.findings.filter(({ code }) => code === wish?.code).map((finding) => waiverOf(finding, wish?.until ?? 0));
  const { findings } = waive(judged.findings.map(opened), waivers, now);
  const verdict = standingVerdict(findings, judged.blindSpots);
  const { blindSpots } = judged;
  return { pair: 'p', now, subject, twin, probes, lawful, primaryMaxAgeMs: 7 * day, verdict, findings, blindSpots, waivers };
}

const opened = (finding: Finding): StandingFinding => ({
  ...finding,
  state: 'open',
  openedAt: now,
  changedAt: now,
  resolvedAt: null,
  reopenedCount: 0,
  confirmation: { bad: 1, good: 0, needs: { bad: 1, good: 1 } },
  mark: 'standby|1:1|-',
  waiver: null,
});

function waiverOf({ id, code, check, subject, expected, actual }: Finding, until: number): Waiver {
  const asked = { group: 'g', pair: 'p', finding: id, author: 'Mara', reason: 'known', by: 'local' };
  return { ...asked, id: 'w1', code, check, subject, expected, actual, createdAt: now, until, endedAt: null, endedBecause: null };
}

function foreseen(wish: Wish): Foreseen {
  const steps = foresee(given(wish));
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const brief = ({ turns }: Foreseen) => turns.map(({ to, kind }) => `${kind} → ${to}`);

describe('a verdict turns by itself', () => {
  test('when a rule that reads the clock begins to speak, and again when it gets worse', () => {
    const endsAt = now + 100 * day;
    const told = foreseen({ standby: seen({ endsAt }) });
    expect(brief(told)).toEqual(['rule → degraded', 'rule → not-ready']);
    expect(told.turns.map(({ because }) => because)).toEqual(['It ends soon: it', 'It has ended: it']);
    const [soon, ended] = told.turns;
    for (const [turn, at] of [[soon, endsAt - 30 * day] as const, [ended, endsAt] as const]) {
      expect(turn?.at).toBeLessThanOrEqual(at);
      expect(turn?.at).toBeGreaterThan(at - hour);
    }
  });

  test('at any end within the horizon never later, and at most an hour before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 31 * day, max: horizonMs }), (inMs) => {
        const [turn] = foreseen({ standby: seen({ endsAt: now + inMs }) }).turns;
        const at = now + inMs - 30 * day;
        expect(turn?.at).toBeLessThanOrEqual(at);
        expect(turn?.at).toBeGreaterThan(at - hour);
      }),
      { numRuns: 60 },
    );
  });

  test('not for what looking renews, however old it would be by then', () => {
    expect(foreseen({ standby: seen({ capturedAt: now - 6 * day }) })).toEqual({ turns: [], isKnown: true, until: now + horizonMs });
  });

  test('when a waiver ends, on the dot', () => {
    const until = now + 5 * day + 1_234;
    const told = foreseen({ standby: seen({ level: 2 }), waive: { code: 'dated/level-differs', until } });
    expect(told.turns).toEqual([
      {
        at: until,
        pair: 'p',
        to: 'degraded',
        kind: 'waiver',
        check: 'dated',
        because: 'The waiver of Mara ends: The level differs: level',
      },
    ]);
  });

  test('when a declared difference ends, on the dot', () => {
    const until = now + 3 * day + 77;
    const lawful = [{ check: 'dated', field: '/level', pairs: [], reason: 'being moved', until }];
    const told = foreseen({ standby: seen({ level: 2 }), lawful });
    expect(brief(told)).toEqual(['lawful → degraded']);
    expect(told.turns[0]).toMatchObject({ at: until, because: 'The declared difference in /level ends: The level differs: level' });
  });

  test('not by what stands already', () => {
    expect(brief(foreseen({ standby: seen({ level: 2 }) }))).toEqual([]);
    expect(brief(foreseen({ standby: seen({ level: 2, endsAt: now + 60 * day }) }))).toEqual(['rule → not-ready']);
  });

  test('not by what was accepted for longer than it lasts', () => {
    const endsAt = now + 20 * day;
    const told = foreseen({ standby: seen({ endsAt }), waive: { code: 'dated/ends-soon', until: now + 25 * day } });
    expect(brief(told)).toEqual(['rule → not-ready']);
  });
});

describe('what cannot be foretold', () => {
  test('is not said to stand while something required is not seen', () => {
    const told = foreseen({ standby: unseen('timeout', 'no answer') });
    expect(told).toMatchObject({ turns: [], isKnown: false });
  });

  test('of a standby that nobody is, is nothing', () => {
    const steps = foresee({ ...given({}), subject: null, verdict: 'unknown' });
    expect(steps.next()).toMatchObject({ done: true, value: { turns: [], isKnown: false } });
  });

  test('a rule that fails foretells nothing, and takes nothing from the others', () => {
    const failing = { ...dated.rules[0]!, code: 'dated/failing', judge: () => JSON.parse('{') };
    const broken = new Map<string, AnyProbe>([['dated', { ...dated, rules: [failing, ...dated.rules] } as AnyProbe]]);
    const steps = foresee({ ...given({ standby: seen({ endsAt: now + 60 * day }) }), probes: broken });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(brief(step.value)).toEqual(['rule → degraded', 'rule → not-ready']);
  });
});
