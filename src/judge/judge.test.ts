import * as Type from 'typebox/type';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import { absent, type Outcome, observed, unseen } from '../contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../contract/probe.ts';
import { judge } from './judge.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 10, 23, 12);

interface Facts {
  readonly level: number;
  readonly broken: readonly string[];
}

/** A probe whose facts are a level and a list of what is broken. */
const levels = defineProbe({
  id: 'levels',
  title: 'Levels',
  gap: 'kernel',
  factsVersion: 1,
  settings: Type.Object({}),
  facts: Type.Object({ level: Type.Number(), broken: Type.Array(Type.String()) }),
  readings: {},
  defaults: { everyMs: hour, timeoutMs: 1_000, staleAfterMs: 2 * hour },
  withoutConfig: { settings: {} },
  absentOnStandby: 'blocker',
  summary: (facts) => `level ${facts.level}`,
  observe: async () => observed({ level: 0, broken: [] }),
  rules: [
    {
      kind: 'alone',
      code: 'levels/network-down',
      severity: 'blocker',
      title: 'The network is down',
      why: 'Nothing works then.',
      isNodeWide: true,
      remedy: () => '$ ip link set up',
      judge: (facts: Facts) => (facts.broken.includes('network') ? [{ subject: 'network', expected: 'up', actual: 'down' }] : []),
    },
    {
      kind: 'alone',
      code: 'levels/broken',
      severity: 'warning',
      title: 'Something is broken',
      why: 'It will be missed.',
      dependsOn: ['levels/network-down'],
      remedy: (draft) => `$ mend ${draft.subject}`,
      judge: (facts: Facts) =>
        facts.broken.filter((name) => name !== 'network').map((subject) => ({ subject, expected: 'whole', actual: 'broken' })),
    },
    {
      kind: 'alone',
      code: 'levels/dark',
      severity: 'note',
      isBlind: true,
      title: 'A part of it lies in the dark',
      why: 'What is not seen may be broken.',
      dependsOn: ['levels/network-down'],
      remedy: () => '$ light',
      judge: (facts: Facts) => (facts.broken.includes('lamp') ? [{ subject: 'lamp', expected: 'lit', actual: 'dark' }] : []),
    },
    {
      kind: 'alone',
      code: 'levels/throws',
      severity: 'warning',
      title: 'A rule with a mistake in it',
      why: 'Rules are programs.',
      remedy: () => '',
      judge: (facts: Facts) => {
        if (facts.level === 666) throw new Error('division by cucumber');
        return [];
      },
    },
    {
      kind: 'paired',
      code: 'levels/behind',
      severity: 'blocker',
      title: 'The standby is behind',
      why: 'It would run an older level.',
      remedy: (draft) => `$ raise --to ${draft.expected}`,
      judge: (standby: Facts, primary: Facts) =>
        standby.level < primary.level ? [{ subject: 'level', expected: `${primary.level}`, actual: `${standby.level}` }] : [],
    },
  ],
});

const probes = new Map<string, AnyProbe>([[levels.id, levels]]);

let nextSeq = 0;

function observation(outcome: Outcome, at: number, factsVersion = 1): Observation {
  nextSeq += 1;
  return {
    seq: nextSeq,
    check: 'levels',
    probe: 'levels',
    factsVersion,
    outcome,
    firstAt: at,
    lastAt: at,
    count: 1,
    tookMs: 1,
    readings: [],
    trail: [],
  };
}

function state(current: Observation | null, more: Partial<CheckState> = {}): CheckState {
  return { check: 'levels', probe: 'levels', settings: {}, staleAfterMs: 2 * hour, isRequired: true, current, lastObserved: null, ...more };
}

function snapshot(role: 'primary' | 'standby' | null, checks: readonly CheckState[]): Snapshot {
  const node = { id: role ?? 'none', name: role ?? 'none', role, group: 'g', twin: 't', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: noon, seq: nextSeq, checks: [...checks], notTold: [] };
}

const seen = (facts: Facts, at = noon): CheckState => state(observation(observed(facts), at));
const good: Facts = { level: 7, broken: [] };
const pair = (
  standby: readonly CheckState[],
  primary: readonly CheckState[] | null,
  more: { earlier?: readonly Finding[]; now?: number } = {},
) =>
  judge({
    now: more.now ?? noon,
    subject: snapshot('standby', standby),
    twin: primary === null ? null : snapshot('primary', primary),
    earlier: more.earlier ?? [],
    probes,
  });
const codes = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => finding.code);

describe('green is earned', () => {
  it('a standby that equals its fresh primary is ready', () => {
    expect(pair([seen(good)], [seen(good)])).toEqual({ verdict: 'ready', findings: [], blindSpots: [] });
  });

  it('a standby without a primary to compare with is unknown', () => {
    const result = pair([seen(good)], null);
    expect(result.verdict).toBe('unknown');
    expect(result.blindSpots.map((spot) => spot.kind)).toEqual(['no-primary']);
  });

  it('a primary is judged by itself and misses no twin', () => {
    expect(judge({ now: noon, subject: snapshot('primary', [seen(good)]), twin: null, earlier: [], probes }).verdict).toBe('ready');
  });

  it('a machine without a role is unknown, unless it is asked about alone', () => {
    const given = { now: noon, subject: snapshot(null, [seen(good)]), twin: null, earlier: [], probes };
    expect(judge(given).verdict).toBe('unknown');
    expect(judge({ ...given, mode: 'alone' }).verdict).toBe('ready');
  });

  it('no checks at all is unknown', () => {
    expect(judge({ now: noon, subject: snapshot('primary', []), twin: null, earlier: [], probes }).verdict).toBe('unknown');
  });

  it('nothing but absences is unknown', () => {
    const nothing = state(observation(absent('not installed'), noon));
    expect(judge({ now: noon, subject: snapshot('primary', [nothing]), twin: null, earlier: [], probes }).verdict).toBe('unknown');
  });

  it.each([
    ['never looked at', state(null), 'never-checked'],
    ['unseen', state(observation(unseen('denied', 'rpm'), noon)), 'unseen'],
    ['stale', seen(good, noon - 3 * hour), 'stale'],
  ])('a required check that is %s is unknown', (_, check, kind) => {
    const result = pair([check], [seen(good)]);
    expect(result.verdict).toBe('unknown');
    expect(result.blindSpots.map((spot) => spot.kind)).toContain(kind);
  });

  it('a part that was not seen and decides is unknown, unless something blocks, explains it or does not require it', () => {
    const dark = { ...good, broken: ['lamp'] };
    const verdictOf = (standby: CheckState) => pair([standby], [seen(good)]).verdict;
    expect(verdictOf(seen(dark))).toBe('unknown');
    expect(verdictOf(seen({ ...dark, level: 6 }))).toBe('not-ready');
    expect(verdictOf({ ...seen(dark), isRequired: false })).toBe('degraded');
    expect(codes(pair([seen({ ...dark, level: 6 })], [seen(good)]).findings)).toEqual(['levels/behind', 'levels/dark', 'levels/broken']);
    const result = pair([seen({ ...dark, broken: ['lamp', 'network'] })], [seen(good)]);
    expect(result.findings.find(({ code }) => code === 'levels/dark')).toMatchObject({ foldedUnder: 'levels/network-down', isBlind: true });
  });

  it('a check that only the primary has is a blind spot of the standby', () => {
    const other = { ...seen(good), check: 'more-levels' };
    const result = pair([seen(good)], [seen(good), other]);
    expect(result.verdict).toBe('unknown');
    expect(result.blindSpots).toEqual([expect.objectContaining({ check: 'more-levels', kind: 'never-checked' })]);
  });

  it('a check that only the standby has cannot be compared and is a blind spot', () => {
    expect(pair([seen(good)], []).blindSpots).toEqual([expect.objectContaining({ kind: 'primary-unseen' })]);
  });

  it('facts of different versions are not compared', () => {
    const older = state(observation(observed(good), noon, 0));
    expect(pair([seen(good)], [older]).blindSpots).toEqual([expect.objectContaining({ kind: 'versions-differ' })]);
  });

  it('an optional check that is unseen does not darken the verdict, what it did see still counts', () => {
    const optional = { isRequired: false };
    expect(
      pair([seen(good), { ...state(observation(unseen('denied', 'rpm'), noon), optional), check: 'other' }], [seen(good)]).verdict,
    ).toBe('ready');
    expect(pair([{ ...seen({ level: 1, broken: [] }), ...optional }], [seen(good)]).verdict).toBe('not-ready');
  });

  it('optional checks that can all no longer be seen leave nothing that is known', () => {
    const optional = { isRequired: false };
    const stale = { ...seen(good, noon - 3 * hour), ...optional };
    const unseenNow = state(observation(unseen('denied', 'rpm'), noon), { ...optional, lastObserved: observation(observed(good), noon) });
    for (const check of [stale, unseenNow]) {
      const result = judge({ now: noon, subject: snapshot('primary', [check]), twin: null, earlier: [], probes });
      expect(result.verdict).toBe('unknown');
      expect(result.blindSpots.map((spot) => spot.kind)).toEqual(['no-checks']);
    }
  });

  it('a primary of which nothing is known is not equalled by optional checks', () => {
    const optional = { ...seen(good), isRequired: false };
    for (const primary of [[], [state(null)], [{ ...seen(good), probe: 'others' }]]) {
      const result = pair(
        [optional],
        primary.map((one) => ({ ...one, isRequired: false })),
      );
      expect(result.verdict).toBe('unknown');
      expect(result.blindSpots.map((spot) => spot.kind)).toEqual(['no-primary']);
    }
  });

  it('a check of the same name that uses another probe is not the primary’s check', () => {
    const other = { ...seen(good), check: 'x', probe: 'others' };
    const result = pair([seen(good), { ...seen(good), check: 'x', isRequired: false }], [seen(good), other]);
    expect(result.blindSpots).toEqual([expect.objectContaining({ check: 'x', kind: 'never-checked' })]);
  });

  it('a look from the future is no fresh look: the clock was wrong then, or is now', () => {
    const result = pair([seen(good, noon + 3 * hour)], [seen(good)]);
    expect(result.verdict).toBe('unknown');
    expect(result.blindSpots).toEqual([expect.objectContaining({ kind: 'stale', seenAt: noon + 3 * hour })]);
    expect(pair([seen(good)], [seen(good, noon + 8 * 24 * hour)]).blindSpots.map((spot) => spot.kind)).toEqual(['primary-stale']);
    expect(pair([seen(good, noon + 1_000)], [seen(good, noon + hour)]).verdict).toBe('ready');
  });

  it('a primary is not measured against the one before it', () => {
    const subject = snapshot('primary', [seen({ level: 5, broken: [] })]);
    const before = snapshot('primary', [seen(good)]);
    expect(judge({ now: noon, subject, twin: before, earlier: [], probes })).toEqual({ verdict: 'ready', findings: [], blindSpots: [] });
  });
});

describe('the standby beside its primary', () => {
  it('behind is found, with what is expected and what would mend it', () => {
    const { verdict, findings } = pair([seen({ level: 5, broken: [] })], [seen(good)]);
    expect(verdict).toBe('not-ready');
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'levels/behind',
        kind: 'paired',
        gap: 'kernel',
        expected: '7',
        actual: '5',
        remedy: '$ raise --to 7',
      }),
    ]);
  });

  it('a dead primary’s last good look stays the reference', () => {
    const dead = state(observation(unseen('timeout', 'no answer'), noon), { lastObserved: observation(observed(good), noon - 20 * hour) });
    const { findings } = pair([seen({ level: 5, broken: [] })], [dead]);
    expect(findings[0]?.evidence.primary?.seenAt).toBe(noon - 20 * hour);
  });

  it('a reference older than a week is unknown, and what it shows is still said', () => {
    const result = pair([seen({ level: 5, broken: [] })], [seen(good, noon - 8 * 24 * hour)]);
    expect(codes(result.findings)).toEqual(['levels/behind']);
    expect(pair([seen(good)], [seen(good, noon - 8 * 24 * hour)]).verdict).toBe('unknown');
  });

  it('what the standby has nothing of is found as absent, told in the primary’s own summary', () => {
    const { verdict, findings } = pair([state(observation(absent('no levels here'), noon))], [seen(good)]);
    expect(verdict).toBe('not-ready');
    expect(findings).toEqual([
      expect.objectContaining({ code: 'levels/absent-on-standby', expected: 'level 7', actual: 'no levels here' }),
    ]);
  });

  it('what neither side has is no finding', () => {
    const none = () => state(observation(absent('no levels here'), noon));
    expect(pair([none(), { ...seen(good), check: 'b' }], [none(), { ...seen(good), check: 'b' }]).verdict).toBe('ready');
  });
});

describe('where the primary has nothing', () => {
  const none = (): CheckState => state(observation(absent('no levels here'), noon));
  const beside = (probe: AnyProbe, standby: CheckState, primary: CheckState) =>
    judge({
      now: noon,
      subject: snapshot('standby', [standby]),
      twin: snapshot('primary', [primary]),
      earlier: [],
      probes: new Map([['levels', probe]]),
    });
  const ofRegions: AnyProbe = { ...levels, looksAt: 'region' };

  it('a machine may have more than its twin', () => {
    expect(beside(levels, seen(good), none())).toMatchObject({ verdict: 'ready', blindSpots: [] });
  });

  it('a region is not known: it was looked for in the wrong compartment', () => {
    expect(beside(ofRegions, seen(good), none())).toMatchObject({ verdict: 'unknown', blindSpots: [{ kind: 'primary-unseen' }] });
  });

  it('what nobody needs is missed on neither side', () => {
    const unneeded: AnyProbe = { ...ofRegions, isNeeded: () => false };
    expect(beside(unneeded, seen(good), none()).blindSpots).toEqual([]);
    expect(beside(unneeded, none(), seen(good)).findings).toEqual([]);
    expect(codes(beside(ofRegions, none(), seen(good)).findings)).toEqual(['levels/absent-on-standby']);
  });

  it('what cannot be asked is needed', () => {
    const failing: AnyProbe = {
      ...ofRegions,
      isNeeded: () => {
        throw new Error('facts of another shape');
      },
    };
    expect(codes(beside(failing, none(), seen(good)).findings)).toEqual(['levels/absent-on-standby']);
  });
});

describe('a finding lives on', () => {
  const behind = [seen({ level: 5, broken: [] })];

  it('it keeps its since while it stands and begins anew after it was gone', () => {
    const first = pair(behind, [seen(good)]);
    const second = pair(behind, [seen(good)], { earlier: first.findings, now: noon + hour });
    expect(second.findings[0]?.since).toBe(noon);
    expect(pair(behind, [seen(good)], { earlier: [], now: noon + hour }).findings[0]?.since).toBe(noon + hour);
  });

  it('not being able to look does not resolve it', () => {
    const broken = { level: 5, broken: [] };
    const blind = state(observation(unseen('timeout', 'slow'), noon), { lastObserved: observation(observed(broken), noon - hour) });
    const result = pair([blind], [seen(good)]);
    expect(result.verdict).toBe('not-ready');
    expect(result.findings[0]).toMatchObject({ code: 'levels/behind', isUnconfirmed: true });
    expect(result.blindSpots).toEqual([expect.objectContaining({ kind: 'unseen', seenAt: noon - hour })]);
  });
});

describe('causes', () => {
  it('what a node-wide cause explains is folded under it and counts once', () => {
    const { verdict, findings } = pair([seen({ level: 7, broken: ['a', 'b', 'network'] })], [seen(good)]);
    expect(verdict).toBe('not-ready');
    expect(findings.map((finding) => [finding.code, finding.foldedUnder])).toEqual([
      ['levels/network-down', undefined],
      ['levels/broken', 'levels/network-down'],
      ['levels/broken', 'levels/network-down'],
    ]);
  });

  it('causes that explain each other in a circle explain nothing away', () => {
    const circle: AnyProbe = {
      ...levels,
      rules: levels.rules.map((rule) =>
        rule.code === 'levels/network-down' ? { ...rule, dependsOn: ['levels/broken'] } : { ...rule, isNodeWide: true },
      ),
    };
    const { verdict, findings } = judge({
      now: noon,
      subject: snapshot('primary', [seen({ level: 7, broken: ['a', 'network'] })]),
      twin: null,
      earlier: [],
      probes: new Map([['levels', circle]]),
    });
    expect(verdict).toBe('not-ready');
    expect(findings.map((finding) => finding.foldedUnder)).toEqual([undefined, undefined]);
  });

  it('without the cause each stands by itself', () => {
    const { verdict, findings } = pair([seen({ level: 7, broken: ['a', 'b'] })], [seen(good)]);
    expect(verdict).toBe('degraded');
    expect(findings.every((finding) => finding.foldedUnder === undefined)).toBe(true);
  });
});

it('a rule that fails blinds itself loudly and leaves the others standing', () => {
  const { verdict, findings, blindSpots } = pair([seen({ level: 666, broken: ['a'] })], [seen({ level: 1_000, broken: [] })]);
  expect(verdict).toBe('not-ready');
  expect(codes(findings)).toEqual(['levels/behind', 'levels/broken']);
  expect(blindSpots).toEqual([expect.objectContaining({ kind: 'crashed', detail: expect.stringContaining('division by cucumber') })]);
});

it('judging the same things twice gives the same answer', () => {
  const standby = [seen({ level: 5, broken: ['x', 'network'] })];
  const primary = [seen(good)];
  expect(pair(standby, primary)).toEqual(pair(standby, primary));
});
