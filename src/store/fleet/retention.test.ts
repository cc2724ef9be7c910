import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fleetFile, fleetStart, keptNode, newStream, openFleet, row, takeRows, unseenRow } from '../../../test/support/fleet-store.ts';
import { findingOf, standingOf, waiverOf } from '../../../test/support/receipt.ts';
import { openSqlite } from '../../../test/support/sqlite.ts';
import type { FindingEvent, StandingFinding } from '../../contract/standing.ts';
import type { FleetLimits, FleetStore } from './store.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const ample: FleetLimits = { keepMs: 1_000 * day, bytesMax: 1e12, receiptsKeepMs: 1e12 };

function maintain(store: FleetStore, now: number, limits: FleetLimits): number {
  let steps = 0;
  while (store.maintain(now, limits)) if (++steps > 20_000) throw new Error('retention does not end');
  return steps;
}

const daily = (n: number, more: Parameters<typeof row>[1] = {}) =>
  row(n, { firstAt: fleetStart + n * day, lastAt: fleetStart + n * day, ...more });

const seqs = (store: FleetStore, stream: number, check = 'dns') =>
  store.observations.history(stream, check, { limit: 5_000 }).map(({ seq }) => seq);

const trail = [{ afterMs: 0, tookMs: 1, asked: 'a', answered: 'b' }];

/** Of the file as a whole, read by another hand. */
function ask(file: string, sql: string): readonly unknown[] {
  const db = openSqlite(file, true);
  try {
    return db
      .prepare<[], object>(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

test('rows that ended too long ago go, of every node, and those of others stay', () => {
  const store = openFleet();
  const streams = [newStream(store), newStream(store), newStream(store)];
  for (const stream of streams) takeRows(store, stream, ...Array.from({ length: 10 }, (_, n) => daily(n + 1)));
  maintain(store, fleetStart + 10 * day, { ...ample, keepMs: 4.5 * day });
  for (const stream of streams) expect(seqs(store, stream)).toEqual([10, 9, 8, 7, 6]);
  expect(maintain(store, fleetStart + 10 * day, { ...ample, keepMs: 4.5 * day })).toBe(0);
});

test('a row goes by when it ended, not by when it began', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, daily(1, { lastAt: fleetStart + 8 * day }), daily(9), daily(10));
  maintain(store, fleetStart + 10 * day, { ...ample, keepMs: 4 * day });
  expect(seqs(store, stream)).toEqual([10, 9, 1]);
  maintain(store, fleetStart + 13 * day, { ...ample, keepMs: 4 * day });
  expect(seqs(store, stream)).toEqual([10, 9]);
});

test('the newest row of a check and the newest that was seen stay whatever their age', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, daily(1), daily(2), unseenRow(3), unseenRow(4), row(5, { check: 'certs' }));
  maintain(store, fleetStart + 5_000 * day, { ...ample, keepMs: day });
  expect(store.observations.sight(stream, 'dns')).toMatchObject({ current: { seq: 4 }, lastObserved: { seq: 2 } });
  expect([seqs(store, stream), seqs(store, stream, 'certs')]).toEqual([[4, 2], [5]]);
});

test('a row that another one follows at last may go, however long it stood', () => {
  const store = openFleet();
  const stream = newStream(store);
  const limits = { ...ample, keepMs: 5 * day };
  takeRows(store, stream, daily(1), unseenRow(2, { firstAt: fleetStart + 2 * day, lastAt: fleetStart + 90 * day }));
  maintain(store, fleetStart + 90 * day, limits);
  expect(seqs(store, stream)).toEqual([2, 1]);
  takeRows(store, stream, daily(3, { firstAt: fleetStart + 91 * day, lastAt: fleetStart + 91 * day }));
  maintain(store, fleetStart + 91 * day, limits);
  expect(seqs(store, stream)).toEqual([3, 2]);
});

test('a failure that another one follows may go, while the last good row stays', () => {
  const store = openFleet();
  const stream = newStream(store);
  const at = (n: number) => ({ firstAt: fleetStart + n * day, lastAt: fleetStart + n * day });
  takeRows(store, stream, row(1), unseenRow(2, at(2)));
  maintain(store, fleetStart + 90 * day, { ...ample, keepMs: 5 * day });
  takeRows(store, stream, unseenRow(3, { ...at(91), outcome: { kind: 'unseen', reason: 'denied', detail: 'no' } }));
  maintain(store, fleetStart + 91 * day, { ...ample, keepMs: 5 * day });
  expect(seqs(store, stream)).toEqual([3, 1]);
});

test('rows that come late and are too old already go with the next step', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, daily(30));
  maintain(store, fleetStart + 30 * day, { ...ample, keepMs: 9.5 * day });
  takeRows(store, stream, ...Array.from({ length: 29 }, (_, n) => daily(n + 1)));
  maintain(store, fleetStart + 30 * day, { ...ample, keepMs: 9.5 * day });
  expect(seqs(store, stream)).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
});

test('rows of a node whose clock was ahead do not hide older ones behind them', () => {
  const store = openFleet();
  const stream = newStream(store);
  const ahead = Array.from({ length: 100 }, (_, n) => daily(n + 1, { firstAt: fleetStart + 900 * day, lastAt: fleetStart + 900 * day }));
  takeRows(store, stream, ...ahead, daily(101, { firstAt: fleetStart + day, lastAt: fleetStart + day }), daily(102));
  maintain(store, fleetStart + 100 * day, { ...ample, keepMs: 9.5 * day });
  expect(seqs(store, stream).slice(0, 2)).toEqual([102, 100]);
});

test('trails of looks that went well go after a week, those of failures stay with their rows', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1, { trail }), unseenRow(2, { trail }), row(3, { trail }));
  const trails = () => store.observations.history(stream, 'dns', { limit: 10 }).map((one) => one.trail.length);
  maintain(store, fleetStart + 6.9 * day, ample);
  expect(trails()).toEqual([1, 1, 1]);
  maintain(store, fleetStart + 20 * day, ample);
  expect(trails()).toEqual([0, 1, 0]);
});

test('an outcome goes with the last row in the fleet that says it', () => {
  const file = fleetFile();
  const store = openFleet(file);
  const [one, other] = [newStream(store), newStream(store)];
  const says = (value: string) => ({ outcome: { kind: 'observed', facts: { value } } as const });
  takeRows(store, one, daily(1, says('both')), daily(2, says('one')), daily(9, says('now')));
  takeRows(store, other, daily(1, says('other')), daily(8, says('both')), daily(9, says('now')));
  maintain(store, fleetStart + 9 * day, { ...ample, keepMs: 5 * day });
  expect(seqs(store, one)).toEqual([9]);
  expect(store.observations.history(other, 'dns', { limit: 9 }).map(({ outcome }) => outcome)).toEqual([
    { kind: 'observed', facts: { value: 'now' } },
    { kind: 'observed', facts: { value: 'both' } },
  ]);
  expect(ask(file, 'SELECT refs FROM bodies ORDER BY refs')).toEqual([1, 2]);
});

test('an outcome that is gone is never taken for one that came after it', () => {
  const store = openFleet();
  const tellBoth = (facts: string) => {
    const streams = [newStream(store, `https://a-${facts}`), newStream(store, `https://b-${facts}`)];
    for (const stream of streams) takeRows(store, stream, row(1, { outcome: { kind: 'observed', facts } }));
    return store.observations.sight(streams[0]!, 'dns')?.current.outcome;
  };
  expect(tellBoth('before')).toEqual({ kind: 'observed', facts: 'before' });
  for (const target of ['https://a-before', 'https://b-before']) store.nodes.forget(target);
  maintain(store, fleetStart + 90 * day, { ...ample, keepMs: day });
  expect(tellBoth('after')).toEqual({ kind: 'observed', facts: 'after' });
});

test('what a node told before it was reinstalled goes by age, its newest rows too, and then the stream itself', () => {
  const file = fleetFile();
  const store = openFleet(file);
  const target = 'https://app1.example.com:7807';
  const before = newStream(store, target);
  takeRows(store, before, daily(1), daily(2), unseenRow(3, { trail }));
  const after = newStream(store, target);
  takeRows(store, after, daily(4));
  maintain(store, fleetStart + 4 * day, { ...ample, keepMs: 5 * day });
  expect(seqs(store, before)).toEqual([3, 2, 1]);
  maintain(store, fleetStart + 60 * day, { ...ample, keepMs: 5 * day });
  expect([seqs(store, before), seqs(store, after)]).toEqual([[], [4]]);
  expect(store.observations.sight(before, 'dns')).toBeNull();
  expect(() => takeRows(store, before, daily(5))).toThrow('not in this history');
  expect(ask(file, `SELECT count(*) FROM heads WHERE stream = ${before} UNION ALL SELECT count(*) FROM trails`)).toEqual([0, 0]);
});

test('rows of a target that was forgotten stay until they are too old', () => {
  const store = openFleet();
  const stream = newStream(store, 'https://gone');
  takeRows(store, stream, daily(1), daily(2));
  store.nodes.forget('https://gone');
  maintain(store, fleetStart + 3 * day, { ...ample, keepMs: 5 * day });
  expect(store.observations.sight(stream, 'dns')?.current.seq).toBe(2);
  maintain(store, fleetStart + 8 * day, { ...ample, keepMs: 5 * day });
  expect(seqs(store, stream)).toEqual([]);
});

test('a target that goes back to a stream of its own keeps its newest rows again', () => {
  const store = openFleet();
  const [one, other] = [newStream(store, 'https://turns'), newStream(store, 'https://turns')];
  takeRows(store, one, daily(1), daily(2));
  store.nodes.keep(keptNode({ target: 'https://turns', stream: one }));
  maintain(store, fleetStart + 60 * day, { ...ample, keepMs: day });
  expect([seqs(store, one), seqs(store, other)]).toEqual([[2], []]);
});

test('what stands stays whatever its age: open findings, waivers, what waits to be told, the newest verdict', () => {
  const store = openFleet();
  const at = fleetStart;
  const findings: readonly StandingFinding[] = [
    standingOf({ id: 'open' }),
    standingOf({ id: 'pending', state: 'pending', openedAt: null }),
    standingOf({ id: 'resolved', state: 'resolved', resolvedAt: at }),
    // Back again: it still says when it was resolved before.
    standingOf({ id: 'back', state: 'open', resolvedAt: at }),
  ];
  store.findings.save('billing', 'app1', findings);
  for (const id of ['stands', 'ended']) store.waivers.add(waiverOf({ id }));
  store.waivers.end('ended', at, 'expired');
  for (const key of ['waits', 'told', 'given up'])
    store.deliveries.add({ channel: 'ops', key, group: 'billing', createdAt: at, body: {}, nextAt: at });
  const ids = store.deliveries.waiting('ops', 9).map(({ id }) => id);
  store.deliveries.delivered([ids[1]!], at);
  store.deliveries.givenUp([ids[2]!], at, 'gone');
  for (const [n, verdict] of (['ready', 'unknown', 'ready'] as const).entries())
    store.verdicts.confirm({ group: 'billing', pair: null }, verdict, at + n * minute, day);
  maintain(store, at + 300 * day, { ...ample, keepMs: day });
  expect(store.findings.ofPair('billing', 'app1', 0).map(({ id }) => id)).toEqual(['back', 'open', 'pending']);
  expect(store.waivers.all({ limit: 9 }).map(({ id }) => id)).toEqual(['stands']);
  expect(store.verdicts.spans({ group: 'billing', pair: null }, 0, at * 2)).toMatchObject([
    { from: at + 2 * minute, until: at + 2 * minute },
  ]);
  expect(store.deliveries.waiting('ops', 9).map(({ key }) => key)).toEqual(['waits']);
  // What a channel was told last is asked for when it ends.
  expect(store.deliveries.latest('ops', 'told')?.key).toBe('told');
  maintain(store, at + 500 * day, { ...ample, keepMs: day });
  expect([store.deliveries.latest('ops', 'told'), store.deliveries.latest('ops', 'waits')?.key]).toEqual([null, 'waits']);
  expect(store.deliveries.counts()).toEqual([{ channel: 'ops', waiting: 1, delivered: 1, givenUp: 1 }]);
});

const eventOf = (at: number): FindingEvent => ({
  kind: 'opened',
  at,
  group: 'billing',
  pair: 'app1',
  finding: { ...standingOf(), ...findingOf() },
  detail: '',
});

test('events of findings and nodes go by age', () => {
  const store = openFleet();
  store.together(() => {
    for (let n = 0; n < 250; n++) {
      store.findings.record([eventOf(fleetStart + n * day)]);
      store.nodes.note({ at: fleetStart + n * day, target: 'https://a', kind: 'silent', detail: '' });
    }
  });
  maintain(store, fleetStart + 250 * day, { ...ample, keepMs: 10.5 * day });
  expect(store.findings.events({ limit: 999 }).map(({ at }) => (at - fleetStart) / day)).toEqual([240, 241, 242, 243, 244, 245, 246, 247, 248, 249]); // biome-ignore format: one line
  expect(store.nodes.events({ limit: 999 })).toHaveLength(10);
});

/** Text that does not pack. */
const noise = (n: number): string => Array.from({ length: 200 }, (_, k) => Math.sin(n * 401 + k)).join();

function checkpoint(file: string): void {
  const db = openSqlite(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

test('a history over its size shrinks below it, oldest rows of all nodes first, and gives the pages back', () => {
  const file = fleetFile();
  const store = openFleet(file);
  const streams = [newStream(store), newStream(store), newStream(store)];
  store.together(() => {
    for (let n = 1; n <= 200; n++)
      for (const stream of streams) takeRows(store, stream, daily(n, { outcome: { kind: 'observed', facts: noise(n * 3 + stream) } }));
  });
  checkpoint(file);
  const before = statSync(file).size;
  const bytesMax = Math.round(before / 2);
  maintain(store, fleetStart + 201 * day, { ...ample, bytesMax });
  const kept = streams.map((stream) => seqs(store, stream));
  for (const rows of kept) {
    expect(rows[0]).toBe(200);
    expect(rows.length).toBeGreaterThan(70);
    expect(rows.length).toBeLessThan(110);
  }
  // None is cut deeper than another by more than a step's streams.
  const lengths = kept.map((rows) => rows.length);
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(5);
  checkpoint(file);
  expect(statSync(file).size).toBeLessThan(bytesMax + 64 * 4_096);
});

test('size takes trails of good looks before any row, and the trails of failures with their rows', () => {
  const file = fleetFile();
  const store = openFleet(file);
  const stream = newStream(store);
  const long = (n: number) => ({ trail: [{ afterMs: 0, tookMs: 1, asked: 'a', answered: noise(n) }] });
  takeRows(store, stream, ...Array.from({ length: 200 }, (_, n) => (n < 100 ? unseenRow(n + 1, long(n)) : row(n + 1, long(n)))));
  checkpoint(file);
  maintain(store, fleetStart + day, { ...ample, bytesMax: statSync(file).size - 80_000 });
  const rows = store.observations.history(stream, 'dns', { limit: 500 });
  expect(rows).toHaveLength(200);
  expect(rows.filter((one) => one.outcome.kind === 'unseen').every((one) => one.trail.length === 1)).toBe(true);
  expect(rows.filter((one) => one.outcome.kind === 'observed' && one.trail.length === 0).length).toBeGreaterThan(20);
});

test('what may not go stays though the history is over its size, and retention ends', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, ...Array.from({ length: 50 }, (_, n) => row(n + 1, { check: `check-${n}`, trail })));
  store.verdicts.confirm({ group: 'billing', pair: null }, 'ready', fleetStart, day);
  store.deliveries.add({ channel: 'ops', key: 'waits', group: 'billing', createdAt: 0, body: {}, nextAt: 0 });
  store.findings.save('billing', 'app1', [standingOf()]);
  maintain(store, fleetStart + day, { ...ample, bytesMax: 1 });
  expect(store.observations.count(stream).rows).toBe(50);
  expect(store.verdicts.latest({ group: 'billing', pair: null })).not.toBeNull();
  expect(store.deliveries.waiting('ops', 9)).toHaveLength(1);
  expect(store.findings.ofPair('billing', 'app1', 0)).toHaveLength(1);
});

test('retention of a busy week takes many short steps', () => {
  const store = openFleet();
  const streams = [newStream(store), newStream(store)];
  for (const stream of streams)
    store.together(() => {
      for (let n = 0; n < 40; n++) takeRows(store, stream, ...Array.from({ length: 50 }, (_, k) => row(n * 50 + k + 1)));
    });
  expect(maintain(store, fleetStart + 30 * day, { ...ample, keepMs: day })).toBeGreaterThan((2 * 40 * 50) / 50);
  expect(streams.map((stream) => seqs(store, stream))).toEqual([[2_000], [2_000]]);
});
