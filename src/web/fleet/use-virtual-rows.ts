// Draws, of many rows, those that are in sight; the others only keep their place.
import { signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { heightOf, inSight, type Offsets, offsetsOf } from './row-offsets.ts';

interface Countable {
  readonly key: string;
  /** Rows of a kind are about equally high. */
  readonly kind: string;
}

export interface VirtualRows {
  /** Holds the rows, each at its own top. */
  readonly body: RefObject<HTMLDivElement | null>;
  readonly height: number;
  /** Indices, ascending. */
  readonly drawn: readonly number[];
  readonly offsets: Offsets;
  /** Of the element of a row, so that its height is known; answers how to stop. */
  readonly measure: (key: string, kind: string, element: HTMLElement) => () => void;
}

/** Drawn beyond both edges, so that a quick wheel shows no emptiness. */
const spare = 8;

/** `kept` is drawn wherever it is, since it has the focus; -1 for none. */
export function useVirtualRows(rows: readonly Countable[], kept: number, estimates: Readonly<Record<string, number>>): VirtualRows {
  const body = useRef<HTMLDivElement>(null);
  const measured = useMemo(createHeights, []);
  const { changes } = measured;
  const sight = useSignal({ from: 0, until: 0 });
  const version = changes.value;
  // Heights are measured anew with each version.
  const offsets = useMemo(() => offsetsOf(rows.map(({ key, kind }) => measured.of(key, kind, estimates))), [rows, version, measured]);

  useLayoutEffect(() => {
    const look = (): void => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const { from, until } = inSight(offsets, -top, innerHeight - top);
      if (from !== sight.peek().from || until !== sight.peek().until) sight.value = { from, until };
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [offsets, sight]);
  useEffect(() => measured.end, [measured]);

  const from = Math.max(0, sight.value.from - spare);
  const until = Math.min(rows.length, sight.value.until + spare);
  const inside = Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);
  const isApart = kept >= 0 && kept < rows.length && (kept < from || kept >= until);
  const drawn = isApart ? (kept < from ? [kept, ...inside] : [...inside, kept]) : inside;
  return { body, height: heightOf(offsets), drawn, offsets, measure: measured.measure };
}

function createHeights() {
  const heights = new Map<string, number>();
  const byKind = new Map<string, number>();
  const elements = new WeakMap<Element, { readonly key: string; readonly kind: string }>();
  const changes = signal(0);
  const observer = new ResizeObserver((entries) => {
    let isChanged = false;
    for (const { target } of entries) {
      const row = elements.get(target);
      // Drawn rows have a height; one that was just taken away has none.
      const height = target.getBoundingClientRect().height;
      if (row === undefined || height === 0 || Math.abs((heights.get(row.key) ?? 0) - height) < 0.5) continue;
      heights.set(row.key, height);
      byKind.set(row.kind, height);
      isChanged = true;
    }
    if (isChanged) changes.value += 1;
  });
  return {
    changes,
    of: (key: string, kind: string, estimates: Readonly<Record<string, number>>): number =>
      heights.get(key) ?? byKind.get(kind) ?? estimates[kind] ?? 0,
    measure: (key: string, kind: string, element: HTMLElement): (() => void) => {
      elements.set(element, { key, kind });
      observer.observe(element);
      return () => observer.unobserve(element);
    },
    end: () => observer.disconnect(),
  };
}
