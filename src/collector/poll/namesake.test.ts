// One node at two addresses: what proves that there are two machines, and what does not.
import { expect, test } from 'vitest';
import { targetOf } from '../../../test/support/polling.ts';
import { createSight, neverHeard, type Run, type Seen } from '../node/sight.ts';
import { aliasOf, areBothAlive } from './namesake.ts';

function sightOf(order: number, run: Run | null): Seen {
  const parts = {
    troublesOf: () => [],
    shareNames: <T>(names: T): T => names,
    identityOf: () => {
      throw new Error('nobody asks');
    },
  };
  const target = targetOf(`http://127.0.0.1:${order}`);
  return Object.assign(createSight(parts, { target, kept: neverHeard(target.key), order, namedAt: 0, nowMs: 0 }), { run });
}

const run = (id: string, firstAnswerMs: number, lastAskedMs: number): Run => ({ id, firstAnswerMs, lastAskedMs });

test.each<[string, Run | null, Run | null, boolean]>([
  ['each answered after the other had', run('r1', 10, 30), run('r2', 20, 25), true],
  ['one was last asked before the other first answered: it may have been replaced', run('r1', 10, 15), run('r2', 20, 40), false],
  ['one was asked in the moment in which the other answered', run('r1', 10, 20), run('r2', 20, 40), false],
  ['both are one start', run('r1', 10, 30), run('r1', 20, 25), false],
  ['one was not heard since the start of the collector', run('r1', 10, 30), null, false],
])('%s', (_, a, b, expected) => {
  const [one, other] = [sightOf(0, a), sightOf(1, b)];
  expect([areBothAlive(one, other), areBothAlive(other, one)]).toEqual([expected, expected]);
});

test('of two addresses of one agent the first in the roster counts, unless it was not heard for an hour', () => {
  const [first, second, third] = [sightOf(0, run('r1', 1, 2)), sightOf(1, run('r1', 1, 2)), sightOf(2, run('r1', 1, 2))];
  const hour = 3_600_000;
  expect(aliasOf(first, 'r1', [second, third], 0)).toBeNull();
  expect(aliasOf(third, 'r1', [second, first], hour - 1)).toBe(first);
  second.heardMs = 1;
  expect(aliasOf(third, 'r1', [second, first], hour)).toBe(second);
  second.aliasOf = 'another';
  expect(aliasOf(third, 'r1', [second, first], hour)).toBeNull();
  expect(aliasOf(third, 'r2', [second, first], 0)).toBeNull();
});
