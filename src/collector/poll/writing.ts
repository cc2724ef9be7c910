// Writes what answers come to, together where that is possible, and one by one where something is wrong with one of them.
import type { Log } from '../../daemon/log.ts';
import { Contradiction } from '../../store/fleet/contradiction.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import { type Known, keptOf } from '../node/sight.ts';
import { contradictedPlan, type Plan, type PlanParts } from './plan.ts';

export interface Writing {
  /** In order; nothing of an unwritten one is on disk. */
  all(plans: readonly Plan[]): readonly (Written | Unwritten)[];
  /** Something else, all or nothing; false when it could not be written. */
  act(write: () => void): boolean;
  /** Why nothing can be written; null when it can. */
  trouble(): string | null;
}

export interface Written {
  readonly plan: Plan;
  /** With the stream that was begun. */
  readonly known: Known;
}

export interface Unwritten {
  readonly plan: Plan;
  /** One sentence. */
  readonly error: string;
}

export function createWriting(parts: PlanParts & { readonly log: Log }): Writing {
  const { store, desk, log } = parts;
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
    const { instanceId, nodeId, heardAt } = plan.known;
    if (rest !== null) takeRest(store, rest);
    const begun = () => store.nodes.beginStream(seen.target.key, { instanceId: instanceId!, nodeId: nodeId!, at: heardAt! });
    const known = begins ? { ...plan.known, stream: begun() } : plan.known;
    if (page !== null) store.observations.take({ stream: known.stream!, ...page });
    if (mustKeep) store.nodes.keep(keptOf(known));
    desk.events.write(events);
    return { plan, known };
  };

  /** Of one that contradicts what is stored, that it does. */
  const writeOne = (plan: Plan): Written => {
    try {
      return write(plan);
    } catch (error) {
      // Read from the beginning there is nothing before it that it could contradict but itself.
      if (!(error instanceof Contradiction) || plan.heard.told.after === 0) throw error;
      log.debug({ target: plan.seen.target.key, detail: error.message }, 'a row came with other words');
      return write(contradictedPlan(parts, plan));
    }
  };

  const writeAlone = (plan: Plan): Written | Unwritten => {
    if (!isWriting(plan)) return { plan, known: plan.known };
    try {
      const written = store.together(() => writeOne(plan));
      settle(null);
      return written;
    } catch (error) {
      if (error instanceof Contradiction) return { plan, error: contradictsItself };
      settle(error);
      return { plan, error: `what it tells cannot be stored here (${messageOf(error)})` };
    }
  };

  return {
    all: (plans) => {
      const needed = plans.filter(isWriting);
      if (needed.length === 0) return plans.map((plan) => ({ plan, known: plan.known }));
      try {
        const written = new Map(store.together(() => needed.map((plan) => [plan, writeOne(plan)] as const)));
        settle(null);
        return plans.map((plan) => written.get(plan) ?? { plan, known: plan.known });
      } catch {
        // What is wrong with one is no reason to lose the others: who it is, and what, shows when each is written by itself.
        return plans.map(writeAlone);
      }
    },
    act: (act) => {
      try {
        store.together(act);
        return true;
      } catch (error) {
        settle(error);
        return false;
      }
    },
    trouble: () => trouble,
  };
}

const isWriting = ({ mustKeep, events }: Plan): boolean => mustKeep || events.length > 0;

const contradictsItself = 'what it tells contradicts itself: look what runs there, and its version';

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
