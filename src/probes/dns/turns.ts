// Keeps the number of questions under way bounded: hundreds of names times several resolvers would else be hundreds of
// sockets at once, and their answers would queue behind each other and spoil the readings.

/** Runs what it is given, at most `most` at a time, in the order in which it came. */
export function inTurns(most: number): <T>(act: () => Promise<T>) => Promise<T> {
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
