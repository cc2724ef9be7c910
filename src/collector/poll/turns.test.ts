// When nodes are asked, and how many at once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeClock, settled } from '../../../test/support/agent.ts';
import { backOffMs } from './back-off.ts';
import { createBatch } from './batch.ts';
import { createCalendar, placeOf } from './calendar.ts';
import { lagMeter } from './lag.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { createTicking } from './ticking.ts';

const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `https://app${n}:7807`);

describe('turns', () => {
  test('come once an interval for each node, in twenty bursts of about the same size', () => {
    const calendar = createCalendar(() => 30_000);
    for (const key of keys(2_000)) calendar.inTurn(key);
    const sizes: number[] = [];
    const asked = new Map<string, number[]>();
    for (let burst = 0; burst < 60; burst++) {
      const now = calendar.tick();
      sizes.push(now.length);
      for (const key of now) {
        asked.set(key, [...(asked.get(key) ?? []), burst]);
        calendar.inTurn(key);
      }
    }
    expect(calendar.burstMs()).toBe(1_500);
    expect([...asked.values()].every((bursts) => bursts.length === 3 && bursts[1]! - bursts[0]! === 20)).toBe(true);
    // A hundred each, give or take four standard deviations.
    expect([Math.min(...sizes) > 60, Math.max(...sizes) < 140]).toEqual([true, true]);
    expect(keys(5).map(placeOf)).toEqual(keys(5).map(placeOf));
  });

  test('of one that is left alone come when its time is over and not before, and say when', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700_000 }), fc.integer({ min: 0, max: 50 }), (ms, ticks) => {
        const calendar = createCalendar(() => 30_000);
        for (let n = 0; n < ticks; n++) calendar.tick();
        calendar.inTurn('a');
        calendar.after('a', ms);
        const untilMs = calendar.untilMs('a')!;
        let waitedMs = 1_500;
        while (!calendar.tick().includes('a')) waitedMs += 1_500;
        expect(waitedMs).toBe(untilMs);
        expect([waitedMs >= ms, waitedMs - ms <= 1_500]).toEqual([true, true]);
        expect(calendar.untilMs('a')).toBeNull();
      }),
    );
  });

  test('do not come for one that was taken out', () => {
    const calendar = createCalendar(() => 30_000);
    calendar.after('a', 10_000);
    calendar.remove('a');
    expect(Array.from({ length: 40 }, () => calendar.tick()).flat()).toEqual([]);
  });
});

describe('a silent node is left alone', () => {
  const everyMs = 30_000;
  const backOff = (failures: number, random = 0.5, retryAfterMs: number | null = null) =>
    backOffMs({ failures, everyMs, random, retryAfterMs });

  test('twice as long each time, and never longer than five minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 1_000].map((failures) => backOff(failures))).toEqual([
      30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000,
    ]);
  });

  test('not as long as others that fell silent with it', () => {
    expect([0, 0.5, 1].map((random) => backOff(3, random))).toEqual([96_000, 120_000, 144_000]);
    expect(backOff(4, 0)).toBe(192_000);
  });

  test('never for less than its turn', () => {
    expect(backOff(1, 0)).toBe(30_000);
    expect(backOffMs({ failures: 9, everyMs: 600_000, random: 0, retryAfterMs: null })).toBe(600_000);
  });

  test('as long as it asks for, within an hour', () => {
    expect([backOff(1, 0.5, 120_000), backOff(1, 0.5, 1), backOff(9, 0.5, 1e12)]).toEqual([120_000, 30_000, 3_600_000]);
  });
});

describe('lanes', () => {
  function started(concurrency: number) {
    const clock = fakeClock();
    const order: string[] = [];
    const ends = new Map<string, () => void>();
    let idle = 0;
    const lanes: Lanes = createLanes({
      clock,
      concurrency: () => concurrency,
      run: (key) => {
        order.push(key);
        return new Promise((resolve) => ends.set(key, resolve));
      },
      onIdle: () => idle++,
    });
    const end = async (key: string): Promise<void> => {
      ends.get(key)!();
      await settled();
    };
    return { lanes, clock, order, end, idle: () => idle };
  }

  test('run so many at once, each once, and go on when one has ended', async () => {
    const { lanes, order, end } = started(2);
    for (const key of ['a', 'b', 'c', 'a', 'c']) lanes.add(key, 'due');
    expect(order).toEqual(['a', 'b']);
    await end('b');
    await end('a');
    await end('c');
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('let those that are due go before those that catch up, of which there are four at once', async () => {
    const { lanes, order, end } = started(6);
    for (const key of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']) lanes.add(key, 'catching-up');
    expect(order).toEqual(['c1', 'c2', 'c3', 'c4']);
    for (const key of ['d1', 'd2', 'd3', 'c6']) lanes.add(key, 'due');
    expect(order.slice(4)).toEqual(['d1', 'd2']);
    await end('c1');
    await end('c2');
    await end('c3');
    expect(order.slice(6)).toEqual(['d3', 'c6', 'c5']);
  });

  test('wait for slow ones beside the others, up to a limit', async () => {
    const { lanes, clock, order } = started(1);
    for (const key of ['dead1', 'dead2', 'alive']) lanes.add(key, 'due');
    expect(order).toEqual(['dead1']);
    await clock.advance(700);
    expect(order).toEqual(['dead1', 'dead2', 'alive']);
    for (let n = 0; n < 100; n++) lanes.add(`more${n}`, 'due');
    await clock.advance(60_000);
    expect(lanes.counts().underWay).toBe(33);
  });

  test('are idle when only slow ones are left, which is said each time', async () => {
    const { lanes, clock, end, idle } = started(4);
    lanes.add('dead', 'due');
    lanes.add('a', 'due');
    await end('a');
    expect(idle()).toBe(0);
    await clock.advance(400);
    expect(idle()).toBe(1);
    lanes.add('b', 'due');
    await end('b');
    expect(idle()).toBe(2);
  });

  test('forget one that waits, and stop when what is under way has ended', async () => {
    const { lanes, order, end } = started(1);
    for (const key of ['a', 'b', 'c']) lanes.add(key, 'due');
    lanes.remove('b');
    await end('a');
    expect(order).toEqual(['a', 'c']);
    lanes.add('d', 'due');
    let isStopped = false;
    void lanes.stop().then(() => (isStopped = true));
    await settled();
    expect(isStopped).toBe(false);
    await end('c');
    expect([isStopped, order]).toEqual([true, ['a', 'c']]);
  });
});

describe('a batch', () => {
  const begun = () => {
    const clock = fakeClock();
    const acted: (readonly number[])[] = [];
    return { clock, acted, batch: createBatch<number>(clock, (items) => acted.push(items)) };
  };

  test('is what came within a tenth of a second', async () => {
    const { clock, acted, batch } = begun();
    batch.add(1, 1);
    await clock.advance(99);
    batch.add(2, 1);
    expect(acted).toEqual([]);
    await clock.advance(1);
    batch.add(3, 1);
    batch.flush();
    await clock.advance(1_000);
    expect(acted).toEqual([[1, 2], [3]]);
  });

  test('is full by number and by size', () => {
    const { acted, batch } = begun();
    for (let n = 0; n < 129; n++) batch.add(n, 1);
    expect(acted.map((items) => items.length)).toEqual([128]);
    batch.add(1, 5 * 1024 ** 2);
    expect(acted.map((items) => items.length)).toEqual([128, 2]);
  });
});

test('ticks are even however late each comes, and those that a blocked loop missed are not made up for', () => {
  let now = 0;
  let calls = 0;
  let pending: { readonly ms: number; readonly call: () => void } | null = null;
  const setTimer = (ms: number, call: () => void) => {
    pending = { ms, call };
    return () => {
      pending = null;
    };
  };
  const ticking = createTicking(
    { now: () => now, monotonicMs: () => now, setTimer },
    () => 100,
    () => calls++,
  );
  const fireAt = (at: number): number => {
    now = at;
    pending!.call();
    return pending!.ms;
  };
  ticking.start();
  expect(pending!.ms).toBe(100);
  expect([fireAt(100), fireAt(230), fireAt(1_000), fireAt(1_100), calls]).toEqual([100, 70, 100, 100, 4]);
  ticking.stop();
  expect(pending).toBeNull();
});

test('the lag is that of the last few thousand polls', () => {
  const lag = lagMeter();
  expect(lag.quantile(0.99)).toBeNull();
  for (let n = 1; n <= 100; n++) lag.add(n);
  expect([lag.quantile(0.5), lag.quantile(0.99)]).toEqual([51, 100]);
  for (let n = 0; n < 5_000; n++) lag.add(7);
  expect(lag.quantile(0.99)).toBe(7);
});
