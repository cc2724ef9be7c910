// From when on something of the fleet is kept: a young collector knows of hours where it would keep a year.
import type { Collector } from '../../collector.ts';

/** What is earliest changes with a collector's first judgement, with retention and with an old history that is put in its place. */
const knownMs = 60_000;

export function createKeptFrom({ store, clock, config }: Pick<Collector, 'store' | 'clock' | 'config'>): () => number {
  let known: { readonly earliest: number; readonly untilMs: number } | null = null;
  return () => {
    if (known === null || clock.monotonicMs() >= known.untilMs) {
      const begins = store.verdicts.subjects().map(({ from }) => from);
      known = { earliest: begins.reduce((a, b) => Math.min(a, b), clock.now()), untilMs: clock.monotonicMs() + knownMs };
    }
    return Math.max(known.earliest, clock.now() - config().store.keepMs);
  };
}
