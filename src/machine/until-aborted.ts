// Ends every question when its look is over, even where the operating system does not let go (a file on a dead NFS mount).
import type { Machine } from '../contract/machine.ts';
import { failed } from './failure.ts';

const ended = failed('timeout', 'the look was ended by its time limit');

export function untilAborted(machine: Machine, signal: AbortSignal): Machine {
  const limited = <T>(ask: () => Promise<T>): Promise<T | typeof ended> => firstOf(signal, ask, () => ended);
  return {
    now: () => machine.now(),
    uname: () => limited(() => machine.uname()),
    run: (argv, limits) => limited(() => machine.run(argv, limits)),
    readFile: (path, limits) => limited(() => machine.readFile(path, limits)),
    stat: (path) => limited(() => machine.stat(path)),
    listDirectory: (path, limits) => limited(() => machine.listDirectory(path, limits)),
    glob: (pattern, limits) => limited(() => machine.glob(pattern, limits)),
    realPath: (path) => limited(() => machine.realPath(path)),
    listeners: () => limited(() => machine.listeners()),
    processes: (limits) => limited(() => machine.processes(limits)),
    lookup: (name, options) => limited(() => machine.lookup(name, options)),
    exchangeDns: (request) => limited(() => machine.exchangeDns(request)),
    dial: (request) => firstOf(signal, () => machine.dial(request), dialEnded),
    digestFile: (path, limits) =>
      firstOf(
        signal,
        () => machine.digestFile(path, limits),
        () => ended,
        digestGraceMs,
      ),
    tryCloud: (request) => limited(() => machine.tryCloud(request)),
    pause: (ms) =>
      firstOf(
        signal,
        () => machine.pause(ms),
        () => undefined,
      ),
  };
}

const dialEnded = () =>
  ({
    kind: 'dialled',
    stage: 'connect',
    result: 'timeout',
    code: 'ABORTED',
    detail: ended.detail,
    localAddress: null,
    timings: { totalMs: 0 },
  }) as const;

/** How far a digest came is worth the time in which a disk answers. */
const digestGraceMs = 500;

function firstOf<T, E>(signal: AbortSignal, ask: () => Promise<T>, atAbort: () => E, graceMs = 0): Promise<T | E> {
  if (signal.aborted) return Promise.resolve(atAbort());
  return new Promise((resolve, reject) => {
    // A question's own answer to the abort tells more (the stage that a dial had reached), so it gets the first turn.
    const onAbort = () => (graceMs === 0 ? setImmediate(giveUp) : setTimeout(giveUp, graceMs).unref());
    const giveUp = () => resolve(atAbort());
    signal.addEventListener('abort', onAbort, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
