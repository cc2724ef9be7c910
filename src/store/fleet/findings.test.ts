import { expect, test } from 'vitest';
import { openFleet, reopened } from '../../../test/support/fleet-store.ts';
import { findingOf, receiptAt, standingOf } from '../../../test/support/receipt.ts';
import type { FindingEvent } from '../../contract/standing.ts';
import type { FleetStore } from './store.ts';

const minute = 60_000;

test('findings of a pair are those that stand, and those resolved after a time', () => {
  const store = openFleet();
  const [late, early] = [receiptAt, receiptAt - 60 * minute];
  store.findings.save('billing', 'app1', [
    standingOf({ id: 'open' }),
    standingOf({ id: 'late', state: 'resolved', resolvedAt: late }),
    standingOf({ id: 'early', state: 'resolved', resolvedAt: early }),
  ]);
  store.findings.save('billing', 'app2', [standingOf({ id: 'of another pair' })]);
  expect(idsOf(store, early)).toEqual(['late', 'open']);
  expect(idsOf(store, early - 1)).toEqual(['early', 'late', 'open']);
  expect(idsOf(store, late)).toEqual(['open']);
});

const idsOf = (store: FleetStore, after: number) => store.findings.ofPair('billing', 'app1', after).map(({ id }) => id);

test('saving changes what is named and leaves the rest as it was', () => {
  const store = openFleet();
  const [one, other] = [standingOf({ id: '1' }), standingOf({ id: '2' })];
  store.findings.save('billing', 'app1', [one, other]);
  const resolved = { ...one, state: 'resolved' as const, resolvedAt: receiptAt };
  store.findings.save('billing', 'app1', [resolved]);
  expect(reopened(store).findings.ofPair('billing', 'app1', 0)).toEqual([resolved, other]);
});

test('a pair that is no more takes its findings with it and leaves their events', () => {
  const store = openFleet();
  for (const pair of ['app1', 'app2']) store.findings.save('billing', pair, [standingOf({ id: '1' }), standingOf({ id: '2' })]);
  store.findings.record([eventOf(1, 'billing', 'app1')]);
  expect(store.findings.pairs()).toEqual([
    { group: 'billing', pair: 'app1' },
    { group: 'billing', pair: 'app2' },
  ]);
  store.findings.forgetPair('billing', 'app1');
  expect([store.findings.pairs(), store.findings.ofPair('billing', 'app1', 0)]).toEqual([[{ group: 'billing', pair: 'app2' }], []]);
  expect(store.findings.events({ limit: 9 })).toHaveLength(1);
});

const eventOf = (at: number, group: string, pair: string): FindingEvent => ({
  kind: 'opened',
  at,
  group,
  pair,
  finding: { ...standingOf(), ...findingOf() },
  detail: '',
});

test('events of findings come by time, whole, of all, of a group, of a pair or of pairs of one name', () => {
  const store = openFleet();
  const events = [
    eventOf(30, 'billing', 'app1'),
    eventOf(10, 'billing', 'app2'),
    eventOf(20, 'shop', 'app1'),
    eventOf(20, 'billing', 'app1'),
    eventOf(20, 'billing', 'app1'),
  ];
  store.findings.record(events);
  const told = (filter: Omit<Parameters<FleetStore['findings']['events']>[0], 'limit'>, limit = 9) =>
    store.findings.events({ ...filter, limit }).map(({ at, group, pair }) => `${at} ${group} ${pair}`);
  expect(store.findings.events({ limit: 1 })).toEqual([events[1]]);
  expect(told({})).toEqual(['10 billing app2', '20 shop app1', '20 billing app1', '20 billing app1', '30 billing app1']);
  expect(told({ group: 'billing' }, 2)).toEqual(['10 billing app2', '20 billing app1']);
  expect(told({ group: 'billing', pair: 'app1', from: 20, to: 20 })).toEqual(['20 billing app1', '20 billing app1']);
  expect(told({ pair: 'app2' })).toEqual(['10 billing app2']);
});
