import { expect, test } from 'vitest';
import type { StandingRow } from '../contract/changes.ts';
import { areNamed, namesIn, packStanding, unpackStanding } from './standing-rows.ts';

const row = (check: string, seq: number, readings: StandingRow['readings'] = []): StandingRow => ({
  check,
  seq,
  lastAt: 9,
  count: 2,
  readings,
});
const queryMs = (value: number) => ({ name: 'queryMs', subject: '10.0.0.2', value });
const ttlSeconds = (value: number) => ({ name: 'ttlSeconds', subject: 'db.example.com', value });
const rows = [
  row('dns', 3, [queryMs(0.5), ttlSeconds(60)]),
  row('kernel', 4),
  row('certs', 7, [{ name: 'daysLeft', subject: '/a.crt', value: -1 }]),
];

test('rows arrive as they were sent', () => {
  const packed = packStanding(rows, null);
  expect(unpackStanding(packed.current, namesIn(packed, null)!)).toEqual(rows);
});

test('names that the reader has are not sent again, and rows are the same with them', () => {
  const names = namesIn(packStanding(rows, null), null)!;
  const later = [row('kernel', 5), rows[2]!, row('dns', 9, [queryMs(0.7), ttlSeconds(59)])];
  const packed = packStanding(later, names.print);
  expect(packed.named.checks).toBeNull();
  expect(unpackStanding(packed.current, namesIn(packed, names)!)).toEqual(later);
});

test.each([
  ['another subject', [row('dns', 3, [{ ...queryMs(0.5), subject: '10.0.0.3' }, ttlSeconds(60)])]],
  ['another order', [row('dns', 3, [ttlSeconds(60), queryMs(0.5)])]],
  ['one less', [row('dns', 3, [queryMs(0.5)])]],
  ['none any more', [row('dns', 3)]],
])('names are sent again with %s', (_, later) => {
  const { print } = packStanding(rows.slice(0, 1), null).named;
  expect(packStanding(later, print).named.checks).not.toBeNull();
});

test('names are no names where they are missing, or are not those of their print', () => {
  const packed = packStanding(rows, null);
  const names = namesIn(packed, null)!;
  const without = { named: { ...packed.named, checks: null } };
  expect(namesIn(without, null)).toBeNull();
  expect(namesIn({ named: { print: 'other', checks: null } }, names)).toBeNull();
  expect(namesIn({ named: { ...packed.named, print: 'other' } }, names)).toBeNull();
});

test('a number without a name is noticed', () => {
  const { current, named } = packStanding(rows, null);
  const names = namesIn({ named }, null)!;
  expect(areNamed(current, names)).toBe(true);
  expect(areNamed([{ ...current[0]!, readings: [1, 2, 3] }], names)).toBe(false);
  expect(areNamed([{ ...current[1]!, readings: [1] }], names)).toBe(false);
});
