import { expect, test } from 'vitest';
import { Trail } from './trail.ts';

test('a hundred questions that are under way at once leave no longer trail than one after the other', async () => {
  const trail = new Trail(() => 0);
  const ask = (at: number) =>
    trail.note(
      () => `question ${at}`,
      async () => 'x'.repeat(2_000),
      (answer) => ({ isFailure: false, head: () => answer }),
    );
  await Promise.all(Array.from({ length: 300 }, (_, at) => ask(at)));
  const entries = trail.entries();
  expect(JSON.stringify(entries).length).toBeLessThan(100_000);
  expect(entries[0]!.answered.length).toBeGreaterThan(700);
  expect(entries[150]!.answered.length).toBeGreaterThan(50);
});
