// What was asked for, in whichever of its states: on its way, failed, of now, or of before.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Resource, Shown } from '../api/resource.ts';
import { noteShownAt } from '../api/shown-at.ts';
import { sentence } from '../format/sentence.ts';
import { Failed } from './failed.tsx';
import { Skeleton } from './skeleton.tsx';
import { Time } from './time.tsx';
import './showing.css';

interface ShowingProps<T> {
  readonly of: Resource<T>;
  /** As it stands in "Asking for … " and "Not known: …". */
  readonly what: string;
  readonly lines?: number;
  readonly children: (value: T, shown: Shown<T>) => ComponentChildren;
}

export function Showing<T>({ of, what, lines = 3, children }: ShowingProps<T>) {
  useNotedAge(of.state === 'shown' ? of.at : null);
  switch (of.state) {
    case 'loading':
      return <Skeleton what={what} lines={lines} />;
    case 'failed':
      return <Failed error={of.error} what={what} again={of.again} />;
    case 'shown':
      return (
        <div class="showing" data-stale={of.isStale} data-pending={of.isPending} aria-busy={of.isPending}>
          {of.isStale && (
            <p class="showing-stale">
              As of <Time at={of.at} as="absolute" />, <Time at={of.at} />
              {of.error !== null && <>. {sentence(of.error.message)}</>}
            </p>
          )}
          {children(of.value, of)}
        </div>
      );
  }
}

/** For the banner that says how old what is seen is. */
function useNotedAge(at: number | null): void {
  const self = useRef({}).current;
  useEffect(() => noteShownAt(self, at), [self, at]);
  useEffect(() => () => noteShownAt(self, null), [self]);
}
