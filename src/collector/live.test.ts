import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../daemon/clock.ts';
import { sightsOf, type Watched } from '../judge/cells.ts';
import { createLive } from './live.ts';

const watching = (...checks: readonly Watched[]) => ({
  verdict: 'ready' as const,
  judged: { findings: [], blindSpots: [], doubts: [], lawful: [] },
  sights: sightsOf({ standby: checks, primary: checks, blindSpots: [], doubts: [], findings: [], gapOfName: () => null }),
});

/** A little longer than what changes together takes. */
const settled = () => delay(400);

test('a gap that is watched no more, or from now on, is a change, and one that is watched as before is none', async () => {
  const live = createLive(systemClock());
  const heard: (readonly string[])[] = [];
  live.watch((groups) => heard.push(groups));
  const [kernel, certificates] = [{ check: 'kernel', gap: 'kernel' } as const, { check: 'certs', gap: 'certificates' } as const];
  const app1 = { key: 'app1', group: 'billing' };
  live.judged(app1, watching(kernel, certificates));
  await settled();
  live.judged(app1, watching(kernel, certificates));
  await settled();
  expect(heard).toEqual([['billing']]);
  live.judged(app1, watching(kernel));
  await settled();
  expect(heard).toEqual([['billing'], ['billing']]);
  live.judged(app1, watching(kernel, certificates));
  await settled();
  expect(heard).toEqual([['billing'], ['billing'], ['billing']]);
});
