import { expect, test } from 'vitest';
import type { Waiver } from '../../contract/waiver.ts';
import { heldWords, keyedWaivers, waiversOf, waiverTerm } from './keyed-waivers.ts';

const hour = 3_600_000;
const day = 24 * hour;
const begun = Date.parse('2026-11-13T06:00:00Z');
const to = begun + 13 * day;

const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  id: 'w',
  group: 'billing',
  pair: 'app1',
  finding: 'f',
  code: 'certs/expires-before-primary',
  check: 'certs',
  subject: 'front',
  expected: '2',
  actual: '1',
  author: 'R. Keller',
  by: 'token ops',
  reason: 'renewed on Sunday',
  createdAt: begun,
  until: begun + 16 * day,
  endedAt: null,
  endedBecause: null,
  ...more,
});

test('a waiver that was withdrawn is told with its real end, and with how it ended', () => {
  const withdrawn = waiver({ endedAt: begun + 12 * hour, endedBecause: 'withdrawn' });
  expect(heldWords(withdrawn, to)).toBe('13 Nov 2026, 06:00 UTC to 13 Nov 2026, 18:00 UTC (withdrawn)');
  expect(waiverTerm(withdrawn, to)).toEqual({ until: begun + 12 * hour, planned: begun + 16 * day, end: 'withdrawn' });
});

test('one that stands is told with the end that it is to have, and one whose time was over with that', () => {
  expect(heldWords(waiver(), to)).toBe('13 Nov 2026, 06:00 UTC to 29 Nov 2026, 06:00 UTC (in force)');
  const over = waiver({ until: begun + day, endedAt: begun + day + 60_000, endedBecause: 'expired' });
  expect(waiverTerm(over, to)).toEqual({ until: begun + day + 60_000, planned: null, end: 'its time was over' });
});

test('one that ended after the period was in force at its end', () => {
  const later = waiver({ endedAt: to + hour, endedBecause: 'evidence-changed' });
  expect(waiverTerm(later, to).end).toBe('in force at the end of the period; later void: the evidence changed');
});

test('a finding leads to its waivers by their keys, and one that is not told of is counted', () => {
  const keyed = keyedWaivers([waiver({ id: 'a' }), waiver({ id: 'b' })]);
  expect(waiversOf({ waivers: ['b', 'gone'] }, keyed)).toMatchObject({ held: [{ key: 'W2', waiver: { id: 'b' } }], untold: 1 });
});
