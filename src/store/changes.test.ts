// What a poller may rely on, whatever happens between its polls: looks, restarts, retention.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Moved } from '../contract/changes.ts';
import { observed, unseen } from '../contract/outcome.ts';
import { openStore } from './open.ts';
import type { RecordedLook } from './record.ts';
import type { Store } from './store.ts';

const minute = 60_000;

type Step =
  | { readonly kind: 'look'; readonly check: string; readonly value: number }
  | { readonly kind: 'poll'; readonly limit: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'retain'; readonly keepMinutes: number };

const look = fc.record({
  kind: fc.constant('look' as const),
  check: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: 0, max: 2 }),
});
const poll = fc.record({ kind: fc.constant('poll' as const), limit: fc.integer({ min: 1, max: 4 }) });
const restart = fc.constant<Step>({ kind: 'restart' });
const retain = fc.record({ kind: fc.constant('retain' as const), keepMinutes: fc.integer({ min: 1, max: 30 }) });

class Poller {
  readonly rows = new Map<number, Moved>();
  after = 0;
  /** Rows at or below it that never came are ones that it was told are gone. */
  goneBelow = 0;

  poll(store: Store, limit: number): boolean {
    const page = store.observations.changes(this.after, limit);
    if (this.after < page.oldestSeq - 1) this.goneBelow = page.oldestSeq;
    for (const { seq, check, lastAt, count } of page.observations) {
      expect(this.rows.has(seq)).toBe(false);
      expect(seq).toBeGreaterThan(this.after);
      this.after = seq;
      this.rows.set(seq, { seq, check, lastAt, count });
    }
    for (const moved of [...page.ended, ...page.current]) {
      const known = this.rows.get(moved.seq);
      if (known === undefined) continue;
      expect(moved.count).toBeGreaterThanOrEqual(known.count);
      const { seq, check, lastAt, count } = moved;
      this.rows.set(seq, { seq, check, lastAt, count });
    }
    return page.hasMore;
  }
}

function opened(file: string): Store {
  const answer = openStore({ file, now: 0 });
  if (answer.kind !== 'opened') throw new Error(answer.kind);
  return answer.store;
}

/** Every row that there ever was, with where it came to rest. */
function play(file: string, steps: readonly Step[]): { readonly truth: ReadonlyMap<number, Moved>; readonly poller: Poller } {
  const truth = new Map<number, Moved>();
  const poller = new Poller();
  let store = opened(file);
  let now = Date.parse('2026-03-01T00:00:00Z');
  for (const step of steps) {
    now += minute;
    switch (step.kind) {
      case 'look': {
        const { check, value } = step;
        const outcome = value === 2 ? unseen('denied', 'no') : observed({ value });
        const [recorded] = store.record([{ check, probe: 'p', factsVersion: 1, outcome, readings: [], trail: [], at: now, tookMs: 1 }]);
        const before = truth.get(recorded!.seq);
        expect(before === undefined).toBe(recorded!.isNew);
        truth.set(recorded!.seq, { check, seq: recorded!.seq, lastAt: now, count: (before?.count ?? 0) + 1 });
        break;
      }
      case 'poll':
        poller.poll(store, step.limit);
        break;
      case 'restart':
        store.close();
        store = opened(file);
        break;
      case 'retain':
        while (store.maintain(now, { keepMs: step.keepMinutes * minute, bytesMax: 1e12 }));
        break;
    }
  }
  while (poller.poll(store, 3));
  store.close();
  return { truth, poller };
}

function inFolder(steps: readonly Step[], check: (played: ReturnType<typeof play>) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'store-changes-'));
  try {
    check(play(join(folder, 'agent.db'), steps));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('any order of looks, restarts and polls yields every row once, with its final count and end', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: look }, { weight: 2, arbitrary: poll }, restart), { maxLength: 60 }), (steps) => {
      inFolder(steps, ({ truth, poller }) => {
        expect([...poller.rows].sort(([a], [b]) => a - b)).toEqual([...truth].sort(([a], [b]) => a - b));
        expect(poller.goneBelow).toBe(0);
      });
    }),
    { numRuns: 60 },
  );
});

test('with retention in between, each row comes, or the poller is told that rows up to there are gone', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: look }, { weight: 1, arbitrary: poll }, retain), { maxLength: 60 }), (steps) => {
      inFolder(steps, ({ truth, poller }) => {
        for (const seq of truth.keys()) if (!poller.rows.has(seq)) expect(seq).toBeLessThan(poller.goneBelow);
      });
    }),
    { numRuns: 60 },
  );
});

test('rows that are gone above one that stays are said to be gone', () => {
  const looks = Array.from({ length: 20 }, (_, n): Step => ({ kind: 'look', check: 'b', value: n % 2 }));
  inFolder([{ kind: 'look', check: 'a', value: 0 }, ...looks, { kind: 'retain', keepMinutes: 5 }], ({ truth, poller }) => {
    expect(poller.rows.has(1)).toBe(true);
    expect(poller.rows.has(3)).toBe(false);
    for (const seq of truth.keys()) if (!poller.rows.has(seq)) expect(seq).toBeLessThan(poller.goneBelow);
  });
});

const recorded = (store: Store, looks: readonly Partial<RecordedLook>[]): void => {
  const look = { check: 'a', probe: 'p', factsVersion: 1, outcome: observed({ value: 1 }), readings: [], trail: [], at: 0, tookMs: 1 };
  for (const one of looks) store.record([{ ...look, ...one }]);
};

function withStore(act: (store: Store) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'store-changes-'));
  try {
    const store = opened(join(folder, 'agent.db'));
    act(store);
    store.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('where a row stands comes with the readings of its newest look, and with none while the check cannot be seen', () => {
  withStore((store) => {
    const lag = (value: number) => [{ name: 'lagMs', subject: '', value }];
    recorded(store, [{ readings: lag(1) }, { check: 'b', readings: lag(7) }, { readings: lag(2), at: minute }]);
    recorded(store, [{ check: 'b', outcome: unseen('denied', 'no'), readings: lag(9), at: minute }]);
    expect(store.observations.changes(3, 10)).toMatchObject({
      observations: [],
      current: [
        { check: 'a', seq: 1, lastAt: minute, count: 2, readings: lag(2) },
        { check: 'b', seq: 3, lastAt: minute, count: 1, readings: [] },
      ],
    });
  });
});

test('the row at the cursor is named by its first look, and by nothing where there is none', () => {
  withStore((store) => {
    recorded(store, [{ at: 5 }, { at: 6 }, { at: 7, outcome: observed({ value: 2 }) }]);
    const cursors = [0, 1, 2, 3].map((after) => store.observations.changes(after, 10).cursor);
    expect(cursors).toEqual([null, { seq: 1, firstAt: 5 }, { seq: 2, firstAt: 7 }, null]);
  });
});
