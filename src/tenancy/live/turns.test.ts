import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

describe('turns', () => {
  it('are so many at once, and each waits for one that is given back', async () => {
    const turns = new Turns(2);
    const who = Symbol();
    const [first] = await Promise.all([turns.take(who, never), turns.take(who, never)]);
    const third = turns.take(who, never);
    expect([turns.underWay, turns.waiting]).toEqual([2, 1]);
    first!();
    first!();
    expect(await third).not.toBeNull();
    expect([turns.underWay, turns.waiting]).toEqual([2, 0]);
  });

  it('go round among those who wait, whoever has asked for most', async () => {
    const turns = new Turns(1);
    const served: string[] = [];
    const [much, little] = [Symbol(), Symbol()];
    const first = await turns.take(much, never);
    const serve = async (name: string, who: symbol): Promise<void> => {
      const giveBack = await turns.take(who, never);
      served.push(name);
      giveBack!();
    };
    const all = [...['a1', 'a2', 'a3'].map((name) => serve(name, much)), ...['b1', 'b2'].map((name) => serve(name, little))];
    first!();
    await Promise.all(all);
    expect(served).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('are not taken by those who left', async () => {
    const turns = new Turns(1);
    const first = await turns.take(Symbol(), never);
    const leaving = new AbortController();
    const left = turns.take(Symbol(), leaving.signal);
    const stays = turns.take(Symbol(), never);
    leaving.abort();
    expect(await left).toBeNull();
    expect(turns.waiting).toBe(1);
    first!();
    expect(await stays).not.toBeNull();
    expect(await turns.take(Symbol(), leaving.signal)).toBeNull();
  });
});
