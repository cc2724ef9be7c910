// After a link within the page: the focus on the new view’s heading, and the window at its top, or where it was on the way back.
import { onNavigated } from './router.ts';

/** A view’s code is waited for so long: after that the reader has gone on by themselves. */
const waitMsMax = 3_000;

export function followNavigation(): void {
  history.scrollRestoration = 'manual';
  const places = new Map<string, number>();
  let isBack = false;
  let left = location.hash;
  addEventListener('popstate', () => {
    isBack = true;
  });
  addEventListener('scroll', () => places.set(location.hash, scrollY), { passive: true });
  onNavigated((isFirst) => {
    const top = isBack && left !== location.hash ? (places.get(location.hash) ?? 0) : 0;
    isBack = false;
    left = location.hash;
    if (isFirst) return;
    // Two frames on, the view that was left is gone from the page.
    requestAnimationFrame(() => requestAnimationFrame(() => headingTakesFocus(top)));
  });
}

/** Once at the beginning, and again where the first heading gives way to that of the view whose code has come. */
function headingTakesFocus(top: number): void {
  const until = performance.now() + waitMsMax;
  const leave = new AbortController();
  for (const kind of ['keydown', 'pointerdown', 'wheel']) addEventListener(kind, () => leave.abort(), { signal: leave.signal });
  let isFirst = true;
  const look = (): void => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (heading !== null && (isFirst || document.activeElement === document.body)) {
      heading.focus({ preventScroll: true });
      scrollTo({ top });
      isFirst = false;
    }
    if (performance.now() < until && !leave.signal.aborted) requestAnimationFrame(look);
    else leave.abort();
  };
  look();
}
