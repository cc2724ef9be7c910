// Keeps the collector's history within its age and size, in steps short enough for polls not to notice.
import type { FleetConfig } from '../config/fleet-config.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import type { FleetStore } from '../store/fleet/store.ts';

export interface Upkeep {
  start(): void;
  stop(): void;
}

const everyMs = 60_000;
const betweenStepsMs = 50;
/** A round ends after this many steps, or a shrunk limit would keep the disk busy for minutes. */
const stepsMax = 200;

export function createUpkeep(parts: {
  readonly config: () => FleetConfig;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
}): Upkeep {
  const { config, store, clock, log } = parts;
  let cancel = (): void => {};
  let trouble: string | null = null;
  const step = (): boolean => {
    const { store: limits, receipts } = config();
    try {
      const hasMore = store.maintain(clock.now(), { ...limits, receiptsKeepMs: receipts.keepMs });
      trouble = null;
      return hasMore;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (detail !== trouble) log.warn({ file: store.file, detail }, 'old rows could not be removed');
      trouble = detail;
      return false;
    }
  };
  const round = (steps: number): void => {
    const isAgain = step() && steps < stepsMax;
    cancel = clock.setTimer(isAgain ? betweenStepsMs : everyMs, () => round(isAgain ? steps + 1 : 0));
  };
  return {
    start: () => {
      cancel = clock.setTimer(everyMs, () => round(0));
    },
    stop: () => cancel(),
  };
}
