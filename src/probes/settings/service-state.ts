// Whether the process that reads a source was started before the source was last changed.
import type { Service } from './facts.ts';
import type { UnitSight } from './units/unit.ts';

/** systemd tells the start in whole seconds. */
const second = (ms: number): number => Math.floor(ms / 1_000);

/** `changed`: epoch milliseconds of the last change, by path. */
export function serviceState(sight: UnitSight, changed: ReadonlyMap<string, number>): Service {
  switch (sight.kind) {
    case 'unseen':
      // Where there is no systemd, it has started nothing.
      return sight.reason === 'tool-missing' ? { kind: 'not-running' } : sight;
    case 'not-found':
      return { kind: 'not-running' };
    case 'unit': {
      if (!sight.isRunning) return { kind: sight.isFailed ? 'failed' : 'not-running' };
      if (sight.startedMs === null) return { kind: 'unseen', reason: 'unparsable', detail: 'systemd does not say since when it runs' };
      const started = second(sight.startedMs);
      const later = [...changed].filter(([, ms]) => second(ms) > started).map(([path]) => path);
      return later.length === 0 ? { kind: 'started-after' } : { kind: 'started-before', changed: later.sort() };
    }
  }
}
