// Who answered: one case for each way in which a history can be another one than it was.
import { describe, expect, test } from 'vitest';
import type { Changes, StandingNumbers } from '../../contract/changes.ts';
import { type HeardPage, heard } from './read-page.ts';
import { type Before, recognise } from './recognise.ts';

const row = (check: string, seq: number): StandingNumbers => ({ check, seq, lastAt: 1, count: 1, readings: [] });

const noNames = { print: 'p', checks: new Map() };

const pageOf = (more: Partial<Changes> = {}): HeardPage => heard({ ...usual, ...more }, noNames);

const usual: Changes = {
  instanceId: 'i1',
  runId: 'r1',
  nodeId: 'n1',
  now: 1,
  revision: 'v1',
  description: null,
  observations: [],
  current: [row('a', 9), row('b', 10)],
  named: { print: 'p', checks: null },
  ended: [],
  cursor: { seq: 10, firstAt: 5 },
  oldestSeq: 1,
  newestSeq: 10,
  hasMore: false,
};

const before = (more: Partial<Before> = {}): Before => {
  const stood = [row('a', 9), row('b', 10)];
  return {
    stream: 1,
    instanceId: 'i1',
    nodeId: 'n1',
    runIds: ['r1'],
    standing: () => JSON.stringify(stood),
    rows: stood.map(({ seq }) => seq).join(),
    cursorFirstAt: 5,
    aloneMs: 0,
    cutSaidTo: 0,
    ...more,
  };
};

const kinds = (what: ReturnType<typeof recognise>): readonly (string | null)[] => [
  what.kind,
  what.kind === 'same' ? (what.cut?.kind ?? null) : (what.said?.kind ?? null),
];

describe('a history', () => {
  test.each<[string, Partial<Before>, Partial<Changes>, string, string | null]>([
    ['that goes on', {}, {}, 'same', null],
    ['that goes on after a restart of the agent', {}, { runId: 'r2' }, 'same', null],
    ['that is the first here', { stream: null, instanceId: null, nodeId: null, runIds: [] }, {}, 'other', null],
    ['of another machine', {}, { nodeId: 'n2', instanceId: 'i2', runId: 'r2' }, 'other', 'stranger'],
    ['that another machine took over', {}, { nodeId: 'n2', runId: 'r2' }, 'other', 'stranger'],
    ['that was begun anew', {}, { instanceId: 'i2', runId: 'r2' }, 'other', 'reinstalled'],
    ['that is shorter than it was', {}, { newestSeq: 9, cursor: null }, 'other', 'rolled-back'],
    ['whose row at the cursor is another one', {}, { cursor: { seq: 10, firstAt: 6 } }, 'other', 'rolled-back'],
    ['whose row at the cursor is gone', {}, { cursor: null, newestSeq: 30 }, 'same', null],
    ['whose row at the cursor is not known here any more', { cursorFirstAt: null }, { cursor: { seq: 10, firstAt: 6 } }, 'same', null],
    [
      'in which a check stands further back',
      {},
      { newestSeq: 30, cursor: null, current: [row('a', 8), row('b', 30)] },
      'other',
      'rolled-back',
    ],
    ['in which a check stands further on', {}, { newestSeq: 30, cursor: null, current: [row('a', 29), row('b', 30)] }, 'same', null],
    ['that was cut up to the cursor', {}, { oldestSeq: 11, newestSeq: 20 }, 'same', null],
    ['that was cut beyond the cursor', {}, { oldestSeq: 12, newestSeq: 20 }, 'same', 'history-cut'],
    ['whose cut was said already', { cutSaidTo: 11 }, { oldestSeq: 12, newestSeq: 20 }, 'same', null],
    ['that was cut further than was said', { cutSaidTo: 11 }, { oldestSeq: 13, newestSeq: 20 }, 'same', 'history-cut'],
  ])('%s', (_, had, came, kind, said) => {
    expect(kinds(recognise(before(had), 10, pageOf(came)))).toEqual([kind, said]);
  });

  test('that is read from the beginning was not cut, whatever is gone of it', () => {
    expect(kinds(recognise(before({ cursorFirstAt: null }), 0, pageOf({ oldestSeq: 500, newestSeq: 600, cursor: null })))).toEqual([
      'same',
      null,
    ]);
  });

  test('says which rows were lost', () => {
    const what = recognise(before(), 10, pageOf({ oldestSeq: 13, newestSeq: 20 }));
    expect(what.kind === 'same' && what.cut?.detail).toContain('rows 11 to 12 ');
  });
});

describe('starts of agents', () => {
  const hour = 3_600_000;

  test('one that comes back after another one is two', () => {
    const what = recognise(before({ runIds: ['r1', 'r2'] }), 10, pageOf({ runId: 'r1' }));
    expect(what).toMatchObject({ kind: 'two-agents', runIds: ['r1', 'r2', 'r1'] });
  });

  test('many restarts are one agent', () => {
    let runIds: readonly string[] = [];
    for (let n = 0; n < 50; n++) runIds = recognise(before({ runIds }), 10, pageOf({ runId: `r${n}` })).runIds;
    expect(runIds).toEqual(Array.from({ length: 8 }, (_, n) => `r${n + 42}`));
  });

  test('two stay two for an hour of one alone, and are noticed at once when the other is back', () => {
    const two = ['r1', 'r2', 'r1'];
    expect(recognise(before({ runIds: two, aloneMs: hour - 1 }), 10, pageOf()).kind).toBe('two-agents');
    const alone = recognise(before({ runIds: two, aloneMs: hour }), 10, pageOf());
    expect(alone).toMatchObject({ kind: 'same', runIds: ['r2', 'r1'] });
    expect(recognise(before({ runIds: alone.runIds, aloneMs: 9 * hour }), 10, pageOf({ runId: 'r2' })).kind).toBe('two-agents');
  });

  test('a change of who answers begins the hour again', () => {
    expect(recognise(before({ runIds: ['r1', 'r2', 'r1'], aloneMs: hour }), 10, pageOf({ runId: 'r2' })).kind).toBe('two-agents');
  });
});
