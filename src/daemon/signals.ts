// What a daemon is told from outside: TERM and INT stop it, HUP makes it read its configuration again.
import { daemonExits } from './exits.ts';
import type { Log } from './log.ts';

/** Resolves with the signal that ends it, after a reload that was under way. */
export function untilSignal(reload: () => Promise<void>, log: Log): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  // One reload after the other; those asked for meanwhile become one.
  let reloading: Promise<void> | null = null;
  let isAskedAgain = false;
  const again = (): void => {
    if (reloading !== null) {
      isAskedAgain = true;
      return;
    }
    reloading = reload().finally(() => {
      reloading = null;
      if (isAskedAgain) {
        isAskedAgain = false;
        again();
      }
    });
  };
  process.on('SIGHUP', again);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.off('SIGHUP', again);
      isAskedAgain = false;
      // A reload that went on beside the shutdown would open again what that has closed.
      void Promise.allSettled([reloading]).then(() => resolve(signal));
      process.once(signal, () => {
        log.warn({ signal }, 'asked twice: ending without waiting');
        process.exit(daemonExits.stopped);
      });
    });
  }
  return promise;
}
