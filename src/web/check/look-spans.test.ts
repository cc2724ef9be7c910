import { describe, expect, test } from 'vitest';
import type { Observation } from '../../contract/observation.ts';
import { drawable, kindOf, lookSpans, turned, turns } from './look-spans.ts';

const minute = 60_000;
const staleAfterMs = 15 * minute;

const row = (seq: number, from: number, until: number, outcome: Observation['outcome']): Observation => ({
  seq,
  check: 'kernel',
  probe: 'kernel',
  factsVersion: 1,
  outcome,
  firstAt: from * minute,
  lastAt: until * minute,
  count: 1 + until - from,
  tookMs: 1,
  readings: [],
  trail: [],
});

const saw = (value: unknown): Observation['outcome'] => ({ kind: 'observed', facts: { value } });
const unseen = (reason: 'timeout' | 'missed'): Observation['outcome'] => ({ kind: 'unseen', reason, detail: 'no answer' });

const spansOf = (rows: readonly Observation[], from: number, to: number, isWhole = true) =>
  lookSpans({ rows, staleAfterMs, isWhole }, { from: from * minute, to: to * minute }).map((span) => [
    span.kind,
    span.from / minute,
    span.until / minute,
    span.seq,
  ]);

describe('the spans of a check', () => {
  test('hold from one look to the next, as long as a look stands', () => {
    expect(spansOf([row(1, 10, 30, saw(1)), row(2, 40, 60, saw(2))], 10, 70)).toEqual([
      ['observed', 10, 40, 1],
      ['observed', 40, 70, 2],
    ]);
  });

  test('leave a hole where the next look came later than that', () => {
    expect(spansOf([row(1, 0, 30, saw(1)), row(2, 90, 100, saw(1))], 0, 100)).toEqual([
      ['observed', 0, 30, 1],
      ['none-known', 30, 90, null],
      ['observed', 90, 100, 2],
    ]);
  });

  test('leave a hole where nobody has looked of late', () => {
    expect(spansOf([row(1, 0, 30, saw(1))], 0, 60)).toEqual([
      ['observed', 0, 30, 1],
      ['none-known', 30, 60, null],
    ]);
  });

  test('tell what is not known before the first row from what was not asked for', () => {
    expect(spansOf([row(1, 30, 40, saw(1))], 0, 40)[0]).toEqual(['none-known', 0, 30, null]);
    expect(spansOf([row(1, 30, 40, saw(1))], 0, 40, false)[0]).toEqual(['not-loaded', 0, 30, null]);
    expect(spansOf([], 0, 40)).toEqual([['none-known', 0, 40, null]]);
  });

  test('are cut at the borders, and rows outside are left out', () => {
    expect(spansOf([row(1, 0, 10, saw(1)), row(2, 15, 80, saw(2)), row(3, 90, 95, saw(3))], 20, 50)).toEqual([['observed', 20, 50, 2]]);
  });

  test('show one look by itself although it has no length', () => {
    expect(spansOf([row(1, 30, 30, saw(1))], 0, 100)).toEqual([
      ['none-known', 0, 30, null],
      ['observed', 30, 30, 1],
      ['none-known', 30, 100, null],
    ]);
  });

  test('call a span without looks missed, not unseen', () => {
    expect(spansOf([row(1, 0, 20, unseen('missed')), row(2, 20, 40, unseen('timeout'))], 0, 40).map(([kind]) => kind)).toEqual([
      'missed',
      'unseen',
    ]);
    expect(kindOf({ outcome: { kind: 'absent', detail: 'not installed' } })).toBe('absent');
  });

  test('never overlap where a clock was set back', () => {
    const spans = spansOf([row(1, 0, 50, saw(1)), row(2, 30, 60, saw(2))], 0, 60);
    expect(spans).toEqual([
      ['observed', 0, 30, 1],
      ['observed', 30, 60, 2],
    ]);
  });
});

test('a node’s clock that is ahead is turned back', () => {
  const { firstAt, lastAt } = turned(row(1, 10, 20, saw(1)), minute);
  expect([firstAt, lastAt]).toEqual([9 * minute, 19 * minute]);
});

describe('what is drawn', () => {
  test('joins what is too short to be told apart, as the least known of it', () => {
    const spans = lookSpans(
      {
        rows: [row(1, 0, 500, saw(1)), row(2, 500, 501, saw(2)), row(3, 501, 502, unseen('timeout')), row(4, 502, 1_000, saw(3))],
        staleAfterMs,
        isWhole: true,
      },
      { from: 0, to: 1_000 * minute },
    );
    const drawn = drawable(spans, { from: 0, to: 1_000 * minute }, 100);
    expect(drawn.map(({ kind, from, until }) => [kind, from / minute, until / minute])).toEqual([
      ['observed', 0, 500],
      ['unseen', 500, 502],
      ['observed', 502, 1_000],
    ]);
  });

  test('is bounded however often a check flaps', () => {
    const rows = Array.from({ length: 5_000 }, (_, at) => row(at, at, at, at % 2 === 0 ? saw(at) : unseen('timeout')));
    const range = { from: 0, to: 5_000 * minute };
    const drawn = drawable(lookSpans({ rows, staleAfterMs, isWhole: true }, range), range, 500);
    expect(drawn.length).toBeLessThanOrEqual(1_001);
    expect(drawn.every((span, index) => index === 0 || drawn[index - 1]!.until === span.from)).toBe(true);
  });
});

test('facts have turned where another sight saw something else, whatever was not seen in between', () => {
  const rows = [row(1, 0, 10, saw(1)), row(2, 10, 20, unseen('timeout')), row(3, 20, 30, saw(1)), row(4, 30, 40, saw(2))];
  expect(turns(rows, { from: 0, to: 100 * minute }).map(({ seq }) => seq)).toEqual([4]);
});
