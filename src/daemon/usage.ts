// What the agent itself takes from the machine, so that nobody has to guess.
import type { Clock } from './clock.ts';

export interface DaemonUsage {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** User and system time since the start. */
  readonly cpuSeconds: number;
  /** Share of the time since the last asking in which the event loop was busy; 1 is a whole core. */
  readonly loopBusy: number;
  readonly uptimeMs: number;
}

export function usageMeter(clock: Clock): () => DaemonUsage {
  const startedAt = clock.monotonicMs();
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const cpu = process.cpuUsage();
    const memory = process.memoryUsage();
    return {
      rssBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      loopBusy: Math.round(utilization * 1e4) / 1e4,
      uptimeMs: Math.round(clock.monotonicMs() - startedAt),
    };
  };
}
