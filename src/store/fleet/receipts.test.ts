import { expect, test } from 'vitest';
import { openFleet, reopened } from '../../../test/support/fleet-store.ts';
import type { Receipt } from '../../contract/receipt.ts';

const receipt = (id: string, group: string | null, issuedAt: number): Receipt =>
  ({ id, issuedAt, asked: { group }, format: 'understudy-receipt/1', verdict: 'ready', note: 'x'.repeat(2_000) }) as unknown as Receipt;

test('receipts come back as they were signed, by id, and newest first', () => {
  const store = openFleet();
  const receipts = [receipt('a', 'billing', 1), receipt('b', null, 2), receipt('c', 'billing', 3)];
  for (const one of receipts) store.receipts.add(one);
  const after = reopened(store);
  expect([after.receipts.get('b'), after.receipts.get('z')]).toEqual([receipts[1], null]);
  expect(after.receipts.list({ limit: 2 })).toEqual([receipts[2], receipts[1]]);
  expect(after.receipts.list({ group: 'billing', limit: 9 }).map(({ id }) => id)).toEqual(['c', 'a']);
});

test('receipts of a group and a time come in pages, newest first', () => {
  const store = openFleet();
  for (const [id, group, at] of [
    ['a', 'billing', 1],
    ['b', 'crm', 2],
    ['c', 'billing', 3],
    ['d', 'billing', 3],
    ['e', 'billing', 9],
  ] as const)
    store.receipts.add(receipt(id, group, at));
  const page = (skip: number) => store.receipts.within({ group: 'billing', from: 1, to: 4, skip, limit: 2 }).map(({ id }) => id);
  expect([page(0), page(2), page(3)]).toEqual([['d', 'c'], ['a'], []]);
  const between = (from: number, to: number) =>
    store.receipts.within({ group: 'billing', from, to, skip: 0, limit: 9 }).map(({ id }) => id);
  expect([between(1, 3), between(3, 9)]).toEqual([['a'], ['d', 'c']]);
});

test('receipts are kept as long as they are to be kept, whatever the rest is', () => {
  const store = openFleet();
  for (let n = 0; n < 3; n++) store.receipts.add(receipt(`${n}`, 'billing', n * 1_000));
  while (store.maintain(10_000, { keepMs: 1, bytesMax: 1, receiptsKeepMs: 8_500 }));
  expect(store.receipts.list({ limit: 9 }).map(({ id }) => id)).toEqual(['2']);
});
