import { expect, test } from 'vitest';
import type { Observation } from '../../contract/observation.ts';
import { type HistoryPage, joinedHistory, type OlderPages } from './history-pages.ts';

const row = (seq: number, count = 1): Observation => ({
  seq,
  check: 'dns',
  probe: 'dns',
  factsVersion: 1,
  outcome: { kind: 'observed', facts: {} },
  firstAt: seq,
  lastAt: seq,
  count,
  tookMs: 1,
  readings: [],
  trail: [],
});

const rows = (from: number, to: number): readonly Observation[] => Array.from({ length: from - to + 1 }, (_, n) => row(from - n));
const page = (from: number, to: number, nextBefore: number | null = to): HistoryPage => ({
  at: 0,
  target: 'a',
  clockOffsetMs: 0,
  observations: rows(from, to),
  nextBefore,
});
const older = (from: number, to: number, nextBefore: number | null = null): OlderPages => ({
  target: 'a',
  rows: rows(from, to),
  nextBefore,
});

const seqsOf = (newest: HistoryPage, before: OlderPages | null) => joinedHistory(newest, before).rows.map(({ seq }) => seq);

test('the newest page goes before the older ones, ascending, each row once', () => {
  expect(seqsOf(page(6, 4), older(3, 1))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(joinedHistory(page(6, 4), older(3, 1, 1)).nextBefore).toBe(1);
});

test('a row that came meanwhile is told as the newest page tells it', () => {
  expect(seqsOf(page(7, 3), older(3, 1))).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('older pages are let go where the newest page does not reach them any more', () => {
  expect(joinedHistory(page(60, 40), older(3, 1))).toMatchObject({ nextBefore: 40 });
  expect(seqsOf(page(60, 58), older(3, 1))).toEqual([58, 59, 60]);
});

test('a history that was begun anew leaves the one before behind', () => {
  expect(seqsOf(page(2, 1, null), older(30, 10))).toEqual([1, 2]);
  expect(seqsOf({ ...page(6, 4), target: 'b' }, older(3, 1))).toEqual([4, 5, 6]);
});
