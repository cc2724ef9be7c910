// Whether anything on the page could not be asked again: then the page is not up to date, however alive the collector’s events are.
import { computed, signal } from '@preact/signals';

const failing = signal<ReadonlySet<object>>(new Set());

export const isBehind = computed(() => failing.value.size > 0);

/** `of` is whatever asks; it says false when it ends. */
export function noteFailing(of: object, isFailing: boolean): void {
  const before = failing.peek();
  if (before.has(of) === isFailing) return;
  const next = new Set(before);
  if (isFailing) next.add(of);
  else next.delete(of);
  failing.value = next;
}
