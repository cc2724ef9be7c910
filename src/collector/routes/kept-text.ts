// A text that many ask for, written once for all of them and kept for a while: the longer it takes to write, the longer it is kept.

/** However often it is asked for, it takes a tenth of the time at most; and however long it takes, it is no older than a scrape. */
const kept = { msMin: 1_000, msMax: 15_000, timesMaking: 10 } as const;

export function keptText(monotonicMs: () => number, make: () => Promise<string>): () => Promise<string> {
  let text: Promise<string> | null = null;
  let untilMs = Number.POSITIVE_INFINITY;
  const begin = (): Promise<string> => {
    const begunMs = monotonicMs();
    untilMs = Number.POSITIVE_INFINITY;
    const making = make();
    const keepFor = (ms: number): void => {
      untilMs = monotonicMs() + ms;
    };
    making.then(
      () => keepFor(Math.min(kept.msMax, Math.max(kept.msMin, (monotonicMs() - begunMs) * kept.timesMaking))),
      () => keepFor(0),
    );
    return making;
  };
  return () => {
    if (text === null || monotonicMs() >= untilMs) text = begin();
    return text;
  };
}
