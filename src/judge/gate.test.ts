import { describe, expect, it } from 'vitest';
import { bodyOf, receiptAt as now, pairOf, standingOf } from '../../test/support/receipt.ts';
import { type BlindSpot, verdicts } from '../contract/finding.ts';
import { failOns } from '../contract/receipt.ts';
import { notWatched } from './expected.ts';
import { type AtGate, atGate, closesAt, type GateCheck, withMaxAge } from './gate.ts';
import { oldestLook } from './receipt-body.ts';

const minute = 60_000;
const look = (check: string, ageMs: number | null, isRequired = true): GateCheck => ({
  check,
  isRequired,
  current: ageMs === null ? null : { lastAt: now - ageMs },
});
const judged = (more: Partial<AtGate>) =>
  atGate({ findings: [], blindSpots: [], checks: [look('kernel', minute)], maxAgeMs: null, now, ...more });
const spot = (more: Partial<BlindSpot>): BlindSpot => ({ check: 'dns', kind: 'unseen', detail: 'denied', seenAt: null, ...more });
const pending = { state: 'pending', openedAt: null, confirmation: { bad: 1, good: 0, needs: { bad: 3, good: 2 } } } as const;

describe('closing', () => {
  it.each([
    ['degraded', ['suspended', 'not-ready', 'unknown', 'degraded']],
    ['unknown', ['suspended', 'not-ready', 'unknown']],
    ['not-ready', ['suspended', 'not-ready']],
  ] as const)('at %s closes at %j and at nothing else', (failOn, closed) => {
    expect(verdicts.filter((verdict) => closesAt(verdict, failOn))).toEqual(closed);
  });

  it('never at ready, whatever it was told', () => {
    expect(failOns.filter((failOn) => closesAt('ready', failOn))).toEqual([]);
  });
});

describe('the age of what it rests on', () => {
  const aged = (checks: readonly GateCheck[], blindSpots: readonly BlindSpot[] = []) => withMaxAge(blindSpots, checks, 10 * minute, now);

  it('beyond what the gate allows is a blind spot that says which check and how old', () => {
    expect(aged([look('kernel', 9 * minute), look('dns', 25 * minute)])).toEqual([
      { check: 'dns', kind: 'stale', detail: 'the last look is 25 m old, and the gate allows 10 m', seenAt: now - 25 * minute },
    ]);
  });

  it('is unknown, unless a blocker stands', () => {
    const old = { checks: [look('kernel', 11 * minute)], maxAgeMs: 10 * minute };
    expect(judged(old).verdict).toBe('unknown');
    expect(judged({ ...old, maxAgeMs: null }).verdict).toBe('ready');
    expect(judged({ ...old, findings: [standingOf()] }).verdict).toBe('not-ready');
    expect(judged({ ...old, findings: [standingOf({ severity: 'warning' })] }).verdict).toBe('unknown');
  });

  it('of exactly as much as is allowed is allowed', () => {
    expect(aged([look('kernel', 10 * minute)])).toEqual([]);
  });

  it('in the future of this clock is no freshness', () => {
    expect(aged([look('kernel', -11 * minute)])).toEqual([
      expect.objectContaining({ detail: 'the last look lies 11 m in the future of this clock, and the gate allows 10 m' }),
    ]);
  });

  it('of what need not be seen does not matter', () => {
    expect(aged([look('extra', 90 * minute, false)])).toEqual([]);
  });

  it('is not said twice of a check that is stale by its own measure, and what was never looked at has said so', () => {
    const said = [spot({ kind: 'stale' }), spot({ check: 'certs', kind: 'never-checked' })];
    expect(aged([look('dns', 25 * minute), look('certs', null)], said)).toEqual(said);
    expect(aged([look('dns', 25 * minute)], [spot({ kind: 'unseen' })])).toHaveLength(2);
  });
});

describe('what was only just seen', () => {
  it('a blocker that waits for more looks is unknown, and the gate says of which and how many', () => {
    expect(judged({ findings: [standingOf(pending)] })).toEqual({
      verdict: 'unknown',
      blindSpots: [
        {
          check: 'kernel',
          kind: 'pending',
          detail: 'kernel/behind-primary effective kernel was seen by 1 of the 3 looks that confirm it',
          seenAt: now - 40_000,
        },
      ],
    });
  });

  it('a warning that waits is degraded', () => {
    expect(judged({ findings: [standingOf({ ...pending, severity: 'warning' })] })).toEqual({ verdict: 'degraded', blindSpots: [] });
  });

  it('a part that was not seen and waits is unknown, as it will be', () => {
    expect(judged({ findings: [standingOf({ ...pending, severity: 'warning', isBlind: true })] }).verdict).toBe('unknown');
  });

  it('makes nothing better: another blocker still stands', () => {
    expect(judged({ findings: [standingOf({ id: 'f2' }), standingOf(pending)] }).verdict).toBe('not-ready');
  });

  it.each([
    ['a note', { severity: 'note' as const }],
    ['what another finding explains', { foldedUnder: 'dns/resolver-down' }],
    ['what somebody accepted', { waiver: { id: 'w1', author: 'anna', reason: 'known', until: now + minute } }],
  ])('%s that waits changes nothing', (_, more) => {
    expect(judged({ findings: [standingOf({ ...pending, ...more })] })).toEqual({ verdict: 'ready', blindSpots: [] });
  });
});

describe('what a drill or a failover has in use', () => {
  const drill = standingOf({ id: 'drill', code: 'protection-groups/drill-in-progress', severity: 'warning', isSuspending: true });

  it('is suspended, over a blocker and over what is not known', () => {
    expect(judged({ findings: [drill, standingOf({})], blindSpots: [spot({})] }).verdict).toBe('suspended');
  });

  it('is unknown while it waits for more looks', () => {
    expect(judged({ findings: [{ ...drill, ...pending }] }).verdict).toBe('unknown');
  });

  it('is judged again once somebody accepted that', () => {
    const waiver = { id: 'w1', author: 'anna', reason: 'the drill is elsewhere', until: now + minute };
    expect(judged({ findings: [{ ...drill, waiver }, standingOf({})] }).verdict).toBe('not-ready');
  });

  it('passes no gate, whatever it was told', () => {
    expect(failOns.filter((failOn) => !closesAt('suspended', failOn))).toEqual([]);
  });

  it('stands over its pairs in a receipt', () => {
    const body = bodyOf({ pairs: [pairOf({}), pairOf({ pair: 'region', verdict: 'suspended', findings: [drill] })] });
    expect(body).toMatchObject({ verdict: 'suspended', isPassed: false });
  });
});

describe('what only another run of a plan can settle', () => {
  const saidNo = standingOf({ code: 'protection-groups/gate-failed', isSettledByRun: true });

  it('does not keep the gate shut that this run asks', () => {
    expect(judged({ findings: [saidNo] })).toEqual({ verdict: 'ready', blindSpots: [] });
    expect(judged({ findings: [{ ...saidNo, ...pending }] })).toEqual({ verdict: 'ready', blindSpots: [] });
  });

  it('makes nothing else better', () => {
    expect(judged({ findings: [saidNo, standingOf({ id: 'f2' })] }).verdict).toBe('not-ready');
    expect(judged({ findings: [saidNo], blindSpots: [spot({})] }).verdict).toBe('unknown');
  });

  it('stands in the receipt, and is not counted there', () => {
    const body = bodyOf({ pairs: [pairOf({ verdict: 'ready', findings: [saidNo] })] });
    expect(body).toMatchObject({ verdict: 'ready', counts: { blocker: 0 }, pairs: [{ findings: [{ code: saidNo.code }] }] });
  });
});

describe('a receipt sums up', () => {
  it('the worst of its pairs, and all that they count', () => {
    const body = bodyOf({
      pairs: [
        pairOf({ findings: [standingOf({ severity: 'warning' })] }),
        pairOf({ pair: 'app2', findings: [], blindSpots: [spot({}), spot({ check: 'certs' })] }),
      ],
    });
    expect(body).toMatchObject({ verdict: 'unknown', counts: { blocker: 0, warning: 1, blindSpots: 2 } });
  });

  it('no pair at all as unknown', () => {
    expect(bodyOf({ pairs: [] })).toMatchObject({ verdict: 'unknown', isPassed: false });
  });

  it('whether it let pass, only where it was told when not to', () => {
    const asked = (failOn: 'unknown' | 'not-ready' | null) => ({ group: 'billing', by: 'x', maxAgeMs: null, failOn });
    const unsure = [pairOf({ findings: [], blindSpots: [spot({})] })];
    expect(bodyOf({ pairs: unsure, asked: asked('unknown') }).isPassed).toBe(false);
    expect(bodyOf({ pairs: unsure, asked: asked('not-ready') }).isPassed).toBe(true);
    expect(bodyOf({ pairs: unsure, asked: asked(null) }).isPassed).toBeNull();
    expect(bodyOf({ pairs: unsure, override: { by: 'anna', reason: 'fire' } }).isPassed).toBe(true);
  });

  it('the oldest of the required looks, and never where one was never taken', () => {
    expect(oldestLook([look('a', 5), look('b', 9), look('c', 99, false)])).toBe(now - 9);
    expect(oldestLook([look('a', 5), look('b', null)])).toBeNull();
    expect(oldestLook([look('a', 5, false), look('b', 7, false)])).toBe(now - 7);
    expect(oldestLook([])).toBeNull();
  });
});

describe('what the fleet expects', () => {
  it('and one side has not is a blind spot that says which side', () => {
    const has = (...names: readonly string[]) => names.map((check) => ({ check }));
    const expected = ['kernel', 'dns', 'certs'];
    expect(notWatched(expected, has('kernel', 'dns'), has('kernel', 'certs')).map(({ check, detail }) => [check, detail])).toEqual([
      ['certs', 'the fleet expects this check, and the standby has none of that name'],
      ['dns', 'the fleet expects this check, and the primary has none of that name'],
    ]);
    expect(notWatched(['dns'], has('dns'), null)).toEqual([]);
  });
});
