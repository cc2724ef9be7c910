// What the rules of a check said, kept for the next judging: a pair is judged at each look of any of its checks, and the rules of the
// others would say the same again. Nothing is guessed about time: whatever asked for something that moves by itself is asked anew.

/** Of one pair; whoever judges it again and again keeps it. */
export interface Memo {
  /** What `work` came to last at this place, if it was about the same and did not ask for anything that moves. */
  recall<Result>(place: string, about: readonly unknown[], work: (onMoving: () => void) => Result): Result;
}

export function createMemo(): Memo {
  const kept = new Map<string, { readonly about: readonly unknown[]; readonly result: unknown }>();
  return {
    recall: (place, about, work) => {
      const before = kept.get(place);
      if (before !== undefined && isSame(before.about, about)) return before.result as ReturnType<typeof work>;
      let isMoving = false;
      const result = work(() => {
        isMoving = true;
      });
      if (isMoving) kept.delete(place);
      else kept.set(place, { about, result });
      return result;
    },
  };
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((part, at) => Object.is(part, other[at]));

/** For what is judged once. */
export const noMemo: Memo = { recall: (_place, _about, work) => work(() => {}) };

/** The same object, but that whoever reads one of the named members has been noticed. */
export function noticing<Given extends object>(given: Given, moving: readonly (keyof Given)[], onMoving: () => void): Given {
  const noticed = { ...given };
  for (const name of moving)
    Object.defineProperty(noticed, name, {
      enumerable: true,
      get: () => {
        onMoving();
        return given[name];
      },
    });
  return noticed;
}
