// What a collector's history holds of a node, whatever becomes of the pages on their way: a real agent's history tells them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Moved } from '../../contract/changes.ts';
import { observed, unseen } from '../../contract/outcome.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';
import { openFleetStore } from './open.ts';
import type { FleetStore, Page } from './store.ts';

const minute = 60_000;
const checks = ['a', 'b', 'c'] as const;

type Step =
  | { readonly kind: 'look'; readonly check: (typeof checks)[number]; readonly value: number }
  /** Asks for what came after the cursor; the page is taken at once, or is on its way for a while. */
  | { readonly kind: 'poll'; readonly limit: number; readonly isLate: boolean }
  /** One of the pages that were told before comes now, maybe again. */
  | { readonly kind: 'arrive'; readonly which: number }
  | { readonly kind: 'go back'; readonly rows: number }
  | { readonly kind: 'restart' };

const look = fc.record({
  kind: fc.constant('look' as const),
  check: fc.constantFrom(...checks),
  value: fc.integer({ min: 0, max: 2 }),
});
const poll = (isLate: fc.Arbitrary<boolean>) =>
  fc.record({ kind: fc.constant('poll' as const), limit: fc.integer({ min: 1, max: 4 }), isLate });
const arrive = fc.record({ kind: fc.constant('arrive' as const), which: fc.nat(50) });
const goBack = fc.record({ kind: fc.constant('go back' as const), rows: fc.nat(10) });
const restart = fc.constant<Step>({ kind: 'restart' });

interface Played {
  readonly agent: Store;
  readonly store: FleetStore;
  readonly stream: number;
  /** Takes everything after that number, in order. */
  catchUp(after: number): void;
  readonly cursor: number;
}

function play(folder: string, steps: readonly Step[], check: (played: Played) => void): void {
  const agent = opened(openStore({ file: join(folder, 'agent.db'), now: 0 }));
  let store = opened(openFleetStore({ file: join(folder, 'collector.db'), now: 0 }));
  const stream = store.nodes.beginStream('node', { instanceId: agent.instanceId, nodeId: 'node', at: 0 });
  const pages: Omit<Page, 'stream'>[] = [];
  let [now, cursor] = [Date.parse('2026-03-01T00:00:00Z'), 0];
  const ask = (limit: number): boolean => {
    const { observations, current, ended, hasMore } = agent.observations.changes(cursor, limit);
    pages.push({ observations, moved: [...ended, ...current] });
    cursor = observations.at(-1)?.seq ?? cursor;
    return hasMore;
  };
  const take = (page: Omit<Page, 'stream'>): void => {
    const before = counts(store, stream);
    store.observations.take({ stream, ...page });
    for (const [seq, count] of before) expect(counts(store, stream).get(seq)).toBeGreaterThanOrEqual(count);
  };
  for (const step of steps) {
    now += minute;
    switch (step.kind) {
      case 'look': {
        const outcome = step.value === 2 ? unseen('denied', 'no') : observed({ value: step.value });
        agent.record([{ check: step.check, probe: 'p', factsVersion: 1, outcome, readings: [], trail: [], at: now, tookMs: 1 }]);
        break;
      }
      case 'poll':
        ask(step.limit);
        if (!step.isLate) take(pages.at(-1)!);
        break;
      case 'arrive':
        if (pages.length > 0) take(pages[step.which % pages.length]!);
        break;
      case 'go back':
        cursor = Math.max(0, cursor - step.rows);
        break;
      case 'restart':
        store.close();
        store = opened(openFleetStore({ file: join(folder, 'collector.db'), now: 0 }));
        break;
    }
  }
  const catchUp = (after: number): void => {
    cursor = after;
    for (let hasMore = true; hasMore; ) {
      hasMore = ask(3);
      take(pages.at(-1)!);
    }
  };
  try {
    check({ agent, store, stream, catchUp, cursor });
  } finally {
    agent.close();
    store.close();
  }
}

function opened<S>(answer: { readonly kind: 'opened'; readonly store: S } | { readonly kind: 'locked' | 'newer' | 'failed' }): S {
  if (answer.kind !== 'opened') throw new Error(answer.kind);
  return answer.store;
}

const rowsOf = (store: FleetStore, stream: number) =>
  checks.flatMap((check) => store.observations.history(stream, check, { limit: 1_000 }));
const counts = (store: FleetStore, stream: number) => new Map(rowsOf(store, stream).map(({ seq, count }) => [seq, count]));
const bySeq = <R extends Pick<Moved, 'seq'>>(rows: readonly R[]): readonly R[] => rows.toSorted((a, b) => a.seq - b.seq);

function expectSame({ agent, store, stream }: Played): void {
  const truth = checks.flatMap((check) => agent.observations.history(check, { limit: 1_000 }));
  const known = rowsOf(store, stream);
  expect(bySeq(known).map((row) => ({ ...row, tookMs: 1, trail: [] }))).toEqual(bySeq(truth).map((row) => ({ ...row, readings: [] })));
  for (const check of checks) {
    const [mine, its] = [store.observations.sight(stream, check), agent.observations.sight(check)];
    expect([mine?.current.seq, mine?.lastObserved?.seq]).toEqual([its?.current.seq, its?.lastObserved?.seq]);
  }
}

function everyTime(steps: fc.Arbitrary<Step>, check: (played: Played) => void): void {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 50 }), (played) => {
      const folder = mkdtempSync(join(tmpdir(), 'fleet-pages-'));
      try {
        play(folder, played, check);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 50 },
  );
}

test('pages in order, with any of them again at any time, yield every row once with its final end and count', () => {
  const inOrder = fc.oneof({ weight: 5, arbitrary: look }, { weight: 3, arbitrary: poll(fc.constant(false)) }, arrive, goBack, restart);
  everyTime(inOrder, (played) => {
    played.catchUp(played.cursor);
    expectSame(played);
  });
});

test('pages in any order lose no row and take nothing back, and one pass more yields the final ends and counts', () => {
  const anyOrder = fc.oneof(
    { weight: 5, arbitrary: look },
    { weight: 3, arbitrary: poll(fc.boolean()) },
    { weight: 3, arbitrary: arrive },
    goBack,
    restart,
  );
  everyTime(anyOrder, (played) => {
    played.catchUp(0);
    expectSame(played);
  });
});
