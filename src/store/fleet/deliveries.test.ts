import { expect, test } from 'vitest';
import { openFleet, reopened } from '../../../test/support/fleet-store.ts';
import type { FleetStore } from './store.ts';

const addDelivery = (store: FleetStore, key: string, channel = 'ops') =>
  store.deliveries.add({ channel, key, group: 'billing', createdAt: 5, body: { key }, nextAt: 6 });
const waiting = (store: FleetStore, channel = 'ops') => store.deliveries.waiting(channel, 9);

test('the same is added to a channel once, while it waits and when it was told, and to each channel for itself', () => {
  const store = openFleet();
  expect([addDelivery(store, 'a'), addDelivery(store, 'a'), addDelivery(store, 'a', 'pager')]).toEqual([true, false, true]);
  store.deliveries.delivered(waiting(store).map(({ id }) => id), 9); // biome-ignore format: one line
  expect(addDelivery(store, 'a')).toBe(false);
  expect([waiting(store), waiting(store, 'pager').length, waiting(store, 'unheard of')]).toEqual([[], 1, []]);
});

test('what is to be told waits in order, over a restart, until it was told or given up', () => {
  const store = openFleet();
  for (const key of ['a', 'b', 'c']) addDelivery(store, key);
  const [a, b] = waiting(store);
  expect(a).toEqual({
    id: a!.id,
    channel: 'ops',
    key: 'a',
    group: 'billing',
    createdAt: 5,
    body: { key: 'a' },
    attempts: 0,
    nextAt: 6,
    lastError: null,
  });
  store.deliveries.failed([a!.id, b!.id], 100, 'refused');
  expect(waiting(store)[0]).toMatchObject({ key: 'a', attempts: 1, nextAt: 100, lastError: 'refused' });
  store.deliveries.delivered([a!.id], 101);
  store.deliveries.givenUp([b!.id], 102, 'refused for a day');
  const after = reopened(store);
  expect(waiting(after).map(({ key }) => key)).toEqual(['c']);
  expect(after.deliveries.waiting('ops', 0)).toEqual([]);
  expect(addDelivery(after, 'b')).toBe(false);
});

test('a delivery ends once: what comes late changes nothing and is not counted', () => {
  const store = openFleet();
  for (const key of ['a', 'b']) addDelivery(store, key);
  const ids = waiting(store).map(({ id }) => id);
  store.deliveries.delivered(ids.slice(0, 1), 1);
  store.deliveries.givenUp(ids.slice(0, 1), 2, 'late');
  store.deliveries.delivered(ids.slice(0, 1), 3);
  store.deliveries.failed(ids.slice(0, 1), 9, 'late');
  expect(store.deliveries.counts()).toEqual([{ channel: 'ops', waiting: 1, delivered: 1, givenUp: 0 }]);
  expect(store.deliveries.latest('ops', 'a')?.lastError).toBeNull();
  store.deliveries.givenUp(ids, 4, 'gone');
  expect(store.deliveries.counts()).toEqual([{ channel: 'ops', waiting: 0, delivered: 1, givenUp: 1 }]);
});

test('the newest that was told or waits is found by how its key begins', () => {
  const store = openFleet();
  // Sorted by key the oldest comes last.
  for (const key of ['finding 1,z', 'finding 1,m', 'finding 1,a', 'finding 10,x', 'finding 2', 'finding 1,€ and 😀'])
    addDelivery(store, key);
  const latest = (prefix: string, channel = 'ops') => store.deliveries.latest(channel, prefix)?.key;
  expect([latest('finding 1,'), latest('finding 10,'), latest('finding 3'), latest('finding 1,', 'pager')]).toEqual([
    'finding 1,€ and 😀',
    'finding 10,x',
    undefined,
    undefined,
  ]);
  const ids = waiting(store).map(({ id }) => id);
  store.deliveries.delivered(ids.slice(0, 3), 9);
  store.deliveries.givenUp(ids.slice(5), 9, 'gone');
  expect(latest('finding 1,')).toBe('finding 1,a');
});
