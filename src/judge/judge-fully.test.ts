// What a judgement says about itself: where it could have found something, and which differences it was told to pass over.
import * as Type from 'typebox/type';
import { describe, expect, test } from 'vitest';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import { absent, type Outcome, observed, unseen } from '../contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../contract/probe.ts';
import { judgeFully } from './judge.ts';

const noon = Date.UTC(2026, 2, 2, 12);
const hour = 3_600_000;

const twins = defineProbe({
  id: 'twins',
  title: 'Twins',
  gap: 'kernel',
  factsVersion: 1,
  settings: Type.Object({}),
  facts: Type.Object({ packages: Type.Array(Type.String()), level: Type.Integer() }),
  readings: {},
  defaults: { everyMs: hour, timeoutMs: 1_000, staleAfterMs: 2 * hour },
  withoutConfig: { settings: {} },
  absentOnStandby: 'blocker',
  summary: () => 'twins',
  observe: async () => observed({ packages: [], level: 0 }),
  rules: [
    {
      kind: 'alone',
      code: 'twins/low',
      severity: 'warning',
      title: 'The level is low',
      why: 'It is low.',
      remedy: () => '',
      judge: ({ level }) => (level < 0 ? [{ subject: 'level', expected: '0', actual: `${level}` }] : []),
    },
    {
      kind: 'paired',
      code: 'twins/package-missing',
      severity: 'blocker',
      title: 'A package is missing',
      why: 'It may be needed.',
      remedy: () => '',
      judge: (standby, primary) =>
        primary.packages
          .filter((name) => !standby.packages.includes(name))
          .map((subject) => ({ subject, expected: 'installed', actual: 'missing' })),
    },
  ],
});

const probes = new Map<string, AnyProbe>([[twins.id, twins]]);

const look = (outcome: Outcome, at = noon): Observation => ({
  seq: 1,
  check: 'twins',
  probe: 'twins',
  factsVersion: 1,
  outcome,
  firstAt: at,
  lastAt: at,
  count: 1,
  tookMs: 1,
  readings: [],
  trail: [],
});

const facts = (packages: readonly string[], level = 0): Outcome => observed({ packages, level });

function snapshot(role: 'primary' | 'standby', current: Observation | null, lastObserved: Observation | null = null): Snapshot {
  const check: CheckState = {
    check: 'twins',
    probe: 'twins',
    settings: {},
    staleAfterMs: 2 * hour,
    isRequired: true,
    current,
    lastObserved,
  };
  const node = { id: role, name: role, role, group: 'g', twin: 't', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: noon, seq: 1, checks: [check], notTold: [] };
}

const judged = (standby: Snapshot, primary: Snapshot | null, lawful: readonly LawfulDifference[] = []) =>
  judgeFully({ now: noon, subject: standby, twin: primary, earlier: [], probes, lawful });

const standby = (outcome: Outcome, at = noon): Snapshot => snapshot('standby', look(outcome, at));
const primary = (outcome: Outcome, at = noon): Snapshot => snapshot('primary', look(outcome, at));

describe('what could have been found', () => {
  const both = ['twins alone', 'twins paired'];

  test.each<[string, Snapshot, Snapshot | null, readonly string[]]>([
    ['both kinds, where both sides are seen', standby(facts(['a'])), primary(facts(['a'])), both],
    [
      'nothing, where the standby cannot be seen',
      snapshot('standby', look(unseen('denied', 'no')), look(facts(['a']))),
      primary(facts(['a'])),
      [],
    ],
    ['nothing, where the standby’s look is stale', standby(facts(['a']), noon - 3 * hour), primary(facts(['a'])), []],
    ['nothing, where it was never looked at', snapshot('standby', null), primary(facts(['a'])), []],
    ['only what it has by itself, where there is no primary', standby(facts(['a'])), null, ['twins alone']],
    ['only what it has by itself, where the primary was never seen', standby(facts(['a'])), snapshot('primary', null), ['twins alone']],
    ['both, beside the last good look of a primary that is silent', standby(facts(['a'])), primary(facts(['a']), noon - 30 * hour), both],
    [
      'only what it has by itself, where that look is too old',
      standby(facts(['a'])),
      primary(facts(['a']), noon - 300 * hour),
      ['twins alone'],
    ],
    ['both, where the standby has none of what the primary has', standby(absent('none')), primary(facts(['a'])), both],
  ])('%s', (_, own, theirs, expected) => {
    expect([...judged(own, theirs).judged].sort()).toEqual(expected);
  });
});

describe('lawful differences in a judgement', () => {
  const debug: LawfulDifference = {
    check: 'twins',
    field: '/packages/[=debug]',
    pairs: [],
    reason: 'only the primary is debugged',
    until: null,
  };
  const own = standby(facts(['a']));
  const theirs = primary(facts(['a', 'debug', 'other']));

  test('hide their field, and nothing beside it', () => {
    const { findings, lawful } = judged(own, theirs, [debug]);
    expect(findings.map(({ subject }) => subject)).toEqual(['other']);
    expect(lawful).toEqual([{ check: 'twins', field: debug.field, reason: debug.reason, until: null, state: 'differs' }]);
  });

  test('hide nothing after their end, and say that they have ended', () => {
    const { findings, lawful } = judged(own, theirs, [{ ...debug, until: noon }]);
    expect(findings.map(({ subject }) => subject)).toEqual(['debug', 'other']);
    expect(lawful).toMatchObject([{ state: 'ended' }]);
  });

  test('are said to be unused where both sides agree', () => {
    expect(judged(own, primary(facts(['a'])), [debug]).lawful).toMatchObject([{ state: 'same' }]);
  });

  test('of another check change nothing', () => {
    expect(judged(own, theirs, [{ ...debug, check: 'other' }]).findings).toHaveLength(2);
  });

  test('hide nothing that is wrong with the standby by itself', () => {
    const level = { ...debug, field: '/level' };
    const { findings } = judged(standby(facts(['a'], -1)), primary(facts(['a'])), [level]);
    expect(findings.map(({ code }) => code)).toEqual(['twins/low']);
  });
});
