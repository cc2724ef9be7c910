import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fleetStart, openFleet } from '../../../../test/support/fleet-store.ts';
import { standingOf } from '../../../../test/support/receipt.ts';
import type { FindingEvent } from '../../../contract/standing.ts';
import { systemClock } from '../../../daemon/clock.ts';
import type { FleetStore } from '../../../store/fleet/store.ts';
import { createPastFindings } from './past-findings.ts';

/** Seconds after the start. */
const event = (seconds: number, id: string, group = 'billing'): FindingEvent => ({
  kind: 'opened',
  at: fleetStart + seconds * 1_000,
  group,
  pair: 'app1',
  finding: standingOf({ id }),
  detail: '',
});

const idsAfter = async (past: ReturnType<typeof createPastFindings>, seconds: number): Promise<readonly string[]> =>
  [...((await past.after(fleetStart + seconds * 1_000))?.values() ?? [])].flat().map((one) => one.finding.id);

/** A clock that stands where the test puts it; timers are real. */
function standing(store: FleetStore, eventsMax?: number) {
  let now = fleetStart;
  const clock = { ...systemClock(), now: () => now };
  return { past: createPastFindings({ store, clock }, eventsMax), goTo: (seconds: number) => (now = fleetStart + seconds * 1_000) };
}

test('whatever was asked for before, what came after a moment is told once each and in order', async () => {
  const steps = fc.array(fc.record({ adds: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), asks: fc.nat({ max: 60 }) }), {
    minLength: 1,
    maxLength: 12,
  });
  const store = openFleet();
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const group = `group-${Math.random()}`;
      const { past, goTo } = standing(store);
      const all: { readonly at: number; readonly id: string }[] = [];
      let at = 0;
      for (const { adds, asks } of given) {
        for (const step of adds) {
          at += step;
          all.push({ at, id: `f${all.length}` });
          store.findings.record([event(at, all.at(-1)!.id, group)]);
        }
        goTo(at);
        const asked = Math.min(asks, at);
        const after = await past.after(fleetStart + asked * 1_000);
        const found = (after?.get(group) ?? []).map((one) => one.finding.id);
        expect(found).toEqual(all.filter((one) => one.at > asked).map(({ id }) => id));
      }
    }),
    { numRuns: 40 },
  );
});

test('each group has its own, and what a matrix does not show is not kept', async () => {
  const store = openFleet();
  store.findings.record([event(1, 'a'), event(2, 'b', 'crm'), event(3, 'c')]);
  const { past, goTo } = standing(store);
  goTo(10);
  const after = await past.after(fleetStart);
  expect([...(after ?? [])].map(([group, events]) => [group, events.map((one) => one.finding.id)])).toEqual([
    ['billing', ['a', 'c']],
    ['crm', ['b']],
  ]);
  expect(after?.get('crm')?.[0]?.finding).toMatchObject({ title: standingOf().title, remedy: '', actual: '' });
  expect(await idsAfter(past, 2)).toEqual(['c']);
});

test('where more came than can be told, only what came lately is', async () => {
  const store = openFleet();
  store.findings.record(Array.from({ length: 600 }, (_, n) => event(n, `f${n}`)));
  const { past, goTo } = standing(store, 500);
  goTo(600);
  expect((await idsAfter(past, 550)).length).toBe(49);
  expect(await past.after(fleetStart)).toBeNull();
  expect((await idsAfter(past, 500)).length).toBe(99);
  store.findings.record(Array.from({ length: 600 }, (_, n) => event(601 + n, `g${n}`)));
  goTo(1_300);
  expect(await past.after(fleetStart + 500_000)).toBeNull();
});
