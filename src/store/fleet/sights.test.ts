import { expect, test } from 'vitest';
import { fleetStart, openFleet, reopened } from '../../../test/support/fleet-store.ts';

const app1 = { group: 'billing', pair: 'app1' };
const limits = { keepMs: 100, bytesMax: Number.MAX_SAFE_INTEGER, receiptsKeepMs: 100 };

test('what was kept last by a moment is what stood then, and before the first nothing is known', () => {
  const store = openFleet();
  store.sights.keep(app1, 10, 'all');
  store.sights.keep(app1, 20, 'nothing');
  store.sights.keep(app1, 30, 'all');
  expect([9, 10, 19, 20, 29, 30, 99].map((at) => store.sights.at(app1, at))).toEqual([
    null,
    'all',
    'all',
    'nothing',
    'nothing',
    'all',
    'all',
  ]);
  expect(store.sights.at({ group: 'crm', pair: 'app1' }, 99)).toBeNull();
});

test('what stands already is not written again, also by the next collector', () => {
  const store = openFleet();
  store.sights.keep(app1, fleetStart, 'all');
  const next = reopened(store);
  for (let n = 1; n <= 1_000; n++) next.sights.keep(app1, fleetStart + n, 'all');
  next.sights.keep(app1, fleetStart + 2_000, 'nothing');
  // Had it begun again at any of them, what ended before would be gone and the rest would stand.
  while (next.maintain(fleetStart + 2_000 + limits.keepMs, limits));
  expect(next.sights.at(app1, fleetStart)).toBe('all');
});

test('what ended too long ago goes, and what stands stays however old it is', () => {
  const store = openFleet();
  store.sights.keep(app1, fleetStart, 'all');
  store.sights.keep(app1, fleetStart + 10, 'nothing');
  while (store.maintain(fleetStart + 1_000, limits));
  expect([store.sights.at(app1, fleetStart + 5), store.sights.at(app1, fleetStart + 1_000)]).toEqual([null, 'nothing']);
});
