// Oracle's SDK reports on the console whatever it meets. What it says while one of its functions runs is dropped; everybody else's words
// come through.
import { AsyncLocalStorage } from 'node:async_hooks';

const quiet = new AsyncLocalStorage<true>();
let isInstalled = false;

export function quietly<T>(run: () => T): T {
  install();
  return quiet.run(true, run);
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const) {
    const original = console[method];
    console[method] = (...words: unknown[]) => {
      if (quiet.getStore() !== true) original.apply(console, words);
    };
  }
}
