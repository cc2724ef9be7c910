// How old what is on the page is: when its oldest part was last known to be so.
import { computed, signal } from '@preact/signals';

const moments = signal<ReadonlyMap<object, number>>(new Map());

/** By the collector's clock; null while nothing is shown. */
export const oldestShownAt = computed(() => (moments.value.size === 0 ? null : Math.min(...moments.value.values())));

/** `of` is whatever shows something; it says null when it does not any more. */
export function noteShownAt(of: object, at: number | null): void {
  const next = new Map(moments.peek());
  if (at === null) next.delete(of);
  else next.set(of, at);
  moments.value = next;
}
