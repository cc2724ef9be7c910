// What time it is by the collector’s clock: the browser’s may be wrong, and every moment that is shown is the collector’s.
import { signal } from '@preact/signals';

/** What the collector's clock is ahead of the browser's. */
let offsetMs = 0;

/** By the collector’s clock, ticking while somebody looks. */
export const now = signal(Date.now());

export const collectorNow = (): number => Date.now() + offsetMs;

/** Of an answer that has just come. As wrong as the way back is long, which no age that is shown in seconds can tell. */
export function noteCollectorTime(at: number): void {
  offsetMs = at - Date.now();
  tick();
}

const tickMs = 1_000;

function tick(): void {
  now.value = collectorNow();
}

setInterval(() => {
  if (document.visibilityState === 'visible') tick();
}, tickMs);
document.addEventListener('visibilitychange', tick);
