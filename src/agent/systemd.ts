// Speaks sd_notify(3): ready, reloading, stopping, and alive only while the schedule is.
//
// Node cannot send datagrams to a Unix socket, so systemd's own tool is asked. systemd attributes a message by looking up the sender
// in /proc, and the tool may be gone by then: on systemd 239 (Oracle Linux 8) such a message is lost. Hence the unit says
// NotifyAccess=all, the tool says --pid (it then also sends as if it were us where it may), and READY=1 is sent again until
// the manager says that the unit is active. A lost WATCHDOG=1 is made good by the next one: three go into each period.
import { execFile } from 'node:child_process';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export interface Systemd {
  ready(status: string): Promise<void>;
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  /** Sends signs of life while `isAlive` says so. */
  watch(isAlive: () => boolean): void;
  stop(): void;
}

const toolTimeoutMs = 5_000;
const readyAttemptsMax = 10;
const readyAgainMs = 500;

/** Does nothing where no systemd started us. */
export function systemd(environment: NodeJS.ProcessEnv, clock: Clock, log: Log): Systemd {
  if (environment.NOTIFY_SOCKET === undefined || environment.NOTIFY_SOCKET === '') return silent;
  // Children that are not told of it cannot speak in our name: probes run tools.
  const socket = environment.NOTIFY_SOCKET;
  delete environment.NOTIFY_SOCKET;
  const notify = (...fields: readonly string[]): Promise<string | null> =>
    tool('systemd-notify', [`--pid=${process.pid}`, ...fields], { NOTIFY_SOCKET: socket }, log);
  const watchdogMs = Number(environment.WATCHDOG_USEC ?? 0) / 1_000;
  let cancel = (): void => {};
  const beat = (isAlive: () => boolean): void => {
    cancel = clock.setTimer(watchdogMs / 3, () => {
      if (isAlive()) void notify('WATCHDOG=1');
      else log.error({}, 'no sign of life is sent to systemd: the schedule stands still');
      beat(isAlive);
    });
  };
  return {
    ready: async (status) => {
      for (let attempt = 0; attempt < readyAttemptsMax; attempt++) {
        await notify('READY=1', `STATUS=${status}`);
        if (await isActive()) return;
        await new Promise<void>((resolve) => clock.setTimer(readyAgainMs, resolve));
      }
      log.warn({}, 'systemd did not confirm that it knows the agent to be ready');
    },
    reloading: async () => {
      // CLOCK_MONOTONIC, which is what Node's clock counts by too.
      await notify('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
    },
    stopping: async () => {
      cancel();
      await notify('STOPPING=1');
    },
    watch: (isAlive) => {
      if (watchdogMs > 0) beat(isAlive);
    },
    stop: () => cancel(),
  };

  async function isActive(): Promise<boolean> {
    const unit = environment.UNDERSTUDY_UNIT ?? 'understudy-agent.service';
    const state = await tool('systemctl', ['show', '--property=ActiveState', '--value', unit], {}, null);
    return state?.trim() === 'active';
  }
}

const silent: Systemd = {
  ready: async () => {},
  reloading: async () => {},
  stopping: async () => {},
  watch: () => {},
  stop: () => {},
};

function tool(name: string, args: readonly string[], env: Readonly<Record<string, string>>, log: Log | null): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  execFile(name, args, { env: { PATH: '/usr/bin:/bin', ...env }, timeout: toolTimeoutMs, killSignal: 'SIGKILL' }, (error, stdout) => {
    if (error !== null) log?.warn({ tool: name, detail: error.message.split('\n')[0] }, 'systemd could not be told');
    resolve(error === null ? stdout : null);
  });
  return promise;
}
