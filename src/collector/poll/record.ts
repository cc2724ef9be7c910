// Answers into the store and into memory: together what came together, and known only when it is on disk.
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import { holdsNow } from '../node/events.ts';
import { keptOf, knownOf, type Seen } from '../node/sight.ts';
import { silenceOf, thresholdsFor } from '../node/troubles.ts';
import { areBothAlive, cloneWords, isStillCloned } from './namesake.ts';
import { type Heard, type Plan, type PlanParts, planOf } from './plan.ts';
import { createWriting, type Unwritten, type Written } from './writing.ts';

export interface RecorderParts extends PlanParts {
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
const tooOften = 'its history was another one five times within ten minutes: look what runs there; nothing of it is taken until that ends';
const troubleNews: Plan['news'] = { hasRows: true, hasDescription: false, hasLooks: false };

export function createRecorder(parts: RecorderParts): Recorder {
  const { store, desk, clock, log, onHeard, config } = parts;
  const writing = createWriting(parts);

  const apply = ({ plan, known }: Written): void => {
    const { seen, memory, events, over, heard } = plan;
    const { isTurned, ...rest } = memory;
    const { monotonicMs } = heard.told.answered;
    desk.know(seen, known);
    Object.assign(seen, rest);
    seen.heardMs = monotonicMs;
    if (isTurned) seen.turnedMs = monotonicMs;
    if (plan.mustKeep) seen.keptMs = monotonicMs;
    for (const kind of over) seen.said.delete(kind);
    if (over.length > 0) log.info({ target: seen.target.key, over }, 'a trouble of a node is over');
    holdsNow(seen, events);
    desk.events.log(events);
  };

  /** Writes events by themselves, and makes them hold. */
  const say = (events: ReadonlyMap<NodeEvent, Seen>): void => {
    if (events.size === 0 || !writing.act(() => desk.events.write([...events.keys()]))) return;
    for (const [event, seen] of events) holdsNow(seen, [event]);
    desk.events.log([...events.keys()]);
  };

  const noticeClones = (seen: Seen): readonly Seen[] => {
    const { nodeId } = seen.known;
    const clones = nodeId === null ? [] : desk.namesakes(seen, nodeId).filter((other) => areBothAlive(seen, other));
    const pairs = clones.flatMap((other) => [[seen, other] as const, [other, seen] as const]);
    // With three of them each names one.
    const named = new Map(pairs.filter(([one]) => !one.said.has('cloned')));
    const event = ([one, beside]: readonly [Seen, Seen]): readonly [NodeEvent, Seen] => [
      { at: clock.now(), target: one.target.key, kind: 'cloned', detail: cloneWords(beside) },
      one,
    ];
    say(new Map([...named].map(event)));
    return [...named.keys()];
  };

  /** One whose data nobody foresaw must not end the polls of all others. */
  const planned = (heard: Heard): Plan | null => {
    try {
      return planOf(parts, heard);
    } catch (error) {
      log.error(
        { target: heard.seen.target.key, detail: error instanceof Error ? error.stack : String(error) },
        'an answer could not be dealt with',
      );
      return null;
    }
  };

  const isTooOften = ({ seen, heard }: Plan): boolean => {
    const { monotonicMs } = heard.told.answered;
    return seen.begunMs.length === beginnings.max && monotonicMs - seen.begunMs[0]! < beginnings.withinMs;
  };

  const outcomeOf = ({ seen }: Heard, plan: Plan | null, one: Written | Unwritten | undefined): Recorded => {
    if (plan === null) return { seen, error: 'its answer could not be dealt with here: the log says more', hasMore: false };
    if (one === undefined) return { seen, error: tooOften, hasMore: false };
    if ('error' in one) return { seen, error: one.error, hasMore: false };
    const cloned = noticeClones(seen);
    onHeard(seen.target.key, cloned.includes(seen) ? { ...one.plan.news, hasRows: true } : one.plan.news);
    for (const other of cloned) if (other !== seen) onHeard(other.target.key, troubleNews);
    return { seen, error: null, hasMore: one.plan.hasMore };
  };

  return {
    record: (heard) => {
      const plans = heard.map(planned);
      const allowed = plans.filter((plan): plan is Plan => plan !== null && !(plan.begins && isTooOften(plan)));
      const written = new Map(writing.all(allowed).map((one, index) => [allowed[index]!, one]));
      for (const [plan, one] of written) {
        if (one.plan.begins || plan.begins) countBeginning(plan);
        if ('known' in one) apply(one);
      }
      return heard.map((one, index) => outcomeOf(one, plans[index]!, plans[index] === null ? undefined : written.get(plans[index]!)));
    },
    noticeSilence: (seens) => {
      const moment = { now: clock.now(), monotonicMs: clock.monotonicMs() };
      const events = new Map<NodeEvent, Seen>();
      for (const seen of seens) {
        const trouble = seen.isSilenceSaid ? null : silenceOf(seen, thresholdsFor(config(), seen), moment);
        if (trouble !== null) events.set({ at: moment.now, target: seen.target.key, kind: 'silent', detail: trouble.detail }, seen);
      }
      say(events);
    },
    endClones: () => {
      for (const seen of desk.all()) {
        const { nodeId } = seen.known;
        if (!seen.said.has('cloned')) continue;
        if (nodeId !== null && isStillCloned(seen, desk.namesakes(seen, nodeId), clock.monotonicMs())) continue;
        seen.said.delete('cloned');
        log.info({ target: seen.target.key }, 'a node is one machine again');
        onHeard(seen.target.key, troubleNews);
      }
    },
    keepAll: () => {
      writing.act(() => {
        for (const seen of desk.all()) {
          if (seen.known.heardAt !== null && seen.heardMs > seen.keptMs) store.nodes.keep(keptOf(knownOf(seen)));
        }
      });
    },
    trouble: writing.trouble,
  };
}

/** One that could not be written counts too: it was tried. */
function countBeginning({ seen, heard }: Plan): void {
  seen.begunMs = [...seen.begunMs, heard.told.answered.monotonicMs].slice(-beginnings.max);
}
