import { expect, test } from 'vitest';
import { fleetFile, fleetStart, movedTo, newStream, openFleet, row, takeRows, unseenRow } from '../../../test/support/fleet-store.ts';
import { openSqlite } from '../../../test/support/sqlite.ts';
import { Contradiction } from './contradiction.ts';
import type { FleetStore } from './store.ts';

const minute = 60_000;
const past = (store: FleetStore, stream: number) => store.observations.history(stream, 'dns', { limit: 100 });

test('a row comes back as it was told, but for its readings, which stand with the node', () => {
  const store = openFleet();
  const stream = newStream(store);
  const told = row(1, {
    count: 4,
    lastAt: fleetStart + 5 * minute,
    tookMs: 12.3,
    readings: [{ name: 'lagMs', subject: 'a', value: 1 }],
    trail: [{ afterMs: 0, tookMs: 0.4, asked: 'read /etc/resolv.conf', answered: 'nameserver 10.0.0.2' }],
  });
  takeRows(store, stream, told);
  expect(past(store, stream)).toEqual([{ ...told, readings: [] }]);
  expect(store.observations.sight(stream, 'dns')).toEqual({ current: { ...told, readings: [], trail: [] }, lastObserved: null });
});

test('a page that comes twice changes nothing', () => {
  const store = openFleet();
  const stream = newStream(store);
  const page = {
    stream,
    observations: [row(1), unseenRow(2, { trail: [{ afterMs: 0, tookMs: 1, asked: 'a', answered: 'b' }] })],
    moved: [movedTo(1, 7, 9)],
  };
  store.observations.take(page);
  const before = past(store, stream);
  store.observations.take(page);
  expect(past(store, stream)).toEqual(before);
  expect(store.observations.count(stream)).toEqual({ rows: 2, newestSeq: 2 });
});

test('a row moves forward only, by whatever tells where it stands', () => {
  const store = openFleet();
  const stream = newStream(store);
  const standing = () => past(store, stream).map(({ lastAt, count }) => [(lastAt - fleetStart) / minute, count])[0];
  takeRows(store, stream, row(1));
  store.observations.take({ stream, observations: [], moved: [movedTo(1, 9, 5)] });
  expect(standing()).toEqual([9, 5]);
  store.observations.take({ stream, observations: [], moved: [movedTo(1, 6, 3)] });
  expect(standing()).toEqual([9, 5]);
  // One of the two may be further on: a clock that stepped back a little.
  store.observations.take({ stream, observations: [], moved: [movedTo(1, 8, 6)] });
  expect(standing()).toEqual([9, 6]);
  takeRows(store, stream, row(1, { lastAt: fleetStart + 20 * minute, count: 16 }));
  expect(standing()).toEqual([20, 16]);
  takeRows(store, stream, row(1));
  expect(standing()).toEqual([20, 16]);
});

test('a row that comes again further on brings what its newest look took, and its trail', () => {
  const store = openFleet();
  const stream = newStream(store);
  const trail = (answered: string) => [{ afterMs: 0, tookMs: 1, asked: 'a', answered }];
  takeRows(store, stream, row(1, { trail: trail('first') }));
  takeRows(store, stream, row(1, { trail: trail('the same look'), tookMs: 77 }));
  expect(past(store, stream)[0]).toMatchObject({ trail: trail('first'), tookMs: 1.5 });
  takeRows(store, stream, row(1, { trail: trail('later'), tookMs: 2.5, count: 2 }));
  expect(past(store, stream)[0]).toMatchObject({ trail: trail('later'), tookMs: 2.5 });
});

test('where a row stands that is not here yet is passed over', () => {
  const store = openFleet();
  const stream = newStream(store);
  store.observations.take({ stream, observations: [], moved: [movedTo(4, 9, 5)] });
  expect(store.observations.count(stream)).toEqual({ rows: 0, newestSeq: 0 });
});

test.each([
  ['check', row(2, { check: 'certs' })],
  ['probe', row(2, { probe: 'certs' })],
  ['probe', row(2, { factsVersion: 2 })],
  ['first look', row(2, { firstAt: fleetStart })],
  ['outcome', row(2, { outcome: { kind: 'observed', facts: { seq: 'another' } } })],
  ['outcome', unseenRow(2)],
] as const)('a known number with another %s is a contradiction, and nothing of its page is taken', (part, other) => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1), row(2));
  const before = past(store, stream);
  const page = { stream, observations: [row(3), other], moved: [movedTo(1, 90, 90)] };
  expect(() => store.observations.take(page)).toThrow(Contradiction);
  expect(() => store.observations.take(page)).toThrow(`row 2 of stream ${stream} came again with another ${part} than it had`);
  expect(past(store, stream)).toEqual(before);
});

test('a known row that moves under the name of another check is a contradiction', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1));
  expect(() => store.observations.take({ stream, observations: [], moved: [movedTo(1, 9, 5, 'certs')] })).toThrow(Contradiction);
});

test('a page that contradicts leaves no trace though the transaction around it goes on', () => {
  const store = openFleet();
  const [good, bad] = [newStream(store), newStream(store)];
  takeRows(store, bad, row(1));
  store.together(() => {
    // A name and a body that only the bad page brings, and that the good one brings afterwards.
    const fresh = row(7, { check: 'fresh', outcome: { kind: 'observed', facts: 'fresh' } });
    expect(() => takeRows(store, bad, fresh, row(1, { firstAt: 0 }))).toThrow(Contradiction);
    takeRows(store, good, { ...row(1), check: 'other', outcome: { kind: 'observed', facts: 'other' } }, fresh);
  });
  expect(store.observations.count(bad)).toEqual({ rows: 1, newestSeq: 1 });
  expect(store.observations.sight(good, 'fresh')?.current.outcome).toEqual({ kind: 'observed', facts: 'fresh' });
  expect(store.observations.sight(good, 'other')?.current.outcome).toEqual({ kind: 'observed', facts: 'other' });
});

test('rows for a stream that is not here are refused, and say what to do', () => {
  const store = openFleet();
  expect(() => takeRows(store, 12, row(1))).toThrow(/stream 12, which is not in this history/);
});

test('equal facts of many nodes are stored once, in whatever order their members come', () => {
  const file = fleetFile();
  const store = openFleet(file);
  for (let n = 0; n < 20; n++) {
    const facts = n % 2 === 0 ? { a: 1, b: 'two' } : { b: 'two', a: 1 };
    takeRows(store, newStream(store), row(1, { outcome: { kind: 'observed', facts } }));
  }
  expect(bodies(file)).toEqual([{ refs: 20 }]);
});

const bodies = (file: string): unknown => {
  const db = openSqlite(file, true);
  try {
    return db.prepare('SELECT refs FROM bodies').all();
  } finally {
    db.close();
  }
};

test('a sight is the newest row, and behind an unseen one the last that was observed', () => {
  const store = openFleet();
  const stream = newStream(store);
  expect(store.observations.sight(stream, 'dns')).toBeNull();
  takeRows(store, stream, row(1), row(2), unseenRow(3), unseenRow(4));
  expect(store.observations.sight(stream, 'dns')).toMatchObject({ current: { seq: 4 }, lastObserved: { seq: 2 } });
  takeRows(store, stream, row(5));
  expect(store.observations.sight(stream, 'dns')).toMatchObject({ current: { seq: 5 }, lastObserved: null });
});

test('facts from before it was absent do not stand behind an unseen look', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1), row(2, { outcome: { kind: 'absent', detail: 'not installed' } }), unseenRow(3));
  expect(store.observations.sight(stream, 'dns')).toMatchObject({ current: { seq: 3 }, lastObserved: null });
});

test('a late page of older rows does not become the newest look', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, unseenRow(5));
  takeRows(store, stream, row(1), row(2), unseenRow(3));
  expect(store.observations.sight(stream, 'dns')).toMatchObject({ current: { seq: 5 }, lastObserved: { seq: 2 } });
  const other = newStream(store);
  takeRows(store, other, row(2), unseenRow(3));
  takeRows(store, other, row(1));
  expect(store.observations.sight(other, 'dns')).toMatchObject({ current: { seq: 3 }, lastObserved: { seq: 2 } });
});

test('an outcome of a transaction that failed is never taken for the one that has its number now', () => {
  const store = openFleet();
  const streams = [newStream(store), newStream(store)];
  const says = (facts: string) => streams.map((stream) => takeRows(store, stream, row(1, { outcome: { kind: 'observed', facts } })));
  const seen = () => store.observations.sight(streams[0]!, 'dns')?.current.outcome;
  expect(() =>
    store.together(() => {
      says('undone');
      expect(seen()).toEqual({ kind: 'observed', facts: 'undone' });
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  says('done');
  expect(seen()).toEqual({ kind: 'observed', facts: 'done' });
});

test('one node never sees another’s rows, whatever their numbers', () => {
  const store = openFleet();
  const [one, other] = [newStream(store), newStream(store)];
  takeRows(store, one, row(1, { outcome: { kind: 'observed', facts: 'one' } }));
  takeRows(store, other, row(1, { outcome: { kind: 'observed', facts: 'other' } }), row(2, { check: 'certs' }));
  expect(store.observations.sight(one, 'dns')?.current.outcome).toEqual({ kind: 'observed', facts: 'one' });
  expect(store.observations.sight(one, 'certs')).toBeNull();
  expect(past(store, one)).toHaveLength(1);
});

test('the past of a check comes newest first, page by page', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, ...Array.from({ length: 9 }, (_, n) => row(n + 1, { check: n % 3 === 0 ? 'certs' : 'dns' })));
  const seqs = (options: { readonly before?: number; readonly limit: number }) =>
    store.observations.history(stream, 'dns', options).map(({ seq }) => seq);
  expect(seqs({ limit: 4 })).toEqual([9, 8, 6, 5]);
  expect(seqs({ before: 5, limit: 4 })).toEqual([3, 2]);
  expect(store.observations.history(stream, 'never', { limit: 4 })).toEqual([]);
});

test('the first look of a row is known by its number', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(3));
  expect([store.observations.firstAt(stream, 3), store.observations.firstAt(stream, 4)]).toEqual([fleetStart + 3 * minute, null]);
});
