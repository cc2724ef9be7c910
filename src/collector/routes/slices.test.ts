import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inSlices, oneAtATime } from './slices.ts';

describe('long work', () => {
  it('lets others have the loop when a slice is over, and not before', async () => {
    let nowMs = 0;
    let turns = 0;
    const slices = inSlices(() => nowMs);
    const others = (async () => {
      for (let n = 0; n < 10; n++) {
        await turn();
        turns++;
      }
    })();
    nowMs = 14;
    await slices.next();
    expect(turns).toBe(0);
    nowMs = 15;
    await slices.next();
    expect(turns).toBeGreaterThan(0);
    await others;
  });
});

describe('what is made once at a time', () => {
  /** Each run answers what was true when it began. */
  function counted() {
    let runs = 0;
    let underWay = 0;
    let most = 0;
    let truth = 'old';
    const ask = oneAtATime(async () => {
      runs++;
      most = Math.max(most, ++underWay);
      const seen = truth;
      await turn();
      await turn();
      underWay--;
      if (seen === 'broken') throw new Error(seen);
      return seen;
    });
    return { ask, runs: () => runs, most: () => most, become: (next: string) => (truth = next) };
  }

  it('is shared by all that ask in one moment', async () => {
    const { ask, runs } = counted();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['old', 'old', 'old']);
    expect(runs()).toBe(1);
  });

  it('is never older than the asking, nor made twice at once', async () => {
    const { ask, runs, most, become } = counted();
    const first = ask();
    await turn();
    become('new');
    const later = [ask(), ask()];
    expect(await first).toBe('old');
    expect(await Promise.all(later)).toEqual(['new', 'new']);
    expect([runs(), most()]).toEqual([2, 1]);
  });

  it('goes on after a run that failed', async () => {
    const { ask, become } = counted();
    become('broken');
    const failed = ask();
    await turn();
    become('mended');
    const later = ask();
    await expect(failed).rejects.toThrow('broken');
    expect(await later).toBe('mended');
    expect(await ask()).toBe('mended');
  });
});
