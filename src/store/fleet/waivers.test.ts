import { expect, test } from 'vitest';
import { openFleet, reopened } from '../../../test/support/fleet-store.ts';
import { waiverOf } from '../../../test/support/receipt.ts';

test('a waiver stands until it ends, once and for one reason', () => {
  const store = openFleet();
  const waiver = waiverOf();
  store.waivers.add(waiver);
  expect([store.waivers.get('w1'), store.waivers.get('w2')]).toEqual([waiver, null]);
  expect(store.waivers.standing()).toEqual([waiver]);
  store.waivers.end('w1', 7, 'evidence-changed');
  store.waivers.end('w1', 9, 'expired');
  const ended = { ...waiver, endedAt: 7, endedBecause: 'evidence-changed' };
  const after = reopened(store);
  expect([after.waivers.standing(), after.waivers.get('w1')]).toEqual([[], ended]);
  expect(after.waivers.all({ limit: 9 })).toEqual([ended]);
});

test('waivers are asked for by group and pair, all of them newest first', () => {
  const store = openFleet();
  for (const [id, group, pair] of [
    ['1', 'billing', 'app1'],
    ['2', 'billing', 'app2'],
    ['3', 'shop', 'app1'],
  ] as const)
    store.waivers.add(waiverOf({ id, group, pair }));
  const standing = (filter: { group?: string; pair?: string }) => store.waivers.standing(filter).map(({ id }) => id);
  expect([standing({}), standing({ group: 'billing' }), standing({ group: 'billing', pair: 'app2' }), standing({ pair: 'app1' })]).toEqual([
    ['1', '2', '3'],
    ['1', '2'],
    ['2'],
    ['1', '3'],
  ]);
  store.waivers.end('2', 1, 'withdrawn');
  expect(standing({ group: 'billing', pair: 'app2' })).toEqual([]);
  const all = (filter: { group?: string; pair?: string; limit: number }) => store.waivers.all(filter).map(({ id }) => id);
  expect([all({ limit: 2 }), all({ group: 'billing', limit: 9 }), all({ pair: 'app1', limit: 9 })]).toEqual([
    ['3', '2'],
    ['2', '1'],
    ['3', '1'],
  ]);
});

test('a waiver is added once', () => {
  const store = openFleet();
  store.waivers.add(waiverOf());
  expect(() => store.waivers.add(waiverOf())).toThrow(/UNIQUE/);
});
