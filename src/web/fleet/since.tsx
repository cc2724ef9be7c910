// Since when a verdict stood: how long by now, or by the past moment that is shown.
import { machineTime, span } from '../format/times.ts';
import { Time } from '../parts/time.tsx';

interface SinceProps {
  readonly since: number;
  /** Null for now. */
  readonly moment: number | null;
}

export const Since = ({ since, moment }: SinceProps) =>
  moment === null ? <Time at={since} as="age" /> : <time dateTime={machineTime(since)}>{span(Math.max(0, moment - since))}</time>;
