import { describe, expect, it } from 'vitest';
import { Kept } from './kept.ts';

const terms = { answersMax: 3, charsMax: 100 };

describe('answers that are kept', () => {
  it('are there until their end', () => {
    let nowMs = 0;
    const kept = new Kept<string>(terms, () => nowMs);
    kept.set('a', 'answer', 10, 1_000);
    nowMs = 999;
    expect(kept.get('a')).toBe('answer');
    nowMs = 1_000;
    expect(kept.get('a')).toBeUndefined();
    expect(kept.size).toEqual({ answers: 0, chars: 0 });
  });

  it('make room for newer ones, those first that nobody used', () => {
    const kept = new Kept<string>(terms, () => 0);
    for (const key of ['a', 'b', 'c']) kept.set(key, key, 1, 1_000);
    kept.get('a');
    kept.set('d', 'd', 1, 1_000);
    expect(['a', 'b', 'c', 'd'].map((key) => kept.get(key))).toEqual(['a', undefined, 'c', 'd']);
    kept.set('e', 'e', 48, 1_000);
    kept.set('f', 'f', 48, 1_000);
    expect(kept.size).toEqual({ answers: 3, chars: 100 });
  });

  it('are no single one that would drive out all others', () => {
    const kept = new Kept<string>(terms, () => 0);
    kept.set('a', 'a', 1, 1_000);
    kept.set('large', 'large', 51, 1_000);
    expect([kept.get('a'), kept.get('large')]).toEqual(['a', undefined]);
  });

  it('are replaced under the same name', () => {
    const kept = new Kept<string>(terms, () => 0);
    kept.set('a', 'old', 10, 1_000);
    kept.set('a', 'new', 20, 1_000);
    expect([kept.get('a'), kept.size]).toEqual(['new', { answers: 1, chars: 21 }]);
  });
});
