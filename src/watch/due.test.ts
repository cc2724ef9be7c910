import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCronTimes } from './cron-times.ts';
import { cronDue, everyDue } from './due.ts';

const minute = 60_000;
const at = Date.parse('2026-03-02T10:00:00Z');

test('a check comes round at the same moment of each period, restart or not', () => {
  const due = everyDue(minute, 'node', 'dns');
  const first = due.next(at);
  expect(first).toBeGreaterThan(at);
  expect(first - at).toBeLessThanOrEqual(minute);
  expect(due.next(first)).toBe(first + minute);
  expect(due.next(first - 1)).toBe(first);
  expect(everyDue(minute, 'node', 'dns').next(at)).toBe(first);
});

test('the first looks of a fleet are spread over the whole period', () => {
  const quarters = [0, 0, 0, 0];
  for (let node = 0; node < 400; node++)
    quarters[Math.floor((everyDue(minute, `node ${node}`, 'dns').next(at) - at - 1) / (minute / 4))]!++;
  for (const count of quarters) expect(count).toBeGreaterThan(60);
});

test('a check that was never looked at, or a period ago, is overdue; one from the future is not', () => {
  const due = everyDue(minute, 'node', 'dns');
  expect(due.isOverdue(null, at)).toBe(true);
  expect(due.isOverdue(at - minute, at)).toBe(true);
  expect(due.isOverdue(at - minute + 1, at)).toBe(false);
  expect(due.isOverdue(at + 24 * 60 * minute, at)).toBe(false);
});

test('a look that starts a little late missed nothing; one that starts two periods late missed one', () => {
  const due = everyDue(minute, 'node', 'dns');
  expect(due.isMissed(at - minute - 29_000, at)).toBe(false);
  expect(due.isMissed(at - 2 * minute, at)).toBe(true);
});

test('cron fires at its times and was missed when one of them passed', async () => {
  const due = cronDue((await loadCronTimes())('30 2 * * *'));
  const noon = new Date(2026, 2, 2, 12).getTime();
  const next = new Date(2026, 2, 3, 2, 30).getTime();
  expect(due.next(noon)).toBe(next);
  expect(due.next(next)).toBe(new Date(2026, 2, 4, 2, 30).getTime());
  expect(due.isMissed(noon, next + 29_000)).toBe(false);
  expect(due.isMissed(noon, next + 31_000)).toBe(true);
  expect(due.isOverdue(noon, next - 1)).toBe(false);
  expect(due.isOverdue(noon, next + 1)).toBe(true);
});

test.each([
  ['*/15 * * * *', [2026, 2, 2, 10, 1], [2026, 2, 2, 10, 15]],
  ['0 0 29 2 *', [2026, 2, 2, 10, 0], [2028, 1, 29, 0, 0]],
  ['0 9 * * 1', [2026, 2, 2, 9, 0], [2026, 2, 9, 9, 0]],
  ['59 23 31 * *', [2026, 3, 1, 0, 0], [2026, 4, 31, 23, 59]],
] as const)('%s comes next as a calendar says', async (expression, after, next) => {
  const time = ([year, month, day, hour, minutes]: readonly [number, number, number, number, number]) =>
    new Date(year, month, day, hour, minutes).getTime();
  expect((await loadCronTimes())(expression).nextAfter(time(after))).toBe(time(next));
});

test('cron agrees with node-cron about the next hundred times', async () => {
  const { createTask } = await import('node-cron');
  for (const expression of ['*/7 3-5 * * *', '0 12 1,15 * *', '30 6 * * 1-5', '15 30 10 * * *']) {
    const task = createTask(expression, () => {});
    const times = (await loadCronTimes())(expression);
    const theirs = task.getNextRuns(100).map((date) => date.getTime());
    const ours: number[] = [];
    let after = theirs[0]! - 1;
    for (let n = 0; n < 100; n++) {
      after = times.nextAfter(after)!;
      ours.push(after);
    }
    expect(ours).toEqual(theirs);
    await task.destroy();
  }
});

describe('where summer time is kept', () => {
  const before = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'Europe/Zurich';
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  test.each([
    ['the hour that comes twice', '2026-10-24T23:50:00Z'],
    ['the hour that is left out', '2026-03-29T00:10:00Z'],
  ])('a check each quarter of an hour goes on through %s', async (_, start) => {
    const times = (await loadCronTimes())('*/15 * * * *');
    let at = Date.parse(start);
    for (let n = 0; n < 16; n++) {
      const next = times.nextAfter(at)!;
      expect(next - at).toBeLessThanOrEqual(15 * 60_000);
      expect(next).toBeGreaterThan(at);
      at = next;
    }
  });
});
