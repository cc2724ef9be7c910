// Which view is shown, as the address says; and how to go to another one.
import { computed, signal } from '@preact/signals';
import { isSameView, momentOf, type QueryChange, type Route, routeOf, withQuery } from './routes.ts';

const hash = signal(location.hash);

export const route = computed<Route>(() => routeOf(hash.value));

/** The past moment that is looked at; null for now. */
export const moment = computed(() => momentOf(route.value));

/** To an address of this page, as a link to it would. */
export function go(href: string): void {
  location.hash = href;
}

/** Tells this view something else: it stays where it is, and the way back does not lead through what it was told before. */
export function setQuery(change: QueryChange): void {
  history.replaceState(history.state, '', withQuery(route.peek(), change));
  hash.value = location.hash;
}

/** Calls when another view is shown than before, and so once at the beginning. */
export function onNavigated(act: (isFirst: boolean) => void): void {
  let before: Route | null = null;
  route.subscribe((now) => {
    const isFirst = before === null;
    if (before === null || !isSameView(before, now)) act(isFirst);
    before = now;
  });
}

addEventListener('hashchange', () => {
  hash.value = location.hash;
});
