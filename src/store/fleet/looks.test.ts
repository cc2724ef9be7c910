// When looks saw and when not: what a report is worked out from, without what they saw.
import { expect, test } from 'vitest';
import { fleetStart, movedTo, newStream, openFleet, row, takeRows, unseenRow } from '../../../test/support/fleet-store.ts';

const at = (minutes: number): number => fleetStart + minutes * 60_000;

const brief = (rows: readonly { readonly seq: number; readonly isSeen: boolean }[]) => rows.map(({ seq, isSeen }) => [seq, isSeen]);

test('those that touch the time, and of each check the last that ended before it', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1), row(2), row(3, { check: 'certs', probe: 'certs' }), unseenRow(5), row(7), row(9));
  const page = { from: at(4), to: at(8), after: 0, limit: 10 };
  expect(brief(store.observations.looks(stream, page))).toEqual([
    [2, true],
    [3, true],
    [5, false],
    [7, true],
  ]);
  expect(store.observations.looks(stream, page)[1]).toEqual({
    seq: 3,
    check: 'certs',
    probe: 'certs',
    isSeen: true,
    firstAt: at(3),
    lastAt: at(3),
  });
});

test('a row that goes on into the time touches it, however long ago it began', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, row(1));
  store.observations.take({ stream, observations: [], moved: [movedTo(1, 60, 100)] });
  const [only] = store.observations.looks(stream, { from: at(50), to: at(70), after: 0, limit: 10 });
  expect(only).toMatchObject({ seq: 1, firstAt: at(1), lastAt: at(60) });
});

test('pages follow each other, and tell none twice', () => {
  const store = openFleet();
  const stream = newStream(store);
  takeRows(store, stream, ...Array.from({ length: 7 }, (_, index) => row(index + 1)));
  const seqs: number[] = [];
  for (let after = 0; ; ) {
    const page = store.observations.looks(stream, { from: at(3), to: at(6), after, limit: 2 });
    seqs.push(...page.map(({ seq }) => seq));
    if (page.length < 2) break;
    after = page.at(-1)!.seq;
  }
  expect(seqs).toEqual([2, 3, 4, 5, 6]);
});
