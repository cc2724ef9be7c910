import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fleetStart, newStream, openFleet, row, takeRows, unseenRow } from '../../../test/support/fleet-store.ts';
import type { Observation } from '../../contract/observation.ts';
import type { FleetStore } from './store.ts';

const minute = 60_000;

/** Times are minutes from the start. */
const at = (seq: number, from: number, until: number, more: Partial<Observation> = {}): Observation =>
  row(seq, { firstAt: fleetStart + from * minute, lastAt: fleetStart + until * minute, ...more });

const standing = (store: FleetStore, stream: number, minutes: number) =>
  store.observations.standing(stream, fleetStart + minutes * minute).map(({ check, kind, lastAt, isNewest }) => ({
    check,
    kind,
    lastAt: (lastAt - fleetStart) / minute,
    isNewest,
  }));

test('of each check the row stands that was begun last by then, also when its looks went on after that', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(
    store,
    stream,
    at(1, 0, 9),
    at(2, 1, 30, { check: 'certs', probe: 'certs' }),
    unseenRow(3, { firstAt: fleetStart + 10 * minute, lastAt: fleetStart + 12 * minute }),
    at(4, 13, 40),
  );
  expect(standing(store, stream, 9.5)).toEqual([
    { check: 'dns', kind: 'observed', lastAt: 9, isNewest: false },
    { check: 'certs', kind: 'observed', lastAt: 30, isNewest: true },
  ]);
  expect(standing(store, stream, 11)[0]).toEqual({ check: 'dns', kind: 'unseen', lastAt: 12, isNewest: false });
  expect(standing(store, stream, 99)[0]).toEqual({ check: 'dns', kind: 'observed', lastAt: 40, isNewest: true });
});

test('before its first look a check has no row, and an unknown history has none at all', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, at(1, 5, 9), at(2, 7, 9, { check: 'certs' }));
  expect(standing(store, stream, 4)).toEqual([]);
  expect(standing(store, stream, 6)).toMatchObject([{ check: 'dns' }]);
  expect(standing(store, stream + 1, 6)).toEqual([]);
});

test('what was missed is written when an agent is back, and stands over the time that it tells of', () => {
  const store = openFleet();
  const stream = newStream(store);
  const missed = { outcome: { kind: 'unseen', reason: 'missed', detail: 'nobody looked' } } as const;
  takeRows(
    store,
    stream,
    at(1, 0, 10),
    at(2, 0, 10, { check: 'certs' }),
    at(3, 11, 60, missed),
    at(4, 11, 60, { check: 'certs', ...missed }),
    at(5, 60, 70),
  );
  expect(standing(store, stream, 30).map(({ kind }) => kind)).toEqual(['unseen', 'unseen']);
});

test('finds the same as a walk through all rows does, whatever is missing among them', () => {
  const rows = fc.array(
    fc.record({
      check: fc.constantFrom('dns', 'certs', 'kernel'),
      gap: fc.integer({ min: 1, max: 4 }),
      lasts: fc.integer({ min: 0, max: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  const store = openFleet();
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 200 }), (given, minutes) => {
      const stream = newStream(store);
      let [seq, from] = [0, 0];
      const all = given.map(({ check, gap, lasts }) => {
        seq += gap;
        from += gap;
        return at(seq, from, from + lasts, { check });
      });
      takeRows(store, stream, ...all);
      const expected = ['dns', 'certs', 'kernel'].flatMap(
        (check) => all.findLast((one) => one.check === check && one.firstAt <= fleetStart + minutes * minute)?.firstAt ?? [],
      );
      const found = store.observations.standing(stream, fleetStart + minutes * minute).map(({ firstAt }) => firstAt);
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 60 },
  );
});

test('each history is listed with its target and when it was begun, also one that was left', () => {
  const store = openFleet();
  const first = newStream(store, 'https://app1:7807');
  const second = newStream(store, 'https://app1:7807');
  expect(store.nodes.histories()).toEqual([
    { stream: first, target: 'https://app1:7807', begunAt: fleetStart },
    { stream: second, target: 'https://app1:7807', begunAt: fleetStart },
  ]);
});
