// Keeps the number of questions under way bounded: hundreds at once would be hundreds of sockets, and their answers would queue
// behind each other and spoil the readings.

export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** Runs what it is given, at most `most` at a time, in the order in which it came. */
export function inTurns(most: number): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (act) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
