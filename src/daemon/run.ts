// A daemon from an opened history to its exit code: served, watched by systemd, reloaded and stopped alike, whatever it does.

import { CannotListen } from '../server/listen.ts';
import type { Route } from '../server/route.ts';
import { buildServer } from '../server.ts';
import type { Clock } from './clock.ts';
import { accessOf, createDoors, type Doors, exposureProblem, type Serving } from './doors.ts';
import { type DaemonExit, daemonExits } from './exits.ts';
import type { LeveledLog, LogLevel } from './log.ts';
import type { Served } from './served.ts';
import { untilSignal } from './signals.ts';
import { systemd } from './systemd.ts';

export interface Daemon<C extends Configured> {
  /** As the log calls it: `the agent`. */
  readonly called: string;
  readonly config: () => C;
  /** Names besides localhost and addresses under which it is asked. */
  readonly hostName: () => string;
  readonly clock: Clock;
  readonly log: LeveledLog;
  readonly routes: (served: Served) => readonly Route[];
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Reads the configuration again; one sentence where it is no good. */
  readonly read: () => Promise<{ readonly kind: 'loaded'; readonly config: C } | { readonly kind: 'invalid'; readonly detail: string }>;
  readonly take: (config: C) => Promise<void>;
  /** For `systemctl status`. */
  readonly status: () => string;
  readonly isAlive: (served: Served) => boolean;
  /** What the log says of it once it serves. */
  readonly introduction: () => object;
  /** Instead of the one that is configured. */
  readonly logLevel?: LogLevel;
  readonly environment?: NodeJS.ProcessEnv;
  /** Told why it cannot start. */
  readonly complain: (line: string) => void;
  readonly onServing?: (urls: readonly string[]) => void;
}

export interface Configured extends Serving {
  readonly log: { readonly level: LogLevel };
}

/** Resolves when it has stopped. Signals: TERM and INT stop, HUP reads the configuration again. */
export async function runDaemon<C extends Configured>(daemon: Daemon<C>): Promise<DaemonExit> {
  const { clock, log, called } = daemon;
  let reloadProblem: string | null = null;
  const served: Served = {
    urls: () => doors.urls(),
    doorProblems: () => doors.problems(clock.now()),
    reloadProblem: () => reloadProblem,
  };
  const server = await buildServer({
    routes: daemon.routes(served),
    access: () => accessOf(daemon.config(), daemon.hostName()),
    monotonicMs: clock.monotonicMs,
    onError: (error, request) => log.error({ ...request, detail: error.stack ?? error.message }, 'a request failed'),
  });
  const doors = createDoors(server);
  const refusal = await opened(doors, daemon.config());
  if (refusal !== null) {
    await daemon.stop();
    daemon.complain(refusal);
    return daemonExits.unavailable;
  }
  await daemon.start();
  const manager = systemd(daemon.environment ?? process.env, clock, log);
  const reload = async (): Promise<void> => {
    await manager.reloading();
    reloadProblem = await reloaded(daemon, doors);
    await manager.ready(daemon.status());
  };
  const ended = untilSignal(reload, log);
  log.info({ urls: doors.urls(), ...daemon.introduction() }, `${called} serves`);
  // Not waited for: a manager that does not answer must not hold anything up.
  void manager.ready(daemon.status());
  manager.watch(() => daemon.isAlive(served));
  daemon.onServing?.(doors.urls());
  const signal = await ended;
  log.info({ signal }, `${called} stops`);
  await Promise.all([manager.stopping(), doors.close(), daemon.stop()]);
  await server.close();
  return daemonExits.stopped;
}

/** One sentence where it cannot be served. */
async function opened(doors: Doors, config: Serving): Promise<string | null> {
  try {
    await doors.open(config);
    return null;
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error;
    return error.message;
  }
}

/** Why the new configuration was not taken; null when it was. The old one stays until the new one is known to work. */
async function reloaded<C extends Configured>(daemon: Daemon<C>, doors: Doors): Promise<string | null> {
  const { log } = daemon;
  const problem = await tryReload(daemon, doors);
  if (problem === null) {
    log.setLevel(daemon.logLevel ?? daemon.config().log.level);
    log.info(daemon.introduction(), 'the configuration was read again');
  } else log.error({ detail: problem }, 'the new configuration is no good; the old one stays');
  return problem;
}

async function tryReload<C extends Configured>(daemon: Daemon<C>, doors: Doors): Promise<string | null> {
  try {
    const read = await daemon.read();
    if (read.kind === 'invalid') return read.detail;
    const exposed = exposureProblem(read.config);
    if (exposed !== null) return exposed;
    await doors.change(read.config);
    await daemon.take(read.config);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
