import { describe, expect, test } from 'vitest';
import { levels } from '../../../test/support/levels-probe.ts';
import { levelsSnapshot } from '../../../test/support/levels-snapshot.ts';
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import { unseen } from '../../contract/outcome.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { standingVerdict } from '../../judge/verdict.ts';
import { judgePair, type PairCase, type PairJudged, type Side } from './judge-pair.ts';

const noon = Date.parse('2026-03-02T12:00:00Z');

const side = (snapshot: Side['snapshot'], ...troubles: readonly NodeTroubleKind[]): Side => ({
  target: snapshot?.node.name ?? 'https://app1:1',
  snapshot,
  troubles: troubles.map((kind) => ({ kind, detail: `is ${kind}`, since: noon })),
});
const standby = (level: number) => levelsSnapshot({ role: 'standby', now: noon, sees: { level } });
const primary = (level: number) => levelsSnapshot({ role: 'primary', now: noon, sees: { level } });

const judge = (more: Partial<PairCase>): PairJudged =>
  judgePair({
    group: 'billing',
    pair: 'app1',
    now: noon,
    judgedBeforeAt: null,
    standby: side(standby(7)),
    primary: side(primary(7)),
    contested: [],
    terms: {
      thresholds: { silentAfterMs: 60_000, primaryMaxAgeMs: 7 * 86_400_000, clockOffsetMaxMs: 10_000 },
      lawful: [],
      expectedChecks: [],
    },
    before: [],
    waivers: [],
    probes: new Map([[levels.id, levels]]),
    ...more,
  });

const verdict = ({ findings, blindSpots }: PairJudged) => standingVerdict(findings, blindSpots);
const spots = ({ blindSpots }: PairJudged) => blindSpots.map(({ kind }) => kind);

describe('a pair is ready', () => {
  test('when a standby that is heard equals a primary that is heard', () => {
    expect(verdict(judge({}))).toBe('ready');
  });

  test('when the primary is gone and its last good word is not too old', () => {
    const gone = levelsSnapshot({ role: 'primary', now: noon, ageMs: 86_400_000, sees: { level: 7 } });
    expect(verdict(judge({ primary: side(gone, 'silent') }))).toBe('ready');
  });
});

describe('a pair is unknown', () => {
  test.each<[string, Partial<PairCase>, string]>([
    ['when nobody is its standby', { standby: null }, 'no-standby'],
    ['when its standby has never answered', { standby: side(null) }, 'silent'],
    ['when its standby is silent', { standby: side(standby(7), 'silent') }, 'silent'],
    ['when its standby may be two machines', { standby: side(standby(7), 'cloned') }, 'distrusted'],
    ['when two agents answer for its primary', { primary: side(primary(7), 'two-agents') }, 'distrusted'],
    ['when two nodes claim its place', { standby: null, contested: ['2 nodes claim to be the standby: a, b'] }, 'distrusted'],
    ['when it has no primary', { primary: null }, 'no-primary'],
    ['when a check that the fleet expects is on neither side', { terms: { ...judgeTerms(), expectedChecks: ['dns'] } }, 'not-watched'],
  ])('%s', (_, more, kind) => {
    const judged = judge(more);
    expect(verdict(judged)).toBe('unknown');
    expect(spots(judged)).toContain(kind);
  });

  test('but not because a node was installed anew, lost old rows or has a wrong clock: that is said, and changes nothing that is known', () => {
    expect(verdict(judge({ standby: side(standby(7), 'reinstalled', 'history-cut', 'clock') }))).toBe('ready');
  });
});

function judgeTerms(): PairCase['terms'] {
  return {
    thresholds: { silentAfterMs: 60_000, primaryMaxAgeMs: 7 * 86_400_000, clockOffsetMaxMs: 10_000 },
    lawful: [],
    expectedChecks: [],
  };
}

describe('a standby that is behind', () => {
  const behind = judge({ standby: side(standby(3)) });
  const before: readonly StandingFinding[] = behind.findings;

  test('is not ready', () => {
    expect(verdict(behind)).toBe('not-ready');
    expect(behind.events).toMatchObject([{ kind: 'opened', finding: { code: 'levels/behind', state: 'open' } }]);
  });

  test('stays behind when it falls silent, is never heard again or is replaced by nobody', () => {
    for (const gone of [side(standby(3), 'silent'), side(null), null]) {
      const judged = judge({ standby: gone, before });
      expect([judged.findings.map(({ state }) => state), judged.events, verdict(judged)]).toEqual([['open'], [], 'not-ready']);
    }
  });

  test('stays behind when its check cannot be seen', () => {
    const blind = levelsSnapshot({ role: 'standby', now: noon, sees: unseen('denied', 'no') });
    const judged = judge({ standby: side(blind), before });
    expect(judged.findings).toMatchObject([{ state: 'open', isUnconfirmed: true }]);
    expect(verdict(judged)).toBe('not-ready');
  });

  test('is not said to have caught up by a machine that may be its clone', () => {
    const judged = judge({ standby: side(standby(7), 'cloned'), before });
    expect(judged.findings).toMatchObject([{ state: 'open', isUnconfirmed: true }]);
  });

  test('has caught up when a look says so, also beside the last word of a primary that is gone', () => {
    const gone = levelsSnapshot({ role: 'primary', now: noon, ageMs: 86_400_000, sees: { level: 7 } });
    const judged = judge({ primary: side(gone, 'silent'), before });
    expect(judged.events.map(({ kind }) => kind)).toEqual(['resolved']);
    expect(verdict(judged)).toBe('ready');
  });

  test('is not said to have caught up when its primary’s word is too old to say so', () => {
    const old = levelsSnapshot({ role: 'primary', now: noon, ageMs: 30 * 86_400_000, sees: { level: 7 } });
    const judged = judge({ primary: side(old, 'silent'), before });
    expect(judged.findings).toMatchObject([{ state: 'open', isUnconfirmed: true }]);
  });
});
