// Ends what stands of pairs that are in the fleet no more: nobody looks at them, and whoever was told of their findings has to hear that.
import type { FindingEvent } from '../../contract/standing.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import type { News } from '../tell/news.ts';
import { pairKey } from './pairs.ts';

export interface RetiringParts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: (items: readonly News[]) => void;
  readonly isThere: (key: string) => boolean;
}

/** A list of discovery that was short for a moment, or a collector that has not heard everybody yet, ends nothing. */
const goneMsMin = 10 * 60_000;

/** To be called now and then. What stood ends when the pair was last judged, since nobody looked after that, and is told of when it ends. */
export function createRetiring({ store, clock, log, news, isThere }: RetiringParts): () => void {
  const goneSince = new Map<string, number>();
  const end = (group: string, pair: string): void => {
    const at = clock.now();
    const watchedUntil = Math.min(store.verdicts.latest({ group, pair })?.until ?? at, at);
    const standing = store.findings.ofPair(group, pair, Number.MAX_SAFE_INTEGER).filter(({ state }) => state !== 'resolved');
    const events = standing.map(
      (finding): FindingEvent => ({
        kind: 'unwatched',
        at,
        group,
        pair,
        finding: { ...finding, state: 'resolved', resolvedAt: Math.max(watchedUntil, finding.openedAt ?? finding.since) },
        detail: 'the pair is in the fleet no more',
      }),
    );
    store.together(() => {
      store.findings.record(events);
      store.findings.forgetPair(group, pair);
      news(events.map((event) => ({ kind: 'finding', event })));
    });
    log.info({ group, pair, findings: events.length }, 'a pair is in the fleet no more');
  };
  const round = (): void => {
    const now = clock.monotonicMs();
    for (const { group, pair } of store.findings.pairs()) {
      const key = pairKey(group, pair);
      if (isThere(key)) goneSince.delete(key);
      else if (now - (goneSince.get(key) ?? now) < goneMsMin) goneSince.set(key, goneSince.get(key) ?? now);
      else {
        end(group, pair);
        goneSince.delete(key);
      }
    }
  };
  return () => {
    try {
      round();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      log.warn({ detail }, 'pairs that are in the fleet no more could not be ended; it is tried again');
    }
  };
}
