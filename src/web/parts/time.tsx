// A moment: how long ago it was, with the moment itself for who asks, or the other way round.
import { useComputed } from '@preact/signals';
import { now } from '../api/clock.ts';
import { absolute, absoluteWithSeconds, machineTime, relative, span } from '../format/times.ts';

interface TimeProps {
  /** Epoch milliseconds by the collector's clock. */
  readonly at: number;
  /** `ago`: 4 min ago. `age`: 4 min. `absolute`: the moment, in UTC. */
  readonly as?: 'ago' | 'age' | 'absolute';
}

export function Time({ at, as = 'ago' }: TimeProps) {
  return (
    <time dateTime={machineTime(at)} title={as === 'absolute' ? undefined : absoluteWithSeconds(at)}>
      {as === 'absolute' ? absolute(at) : <Moving at={at} as={as} key={`${at} ${as}`} />}
    </time>
  );
}

/** Drawn again by itself when its text is another, and nothing above it with it. */
function Moving({ at, as }: { readonly at: number; readonly as: 'ago' | 'age' }) {
  const text = useComputed(() => (as === 'ago' ? relative(at, now.value) : span(now.value - at)));
  // Read here: a signal that is given to Preact 11 as text is written once and never again (@preact/signals 2.11.4).
  return <>{text.value}</>;
}
