// Whether a counter advances, told from two looks: the only proof of delivery where an agent keeps nothing but totals.
import type { EarlierAgent } from './agent-kind.ts';
import type { Amount, Stage } from './facts.ts';
import { no, unseenStage, yes } from './stages.ts';

/** Shorter looks than this may fall between two flushes of a healthy agent (Datadog flushes every 15 s). */
export const growthSpanMs = 30_000;

export interface Count {
  /** Epoch milliseconds at which it was read. */
  readonly at: number;
  /** Total since the agent started. */
  readonly delivered: number;
  /** Epoch seconds of the agent's start; null where it does not say. Tells a restart from a fall. */
  readonly startedSeconds: number | null;
}

export interface Growth {
  readonly delivering: Stage;
  /** Seconds since the total was last seen to advance; null where no look came before. A reading. */
  readonly withoutDeliverySeconds: number | null;
}

export const oneLook = 'one look cannot tell whether its counters advance';

/** `before` is the earlier sample of the same counter. */
export function judgeGrowth(now: Count, before: Count | null, earlier: EarlierAgent | null): Growth {
  if (now.delivered === 0 && isLongUp(now)) return { delivering: no('stalled', nothingSince), withoutDeliverySeconds: null };
  if (before === null || now.at < before.at) return { delivering: unseenStage('unreadable', oneLook), withoutDeliverySeconds: null };
  const isRestarted = now.delivered < before.delivered || startDiffers(now, before);
  const grown = isRestarted ? now.delivered : now.delivered - before.delivered;
  if (grown > 0) return { delivering: yes, withoutDeliverySeconds: 0 };
  const waited = (earlier?.readings.withoutDeliverySeconds ?? 0) + (now.at - before.at) / 1_000;
  if (isRestarted)
    return { delivering: unseenStage('unreadable', 'it has restarted and sent nothing yet'), withoutDeliverySeconds: waited };
  const stalled = waited * 1_000 >= growthSpanMs;
  return {
    delivering: stalled ? no('stalled', 'its count of delivered payloads does not advance') : carried(earlier),
    withoutDeliverySeconds: waited,
  };
}

const nothingSince = 'it has delivered nothing since it started';

/** An agent sends its first payloads within a minute; two leave room for a slow boot. */
const firstDeliveryWithinMs = 120_000;

const isLongUp = (now: Count): boolean => now.startedSeconds !== null && now.at - now.startedSeconds * 1_000 >= firstDeliveryWithinMs;

/** JSON numbers round the agent's nanoseconds, so that two readings of one start may differ by a fraction. */
const startDiffers = (now: Count, before: Count): boolean =>
  now.startedSeconds !== null && before.startedSeconds !== null && Math.abs(now.startedSeconds - before.startedSeconds) > 1;

/** Two looks within one flush prove nothing: what the last pair of looks proved still stands. */
function carried(earlier: EarlierAgent | null): Stage {
  const last = earlier?.facts.stages.delivering;
  return last !== undefined && (last.state === 'yes' || (last.state === 'no' && last.why === 'stalled'))
    ? last
    : unseenStage('unreadable', oneLook);
}

export function amountOf(now: number, before: number | undefined): Amount {
  if (now === 0) return 'none';
  return before !== undefined && now > before ? 'growing' : 'held';
}

/** For totals since the agent's start: after a restart they begin again. */
export const lossesOf = (now: number, before: number | undefined): Amount =>
  amountOf(now, before === undefined || now < before ? undefined : before);
