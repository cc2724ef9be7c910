import { describe, expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import type { Confirmation, StandingFinding } from '../contract/standing.ts';
import type { Waiver } from '../contract/waiver.ts';
import { type CheckLooks, type Proceeded, type Proceeding, proceed } from './lifecycle.ts';
import { countsOf, standingVerdict } from './verdict.ts';
import { waive } from './waivers.ts';

const noon = Date.parse('2026-03-02T12:00:00Z');
const minute = 60_000;

const finding = (more: Partial<Finding> = {}): Finding => ({
  id: 'f1',
  code: 'dns/stale',
  kind: 'paired',
  gap: 'dns',
  severity: 'blocker',
  check: 'dns',
  title: 'A name leads elsewhere',
  subject: 'db.example.com',
  expected: '10.2.0.5',
  actual: '10.1.0.5',
  remedy: '# mend it',
  since: noon,
  evidence: { seq: 1, seenAt: noon },
  isUnconfirmed: false,
  ...more,
});

interface Look {
  readonly at?: number;
  readonly found?: readonly Finding[];
  /** Looks of the standby so far. */
  readonly count: number;
  readonly seq?: number;
  /** Looks of the primary so far. */
  readonly primaryCount?: number;
  readonly firstAt?: number;
  readonly isJudged?: boolean;
  readonly isWatched?: boolean;
  readonly standby?: string;
}

/** Judges again and again, as a collector does. */
function lives(confirm: Confirmation, looks: readonly Look[]): readonly Proceeded[] {
  let before: readonly StandingFinding[] = [];
  let judgedBeforeAt: number | null = null;
  return looks.map((look, index) => {
    const now = look.at ?? noon + index * minute;
    const checks: ReadonlyMap<string, CheckLooks> = new Map(
      look.isWatched === false
        ? []
        : [
            [
              'dns',
              {
                own: { seq: look.seq ?? 1, count: look.count, firstAt: look.firstAt ?? noon },
                primary: { seq: 1, count: look.primaryCount ?? 1, firstAt: noon - 60 * minute },
                confirm,
              },
            ],
          ],
    );
    const given: Proceeding = {
      group: 'billing',
      pair: 'app1',
      now,
      judgedBeforeAt,
      before,
      findings: look.found ?? [],
      judged: new Set(look.isJudged === false ? [] : ['dns paired']),
      standbyId: look.standby ?? 'zrh',
      looks: checks,
    };
    const done = proceed(given);
    before = [...before.filter((one) => one.state === 'resolved' && !done.standing.some(({ id }) => id === one.id)), ...done.standing];
    judgedBeforeAt = now;
    return done;
  });
}

const kinds = (all: readonly Proceeded[]) => all.map(({ events }) => events.map(({ kind }) => kind).join());
const states = (all: readonly Proceeded[]) => all.map(({ standing }) => standing.map(({ state }) => state).join());
const bad = [finding()];

describe('a finding is opened', () => {
  test('at once where one look is enough', () => {
    const [only] = lives({ bad: 1, good: 1 }, [{ count: 1, found: bad }]);
    expect(only!.events).toMatchObject([{ kind: 'opened', at: noon, finding: { state: 'open', openedAt: noon } }]);
  });

  test('by the second bad look where it takes two, and keeps the first as its since', () => {
    const all = lives({ bad: 2, good: 1 }, [
      { count: 5, found: bad },
      { count: 6, found: bad },
    ]);
    expect(states(all)).toEqual(['pending', 'open']);
    expect(all[1]!.standing[0]).toMatchObject({ since: noon, openedAt: noon + minute });
  });

  test('never by judging the same look twice', () => {
    const all = lives({ bad: 2, good: 1 }, [
      { count: 5, found: bad },
      { count: 5, found: bad },
      { count: 5, found: bad },
    ]);
    expect(states(all)).toEqual(['pending', 'pending', 'pending']);
  });

  test('by looks that were taken while the collector was away', () => {
    const all = lives({ bad: 3, good: 1 }, [
      { count: 1, found: bad },
      { count: 40, found: bad },
    ]);
    expect(states(all)).toEqual(['pending', 'open']);
  });

  test('and one that passes before enough looks saw it leaves no trace', () => {
    const all = lives({ bad: 2, good: 2 }, [
      { count: 1, found: bad },
      { count: 1, seq: 2 },
      { count: 2, seq: 2 },
    ]);
    expect(kinds(all)).toEqual(['', '', '']);
    expect(states(all)).toEqual(['pending', '', '']);
  });

  test('never by the primary looking again beside one odd look of the standby', () => {
    const all = lives({ bad: 2, good: 2 }, [
      { count: 5, primaryCount: 1, found: bad },
      { count: 5, primaryCount: 2, found: bad },
      { count: 5, primaryCount: 9, found: bad },
      { count: 6, primaryCount: 9, found: bad },
    ]);
    expect(states(all)).toEqual(['pending', 'pending', 'pending', 'open']);
  });

  test('a look that could not see does not confirm it', () => {
    const all = lives({ bad: 2, good: 1 }, [
      { count: 1, found: bad },
      { count: 9, found: [finding({ isUnconfirmed: true })] },
    ]);
    expect(states(all)).toEqual(['pending', 'pending']);
  });
});

describe('since', () => {
  test('is when the facts that it rests on were first seen, where the collector was away then', () => {
    const changedAt = noon + 90 * minute;
    const all = lives({ bad: 1, good: 1 }, [{ count: 1 }, { at: noon + 300 * minute, count: 50, seq: 2, firstAt: changedAt, found: bad }]);
    expect(all[1]!.standing[0]!.since).toBe(changedAt);
  });

  test('is not before a judging that looked at the same facts and found nothing', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, firstAt: noon - 900 * minute },
      { count: 2, firstAt: noon - 900 * minute, found: bad },
    ]);
    expect(all[1]!.standing[0]!.since).toBe(noon);
  });

  test('is when it was first judged, where nothing was judged before', () => {
    const [first] = lives({ bad: 1, good: 1 }, [{ count: 900, firstAt: noon - 9_000 * minute, found: bad }]);
    expect(first!.standing[0]!.since).toBe(noon);
  });

  test('stays while the finding stands, whatever else of it changes', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, found: bad },
      { count: 1, seq: 2, found: [finding({ actual: '10.1.0.9' })] },
    ]);
    expect(kinds(all)).toEqual(['opened', 'changed']);
    expect(all[1]!.standing[0]).toMatchObject({ since: noon, changedAt: noon + minute, actual: '10.1.0.9' });
  });
});

describe('a finding is resolved', () => {
  test('by as many good looks as it takes, and counts until then', () => {
    const all = lives({ bad: 1, good: 2 }, [
      { count: 1, found: bad },
      { count: 1, seq: 2 },
      { count: 2, seq: 2 },
    ]);
    expect(states(all)).toEqual(['open', 'clearing', 'resolved']);
    expect(kinds(all)).toEqual(['opened', '', 'resolved']);
    expect(standingVerdict(all[1]!.standing, [])).toBe('not-ready');
  });

  test('and a bad look in between begins the count again', () => {
    const all = lives({ bad: 1, good: 2 }, [
      { count: 1, found: bad },
      { count: 1, seq: 2 },
      { count: 1, seq: 3, found: bad },
      { count: 1, seq: 4 },
      { count: 2, seq: 4 },
    ]);
    expect(states(all)).toEqual(['open', 'clearing', 'open', 'clearing', 'resolved']);
    expect(kinds(all)).toEqual(['opened', '', '', '', 'resolved']);
  });

  test('by a look of the primary as the first, and by the standby’s after that', () => {
    const all = lives({ bad: 1, good: 2 }, [
      { count: 1, primaryCount: 1, found: bad },
      { count: 1, primaryCount: 2 },
      { count: 1, primaryCount: 8 },
      { count: 2, primaryCount: 8 },
    ]);
    expect(states(all)).toEqual(['open', 'clearing', 'clearing', 'resolved']);
  });

  test('never because nobody could look', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, found: bad },
      { count: 2, isJudged: false },
    ]);
    expect(all[1]).toMatchObject({ events: [], standing: [{ state: 'open', isUnconfirmed: true }] });
  });

  test('at once where the same look does not find it any more: a setting changed', () => {
    const all = lives({ bad: 1, good: 5 }, [{ count: 1, found: bad }, { count: 1 }]);
    expect(kinds(all)).toEqual(['opened', 'resolved']);
  });

  test('and comes back as the same finding, reopened, with a since of its own', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, found: bad },
      { count: 1, seq: 2 },
      { count: 1, seq: 3, firstAt: noon + 2 * minute, found: bad },
    ]);
    expect(kinds(all)).toEqual(['opened', 'resolved', 'reopened']);
    expect(all[2]!.standing[0]).toMatchObject({ reopenedCount: 1, since: noon + 2 * minute, resolvedAt: null });
  });
});

describe('what is not looked at any more', () => {
  test('ends as unwatched, which is not resolved', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, found: bad },
      { count: 1, isWatched: false },
    ]);
    expect(kinds(all)).toEqual(['opened', 'unwatched']);
  });

  test('a pair that turned round begins anew: what the old standby had is not the new one’s', () => {
    const all = lives({ bad: 1, good: 1 }, [
      { count: 1, found: bad },
      { count: 1, found: bad, standby: 'fra' },
    ]);
    expect(all[1]!.events.map(({ kind }) => kind).sort()).toEqual(['opened', 'unwatched']);
    expect(all[1]!.standing).toHaveLength(1);
    expect(all[1]!.standing[0]).toMatchObject({ reopenedCount: 0, openedAt: noon + minute });
  });
});

describe('a waiver', () => {
  const standing = lives({ bad: 1, good: 1 }, [{ count: 1, found: bad }])[0]!.standing;
  const waiver: Waiver = {
    id: 'w1',
    group: 'billing',
    pair: 'app1',
    finding: 'f1',
    code: 'dns/stale',
    check: 'dns',
    subject: 'db.example.com',
    expected: '10.2.0.5',
    actual: '10.1.0.5',
    author: 'Ada',
    by: 'local socket',
    reason: 'known',
    createdAt: noon,
    until: noon + 60 * minute,
    endedAt: null,
    endedBecause: null,
  };

  const spotOfDns = { check: 'dns', kind: 'unseen', detail: 'denied', seenAt: null } as const;

  test('takes its finding out of the verdict, and leaves it in sight', () => {
    const { findings, ended } = waive(standing, [waiver], noon);
    expect(ended).toEqual([]);
    expect(standingVerdict(findings, [])).toBe('ready');
    expect(findings[0]!.waiver).toEqual({ id: 'w1', author: 'Ada', reason: 'known', until: waiver.until });
    expect(countsOf(findings, [])).toMatchObject({ blocker: 0, waived: 1 });
  });

  test('counts what says that something is not known as a blind spot, and a blocker that says so as a blocker', () => {
    const { findings } = waive(standing, [], noon);
    const blind = { ...findings[0]!, isBlind: true as const };
    const counts = countsOf([{ ...blind, severity: 'warning' }, { ...blind, severity: 'note' }, blind], [spotOfDns]);
    expect(counts).toMatchObject({ blocker: 1, warning: 0, note: 0, blindSpots: 3 });
  });

  test.each([
    ['actual', { actual: '10.1.0.9' }],
    ['expected', { expected: '10.2.0.6' }],
  ])('is void when what was %s is another', (_, other) => {
    const { findings, ended } = waive([{ ...standing[0]!, ...other }], [waiver], noon);
    expect(ended).toMatchObject([{ because: 'evidence-changed' }]);
    expect(standingVerdict(findings, [])).toBe('not-ready');
  });

  test('ends at its end', () => {
    const { findings, ended } = waive(standing, [waiver], waiver.until);
    expect(ended).toMatchObject([{ because: 'expired' }]);
    expect(standingVerdict(findings, [])).toBe('not-ready');
  });

  test('never makes ready what is not known', () => {
    const { findings } = waive(standing, [waiver], noon);
    expect(standingVerdict(findings, [spotOfDns])).toBe('unknown');
  });
});
