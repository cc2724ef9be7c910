import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Verdict, verdicts } from '../contract/finding.ts';
import type { FindingEvent, FindingEventKind, StandingFinding } from '../contract/standing.ts';
import { createOpenAt, heldUntilNow, sharesOf, sumOfMs, timeline, toldAt } from './timeline.ts';

const span = (verdict: Verdict, from: number, until: number) => ({ verdict, from, until });

/** Spans as a store gives them: ascending, none over another, some with holes between, some without a length. */
const told = fc
  .array(fc.tuple(fc.constantFrom(...verdicts), fc.nat(40), fc.nat(60)), { maxLength: 12 })
  .map((steps) =>
    steps.reduce<{ readonly at: number; readonly spans: readonly ReturnType<typeof span>[] }>(
      ({ at, spans }, [verdict, gap, length]) => ({ at: at + gap + length, spans: [...spans, span(verdict, at + gap, at + gap + length)] }),
      { at: 0, spans: [] },
    ),
  )
  .map(({ spans }) => spans);

const stretch = fc
  .tuple(fc.integer({ min: -50, max: 900 }), fc.integer({ min: 1, max: 900 }))
  .map(([from, ms]) => ({ from, to: from + ms }));
const keptFrom = fc.integer({ min: -100, max: 900 });

describe('a stretch of time', () => {
  it('is told from end to end, each moment once, and nothing beyond its borders', () => {
    fc.assert(
      fc.property(told, stretch, keptFrom, (spans, asked, kept) => {
        const parts = timeline(spans, asked, kept);
        expect(sumOfMs(parts)).toBe(asked.to - asked.from);
        expect(parts[0]!.from).toBe(asked.from);
        expect(parts.at(-1)!.until).toBe(asked.to);
        for (const [index, part] of parts.entries()) {
          expect(part.until).toBeGreaterThanOrEqual(part.from);
          if (index > 0) expect(part.from).toBe(parts[index - 1]!.until);
        }
      }),
    );
  });

  it('is in each verdict for as long as was judged, counted moment by moment', () => {
    fc.assert(
      fc.property(told, stretch, keptFrom, (spans, asked, kept) => {
        const shares = sharesOf(timeline(spans, asked, kept), asked);
        const counted: Record<Verdict, number> = { suspended: 0, 'not-ready': 0, unknown: 0, degraded: 0, ready: 0 };
        for (let at = asked.from; at < asked.to; at++) {
          counted[spans.find(({ from, until }) => from <= at && at < until)?.verdict ?? 'unknown']++;
        }
        expect(Object.fromEntries(Object.entries(shares).map(([verdict, { ms }]) => [verdict, ms]))).toEqual(counted);
        expect(Object.values(shares).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('says of a hole whether nobody watched, or nobody can say any more', () => {
    fc.assert(
      fc.property(told, stretch, keptFrom, (spans, asked, kept) => {
        for (const part of timeline(spans, asked, kept)) {
          if (part.hole === 'not-kept') expect(part.until).toBeLessThanOrEqual(kept);
          if (part.hole === 'nobody-watched') expect(part.from).toBeGreaterThanOrEqual(kept);
          if (part.hole !== null) expect([part.verdict, part.until > part.from]).toEqual(['unknown', true]);
        }
      }),
    );
  });

  it('is one hole where nothing was told', () => {
    expect(timeline([], { from: 10, to: 30 }, 0)).toEqual([{ verdict: 'unknown', from: 10, until: 30, hole: 'nobody-watched' }]);
    expect(timeline([], { from: 10, to: 30 }, 15)).toEqual([
      { verdict: 'unknown', from: 10, until: 15, hole: 'not-kept' },
      { verdict: 'unknown', from: 15, until: 30, hole: 'nobody-watched' },
    ]);
  });

  it('never makes a judged unknown out of a hole, nor the other way round', () => {
    expect(timeline([span('unknown', 10, 20)], { from: 0, to: 30 }, 0).map(({ hole }) => hole)).toEqual([
      'nobody-watched',
      null,
      'nobody-watched',
    ]);
  });

  it('shows what was judged once and never confirmed, without a length', () => {
    const parts = timeline([span('ready', 10, 10)], { from: 0, to: 30 }, 0);
    expect(parts.map(({ verdict, from, until }) => [verdict, from, until])).toEqual([
      ['unknown', 0, 10],
      ['ready', 10, 10],
      ['unknown', 10, 30],
    ]);
  });

  it('shows what has no length in the one of two stretches that begins there', () => {
    const once = [span('ready', 10, 10)];
    expect(timeline(once, { from: 0, to: 10 }, 0).map(({ verdict }) => verdict)).toEqual(['unknown']);
    expect(timeline(once, { from: 10, to: 30 }, 0).map(({ verdict }) => verdict)).toEqual(['ready', 'unknown']);
  });

  it('shows nothing of what ended where it begins, or begins where it ends', () => {
    expect(timeline([span('ready', 0, 10), span('not-ready', 20, 30)], { from: 10, to: 20 }, 0)).toEqual([
      { verdict: 'unknown', from: 10, until: 20, hole: 'nobody-watched' },
    ]);
  });

  it('is still told once where spans lie over one another', () => {
    const parts = timeline([span('ready', 0, 20), span('not-ready', 10, 30), span('ready', 12, 15)], { from: 0, to: 30 }, 0);
    expect(parts.map(({ verdict, from, until }) => [verdict, from, until])).toEqual([
      ['ready', 0, 20],
      ['not-ready', 20, 30],
    ]);
  });
});

describe('a moment', () => {
  it('has the verdict of the part of the stretch that it lies in', () => {
    fc.assert(
      fc.property(told, stretch, (spans, asked) => {
        const parts = timeline(spans, asked, -1_000);
        for (let at = asked.from; at < asked.to; at++) {
          const part = parts.findLast(({ from, until }) => from <= at && at < until)!;
          const moment = toldAt(spans, at);
          // The last moment of a span is its own, though no time of the hole after it.
          if (part.hole === null) expect(moment?.verdict).toBeDefined();
          if (moment === null) expect(part.hole).not.toBeNull();
        }
      }),
    );
  });

  it('at a border belongs to what began there', () => {
    const spans = [span('ready', 0, 10), span('not-ready', 10, 20)];
    expect([toldAt(spans, 9)?.verdict, toldAt(spans, 10)?.verdict, toldAt(spans, 20)?.verdict]).toEqual([
      'ready',
      'not-ready',
      'not-ready',
    ]);
    expect([toldAt(spans, -1), toldAt(spans, 21)]).toEqual([null, null]);
  });
});

describe('a verdict that stands', () => {
  const spans = [span('ready', 0, 10)];

  it('stood until now', () => {
    expect(heldUntilNow(spans, 'ready', 15, 6)).toEqual([span('ready', 0, 15)]);
  });

  it.each([
    ['another one stands', 'degraded', 15],
    ['none stands', null, 15],
    ['it was confirmed too long ago', 'ready', 17],
    ['the clock was set back', 'ready', 9],
  ] as const)('is not made longer where %s', (_, held, now) => {
    expect(heldUntilNow(spans, held, now, 6)).toEqual(spans);
    expect(heldUntilNow([], held, now, 6)).toEqual([]);
  });
});

const finding = (id: string, more: Partial<StandingFinding> = {}): StandingFinding => ({
  id,
  code: 'dns/stale',
  kind: 'paired',
  gap: 'dns',
  severity: 'blocker',
  check: 'dns',
  title: 'A name leads elsewhere',
  subject: id,
  expected: 'a',
  actual: 'b',
  remedy: '',
  since: 10,
  evidence: { seq: 1, seenAt: 10 },
  isUnconfirmed: false,
  state: 'open',
  openedAt: 10,
  changedAt: 10,
  resolvedAt: null,
  reopenedCount: 0,
  confirmation: { bad: 1, good: 0, needs: { bad: 1, good: 1 } },
  mark: '',
  waiver: null,
  ...more,
});

const event = (kind: FindingEventKind, at: number, one: StandingFinding, pair = 'app1'): FindingEvent => ({
  kind,
  at,
  group: 'billing',
  pair,
  finding: one,
  detail: '',
});

const waiver = { id: 'w', author: 'Ada', reason: 'known', until: 99 };
const resolved = (id: string, at: number, more: Partial<StandingFinding> = {}) =>
  event('resolved', at, finding(id, { state: 'resolved', resolvedAt: at, ...more }));

/** As it stands now, after all events. */
function openAt(at: number, events: readonly FindingEvent[], standing: readonly StandingFinding[] = []) {
  const reading = createOpenAt(at);
  for (const one of events) reading.take([one]);
  return reading.open(standing.map((one) => ({ pair: 'app1', finding: one })));
}

const idsAt = (at: number, events: readonly FindingEvent[], standing: readonly StandingFinding[] = []): readonly string[] =>
  openAt(at, events, standing).map(({ finding: { id } }) => id);

describe('what was open at a moment', () => {
  const life = [event('opened', 10, finding('f')), resolved('f', 20), event('reopened', 30, finding('f', { openedAt: 30, changedAt: 30 }))];

  it.each([
    [9, []],
    [10, ['f']],
    [19, ['f']],
    [20, []],
    [29, []],
    [30, ['f']],
  ] as const)('follows its lives (at %i)', (at, ids) => {
    expect(idsAt(at, life, [finding('f', { openedAt: 30, changedAt: 30 })])).toEqual(ids);
  });

  it('has the particulars of then, not of now', () => {
    const changed = finding('f', { actual: 'c', changedAt: 20 });
    const [then] = openAt(15, [event('opened', 10, finding('f')), event('changed', 20, changed)], [changed]);
    expect([then!.finding.actual, then!.isOfLater]).toEqual(['b', false]);
  });

  it('was waived then or not', () => {
    const events = [
      event('opened', 10, finding('f')),
      event('waived', 20, finding('f', { waiver })),
      event('waiver-ended', 30, finding('f')),
    ];
    expect([15, 25, 35].map((at) => openAt(at, events)[0]!.finding.waiver?.id ?? null)).toEqual([null, 'w', null]);
  });

  it('keeps the same finding of two pairs apart', () => {
    const events = [event('opened', 10, finding('f'), 'app1'), event('opened', 10, finding('f'), 'app2'), resolved('f', 20)];
    expect(openAt(25, events).map(({ pair }) => pair)).toEqual(['app2']);
  });

  describe('is known where retention took the event that opened it', () => {
    it('by how it stands now', () => {
      expect(idsAt(15, [], [finding('f')])).toEqual(['f']);
      expect(idsAt(9, [], [finding('f')])).toEqual([]);
      expect(idsAt(15, [], [finding('f', { state: 'pending', openedAt: null })])).toEqual([]);
    });

    it('by what became of it after', () => {
      expect(openAt(15, [resolved('f', 20)])).toMatchObject([{ finding: { id: 'f', state: 'open', resolvedAt: null }, isOfLater: false }]);
      expect(idsAt(9, [resolved('f', 20)])).toEqual([]);
      expect(idsAt(15, [resolved('f', 20), event('reopened', 30, finding('f', { openedAt: 30 }))])).toEqual(['f']);
      expect(openAt(15, [event('waived', 20, finding('f', { waiver }))])[0]!.finding.waiver).toBeNull();
    });

    it('and says so where its particulars are of a later time', () => {
      const changed = finding('f', { actual: 'c', changedAt: 20 });
      expect(openAt(15, [event('changed', 20, changed)], [changed])).toMatchObject([{ finding: { actual: 'c' }, isOfLater: true }]);
    });
  });

  it('is what was opened and not yet resolved, whatever the moment and however the events come in pages', () => {
    const lives = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(lives, fc.nat(120), fc.integer({ min: 1, max: 4 }), (steps, at, pageSize) => {
        const clocks = new Map<string, number>();
        const open: { id: string; from: number; until: number }[] = [];
        for (const [id, rest, lasts] of steps) {
          const from = (clocks.get(id) ?? 0) + rest;
          clocks.set(id, from + lasts);
          open.push({ id, from, until: from + lasts });
        }
        const events = open
          .flatMap(({ id, from, until }) => [
            event('opened', from, finding(id, { openedAt: from, changedAt: from })),
            resolved(id, until, { openedAt: from, changedAt: from }),
          ])
          .sort((a, b) => a.at - b.at);
        const reading = createOpenAt(at);
        for (let n = 0; n < events.length; n += pageSize) reading.take(events.slice(n, n + pageSize));
        const wanted = open.filter(({ from, until }) => from <= at && at < until).map(({ id }) => id);
        expect(
          reading
            .open([])
            .map(({ finding: { id } }) => id)
            .sort(),
        ).toEqual(wanted.sort());
      }),
    );
  });
});
