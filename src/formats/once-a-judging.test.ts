import { expect, test } from 'vitest';
import { onceAJudging } from './once-a-judging.ts';

test('the same three give what was worked out, and any other is worked out anew', () => {
  const worked: number[] = [];
  const sum = onceAJudging((a: { n: number }, b: { n: number }, _: object) => {
    worked.push(a.n + b.n);
    return a.n + b.n;
  });
  const [one, two, context] = [{ n: 1 }, { n: 2 }, {}];
  expect([sum(one, two, context), sum(one, two, context)]).toEqual([3, 3]);
  expect(worked).toEqual([3]);
  expect([sum(two, two, context), sum(one, two, {})]).toEqual([4, 3]);
});
