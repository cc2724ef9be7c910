// What becomes of the findings of a pair that left the fleet.
import { expect, test } from 'vitest';
import { fakeClock, listeningLog, minute } from '../../../test/support/agent.ts';
import { openFleet } from '../../../test/support/fleet-store.ts';
import { standingOf } from '../../../test/support/receipt.ts';
import type { News } from '../tell/news.ts';
import { createRetiring } from './retiring.ts';

/** With one finding of app2, judged for the last time now, which is when it leaves. */
function withOneThatLeft() {
  const store = openFleet();
  const clock = fakeClock();
  const leftAt = clock.now();
  const told: News[] = [];
  const finding = standingOf({ openedAt: leftAt - minute });
  const opened = { kind: 'opened' as const, at: leftAt - minute, group: 'billing', pair: 'app2', finding, detail: '' };
  store.verdicts.confirm({ group: 'billing', pair: 'app2' }, 'not-ready', leftAt, minute);
  store.findings.record([opened]);
  store.findings.save('billing', 'app2', [finding]);
  const retire = createRetiring({ store, clock, log: listeningLog(), news: (items) => told.push(...items), isThere: () => false });
  return { store, clock, leftAt, told, retire };
}

test('a finding of a pair that is gone for ten minutes ended when it was last judged, and is told of when that is sure', async () => {
  const { store, clock, leftAt, told, retire } = withOneThatLeft();
  for (let round = 0; round < 12; round++) {
    retire();
    await clock.advance(minute);
  }
  const [item, ...others] = told;
  expect(others).toEqual([]);
  expect(item).toMatchObject({
    kind: 'finding',
    event: { kind: 'unwatched', at: leftAt + 10 * minute, pair: 'app2', finding: { state: 'resolved', resolvedAt: leftAt } },
  });
  expect(store.findings.ofPair('billing', 'app2', Number.MAX_SAFE_INTEGER)).toEqual([]);
});
