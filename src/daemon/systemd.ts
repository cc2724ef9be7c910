// Speaks sd_notify(3): ready, reloading, stopping, and alive only while the schedule is.
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { sendDatagram } from './notify-socket.ts';

export interface Systemd {
  ready(status: string): Promise<void>;
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  /** Sends signs of life while `isAlive` says so. */
  watch(isAlive: () => boolean): void;
  stop(): void;
}

/** A sign of life that is lost is made good by the next one. */
const signsPerPeriod = 3;

/** Does nothing where no systemd started us. */
export function systemd(environment: NodeJS.ProcessEnv, clock: Clock, log: Log): Systemd {
  const socket = environment.NOTIFY_SOCKET;
  if (socket === undefined || socket === '') return silent;
  // Children that are not told of it cannot speak in our name: probes run tools.
  delete environment.NOTIFY_SOCKET;
  const notify = async (...fields: readonly string[]): Promise<void> => {
    try {
      await sendDatagram(socket, fields.join('\n'));
    } catch (error) {
      log.warn({ detail: error instanceof Error ? error.message : String(error) }, 'systemd could not be told');
    }
  };
  const watchdogMs = Number(environment.WATCHDOG_USEC ?? 0) / 1_000;
  let cancel = (): void => {};
  const beat = (isAlive: () => boolean): void => {
    cancel = clock.setTimer(watchdogMs / signsPerPeriod, () => {
      if (isAlive()) void notify('WATCHDOG=1');
      else log.error({}, 'no sign of life is sent to systemd: the schedule stands still');
      beat(isAlive);
    });
  };
  return {
    ready: (status) => notify('READY=1', `STATUS=${status}`),
    // CLOCK_MONOTONIC, which is what Node's clock counts by too.
    reloading: () => notify('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`),
    stopping: async () => {
      cancel();
      await notify('STOPPING=1');
    },
    watch: (isAlive) => {
      if (watchdogMs > 0) beat(isAlive);
    },
    stop: () => cancel(),
  };
}

const silent: Systemd = {
  ready: async () => {},
  reloading: async () => {},
  stopping: async () => {},
  watch: () => {},
  stop: () => {},
};
