// After a link within the page: the focus on the new view’s heading, and the window at its top, or where it was on the way back.
import { onNavigated } from './router.ts';

/** A view’s code and first answer are waited for so long: after that the reader has gone on by themselves. */
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
    whenThere(() => {
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
      scrollTo({ top });
    });
  });
}

/** Two frames on, the view that was left is gone from the page. */
function whenThere(act: () => void): void {
  const until = performance.now() + waitMsMax;
  const look = (): void => {
    const found = document.querySelector('main h1');
    if (found !== null) act();
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
}
