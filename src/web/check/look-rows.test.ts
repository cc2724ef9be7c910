import { expect, test } from 'vitest';
import type { Observation } from '../../contract/observation.ts';
import { lookRows, saidOf } from './look-rows.ts';
import { lookSpans } from './look-spans.ts';

const row = (seq: number, outcome: Observation['outcome']): Observation => ({
  seq,
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome,
  firstAt: seq * 100,
  lastAt: seq * 100 + 50,
  count: 2,
  tookMs: 1,
  readings: [],
  trail: [],
});

const saidOfAll = (outcomes: readonly Observation['outcome'][], isWhole = true): readonly string[] => {
  const rows = outcomes.map((outcome, index) => row(index + 1, outcome));
  const range = { from: 100, to: rows.length * 100 + 50 };
  return lookRows(lookSpans({ rows, staleAfterMs: 60, isWhole }, range), { rows, isWhole }).map(saidOf);
};

test('each row says what became other since the last sight, newest first', () => {
  expect(
    saidOfAll([
      { kind: 'observed', facts: { level: 7 } },
      { kind: 'unseen', reason: 'timeout', detail: 'no answer within 5 s' },
      { kind: 'observed', facts: { level: 7 } },
      { kind: 'observed', facts: { level: 9 } },
    ]),
  ).toEqual(['/level: 7 → 9', 'the same as before', 'no answer in time: no answer within 5 s', 'the first that is kept']);
});

test('what stood before the time that is shown is not called the first', () => {
  expect(saidOfAll([{ kind: 'observed', facts: {} }], false)).toEqual(['as it stood before this time']);
});

test('what came and went is said as such', () => {
  expect(
    saidOfAll([
      { kind: 'absent', detail: 'not installed' },
      { kind: 'observed', facts: { a: 1, b: 2 } },
      { kind: 'observed', facts: { b: 2, c: 3 } },
    ]),
  ).toEqual(['/a is gone; /c is new', 'it is there now', 'not installed']);
});

test('a time of which nothing is known is a row that says nothing', () => {
  const rows = [row(1, { kind: 'observed', facts: {} })];
  const listed = lookRows(lookSpans({ rows, staleAfterMs: 10, isWhole: true }, { from: 0, to: 1_000 }), { rows, isWhole: true });
  expect(listed.map(({ span, observation }) => [span.kind, observation?.seq ?? null])).toEqual([
    ['none-known', null],
    ['observed', 1],
    ['none-known', null],
  ]);
});
