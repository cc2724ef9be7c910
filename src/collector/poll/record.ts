// Answers into the store and into memory: together what came together, and known only when it is on disk.
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import { Contradiction } from '../../store/fleet/contradiction.ts';
import type { FleetStore, NodeEvent } from '../../store/fleet/store.ts';
import { holdsNow } from '../node/events.ts';
import { type Known, keptOf, type Seen } from '../node/sight.ts';
import { silenceOf, thresholdsFor } from '../node/troubles.ts';
import { areBothAlive, cloneWords, isStillCloned } from './namesake.ts';
import { contradictedPlan, type Heard, type Plan, type PlanParts, planOf } from './plan.ts';

export interface RecordParts extends PlanParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly onHeard: (key: string, heard: Plan['news']) => void;
}

export interface Recorder {
  /** What became of each, in order. */
  record(heard: readonly Heard[]): readonly Recorded[];
  /** Says of those that do not answer that they are silent, once they are. */
  noticeSilence(seens: Iterable<Seen>): void;
  /** Trusts again whose clone is gone for good. */
  endClones(): void;
  /** Writes where every row stands. */
  keepAll(): void;
  /** Why nothing can be written; null when it can. */
  trouble(): string | null;
}

export interface Recorded {
  readonly seen: Seen;
  /** Null when it was taken. */
  readonly error: string | null;
  readonly hasMore: boolean;
}

/** A node whose history is another one with every poll would fill the disk with beginnings. */
const beginnings = { max: 5, withinMs: 600_000 } as const;

export function createRecorder(parts: RecordParts): Recorder {
  const { store, desk, clock, log, onHeard, config } = parts;
  let trouble: string | null = null;

  const settle = (error: unknown): void => {
    const before = trouble;
    trouble = error === null ? null : messageOf(error);
    if (trouble !== null && before === null)
      log.error({ detail: trouble }, 'what nodes tell cannot be stored; it is asked for again until it can');
    if (trouble === null && before !== null) log.info({}, 'what nodes tell is stored again');
  };

  const write = (plan: Plan): Written => {
    const { seen, begins, rest, page, events, mustKeep } = plan;
    const key = seen.target.key;
    if (rest !== null) takeRest(store, rest);
    const { instanceId, nodeId, heardAt } = plan.known;
    const stream = begins ? store.nodes.beginStream(key, { instanceId: instanceId!, nodeId: nodeId!, at: heardAt! }) : plan.known.stream;
    const known = stream === plan.known.stream ? plan.known : { ...plan.known, stream };
    if (page !== null) store.observations.take({ stream: stream!, ...page });
    if (mustKeep) store.nodes.keep(keptOf(known));
    desk.events.write(events);
    return { plan, known };
  };

  /** Takes what it can of one that contradicts what is stored: that it does. */
  const writeOne = (plan: Plan): Written => {
    try {
      return write(plan);
    } catch (error) {
      if (!(error instanceof Contradiction)) throw error;
      log.debug({ target: plan.seen.target.key, detail: error.message }, 'a row came with other words');
      return write(contradictedPlan(parts, plan));
    }
  };

  const writeAll = (plans: readonly Plan[]): readonly (Written | Unwritten)[] => {
    const needed = plans.filter(isWriting);
    if (needed.length === 0) return plans.map((plan) => ({ plan, known: plan.known }));
    try {
      const written = new Map(store.together(() => needed.map((plan) => [plan, writeOne(plan)] as const)));
      settle(null);
      return plans.map((plan) => written.get(plan) ?? { plan, known: plan.known });
    } catch {
      // One by one: what is wrong with one is no reason to lose the others.
      return plans.map(writeAlone);
    }
  };

  const writeAlone = (plan: Plan): Written | Unwritten => {
    if (!isWriting(plan)) return { plan, known: plan.known };
    try {
      const written = store.together(() => writeOne(plan));
      settle(null);
      return written;
    } catch (error) {
      settle(error);
      return { plan, error: `what it tells cannot be stored here (${messageOf(error)})` };
    }
  };

  const apply = ({ plan, known }: Written): void => {
    const { seen, memory, events, over, heard } = plan;
    const { isTurned, ...rest } = memory;
    desk.know(seen, known);
    Object.assign(seen, rest);
    seen.heardMs = heard.told.answered.monotonicMs;
    if (isTurned) seen.turnedMs = heard.told.answered.monotonicMs;
    if (plan.mustKeep) seen.keptMs = heard.told.answered.monotonicMs;
    if (plan.begins) seen.begunMs = [...seen.begunMs, heard.told.answered.monotonicMs].slice(-beginnings.max);
    for (const kind of over) seen.said.delete(kind);
    if (over.length > 0) log.info({ target: seen.target.key, over }, 'a trouble of a node is over');
    holdsNow(seen, events);
    desk.events.log(events);
  };

  /** Writes events by themselves, and makes them hold. */
  const say = (events: readonly NodeEvent[], seenOf: (event: NodeEvent) => Seen): void => {
    if (events.length === 0) return;
    try {
      store.together(() => desk.events.write(events));
    } catch (error) {
      settle(error);
      return;
    }
    for (const event of events) holdsNow(seenOf(event), [event]);
    desk.events.log(events);
  };

  const noticeClones = (seen: Seen): readonly Seen[] => {
    const { nodeId } = seen.known;
    const clones = nodeId === null ? [] : desk.namesakes(seen, nodeId).filter((other) => areBothAlive(seen, other));
    const events = new Map<NodeEvent, Seen>();
    const named = new Set<Seen>();
    for (const other of clones) {
      for (const [one, beside] of [
        [seen, other],
        [other, seen],
      ] as const) {
        // With three of them each names one.
        if (one.said.has('cloned') || named.has(one)) continue;
        named.add(one);
        events.set({ at: clock.now(), target: one.target.key, kind: 'cloned', detail: cloneWords(beside) }, one);
      }
    }
    say([...events.keys()], (event) => events.get(event)!);
    return [...named];
  };

  const begunTooOften = ({ seen, told: { answered } }: Heard): boolean =>
    seen.begunMs.length === beginnings.max && answered.monotonicMs - seen.begunMs[0]! < beginnings.withinMs;

  return {
    record: (heard) => {
      const plans = heard.map((one) => planOf(parts, one));
      const refused = new Set(plans.filter((plan) => plan.begins && begunTooOften(plan.heard)));
      const written = new Map(writeAll(plans.filter((plan) => !refused.has(plan))).map((one) => [one.plan.heard, one]));
      for (const one of written.values()) if ('known' in one) apply(one);
      return plans.map(({ heard: of, seen }) => {
        const one = written.get(of);
        if (one === undefined) return { seen, error: tooOften, hasMore: false };
        if ('error' in one) return { seen, error: one.error, hasMore: false };
        const cloned = noticeClones(seen);
        onHeard(seen.target.key, cloned.includes(seen) ? { ...one.plan.news, hasRows: true } : one.plan.news);
        for (const other of cloned)
          if (other !== seen) onHeard(other.target.key, { hasRows: true, hasDescription: false, hasLooks: false });
        return { seen, error: null, hasMore: one.plan.hasMore };
      });
    },
    noticeSilence: (seens) => {
      const moment = { now: clock.now(), monotonicMs: clock.monotonicMs() };
      const silent = [...seens].filter(({ isSilenceSaid }) => !isSilenceSaid);
      const events = new Map<NodeEvent, Seen>();
      for (const seen of silent) {
        const trouble = silenceOf(seen, thresholdsFor(config(), seen), moment);
        if (trouble !== null) events.set({ at: moment.now, target: seen.target.key, kind: 'silent', detail: trouble.detail }, seen);
      }
      say([...events.keys()], (event) => events.get(event)!);
    },
    endClones: () => {
      for (const seen of desk.all()) {
        const { nodeId } = seen.known;
        if (!seen.said.has('cloned')) continue;
        if (nodeId !== null && isStillCloned(seen, desk.namesakes(seen, nodeId), clock.monotonicMs())) continue;
        seen.said.delete('cloned');
        log.info({ target: seen.target.key }, 'a node is one machine again');
        onHeard(seen.target.key, { hasRows: true, hasDescription: false, hasLooks: false });
      }
    },
    keepAll: () => {
      try {
        store.together(() => {
          for (const { known, heardMs, keptMs } of desk.all())
            if (known.heardAt !== null && heardMs > keptMs) store.nodes.keep(keptOf(known));
        });
      } catch (error) {
        settle(error);
      }
    },
    trouble: () => trouble,
  };
}

interface Written {
  readonly plan: Plan;
  readonly known: Known;
}

interface Unwritten {
  readonly plan: Plan;
  readonly error: string;
}

const isWriting = ({ mustKeep, events }: Plan): boolean => mustKeep || events.length > 0;

const tooOften = 'its history was another one five times within ten minutes: look what runs there; nothing of it is taken until that ends';

/** What is known of a stream that ends is not worth losing the one that begins. */
function takeRest(store: FleetStore, rest: NonNullable<Plan['rest']>): void {
  try {
    store.observations.take(rest);
  } catch (error) {
    if (!(error instanceof Contradiction)) throw error;
  }
}

const messageOf = (error: unknown): string => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.message.split('\n')[0]!.slice(0, 200) : 'unknown';
};
