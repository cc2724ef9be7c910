import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const labels = (from: string, to: string, most: number) => timeTicks({ from: at(from), to: at(to) }, most).map(({ label }) => label);

test('a day is marked at whole hours, and midnight by its date', () => {
  expect(labels('2026-03-01T10:20', '2026-03-02T10:20', 8)).toEqual([
    '12:00',
    '15:00',
    '18:00',
    '21:00',
    '2 Mar',
    '03:00',
    '06:00',
    '09:00',
  ]);
  expect(labels('2026-03-01T10:20', '2026-03-02T10:20', 4)).toEqual(['12:00', '18:00', '2 Mar', '06:00']);
});

test('weeks and months are marked by dates, never more than there is room for', () => {
  expect(labels('2026-03-01T10:20', '2026-03-08T10:20', 8)).toEqual(['2 Mar', '3 Mar', '4 Mar', '5 Mar', '6 Mar', '7 Mar', '8 Mar']);
  for (const days of [1, 2, 7, 30, 90, 400]) {
    const ticks = timeTicks({ from: 0, to: days * 86_400_000 }, 6);
    expect([ticks.length <= 6, ticks.length >= 2]).toEqual([true, true]);
  }
});
