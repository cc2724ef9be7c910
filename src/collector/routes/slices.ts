// Long work in slices, so that polls have the loop in between, and once for all that ask while it goes on: an overview of ten thousand
// nodes takes a second.
import type { GroupReview, NodeView } from '../../contract/fleet.ts';
import type { Collector } from '../collector.ts';

export interface Slices {
  /** Lets everybody else have the loop when this slice is over. */
  next(): Promise<void>;
}

const sliceMs = 15;

export function inSlices(monotonicMs: () => number): Slices {
  let endsMs = monotonicMs() + sliceMs;
  return {
    next: async () => {
      if (monotonicMs() < endsMs) return;
      await new Promise<void>((resolve) => setImmediate(resolve));
      endsMs = monotonicMs() + sliceMs;
    },
  };
}

/** To look at the clock costs more than a step of a walk. */
const stepsBetweenLooks = 64;

/** For walks of very many very small steps. */
export function restingOften(slices: Slices): () => Promise<void> {
  let steps = 0;
  return () => (++steps % stepsBetweenLooks === 0 ? slices.next() : rested);
}

const rested = Promise.resolve();

/** All groups, as they were after the asking. */
export type Overview = () => Promise<readonly GroupReview[]>;

export const createOverview = (collector: Collector): Overview => oneAtATime(() => groupsInSlices(collector));

/** Runs once at a time. Who asks while it runs shares the next run: what it shows may not be older than the asking. */
export function oneAtATime<T>(run: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    next = null;
    const running = run();
    underWay = running.catch(() => {});
    return running;
  };
  return () => {
    next ??= underWay.then(begin);
    return next;
  };
}

async function groupsInSlices({ review, clock }: Collector): Promise<readonly GroupReview[]> {
  const slices = inSlices(clock.monotonicMs);
  const groups: GroupReview[] = [];
  for (const name of review.groupNames()) {
    // It may have gone meanwhile.
    groups.push(...[review.group(name)].filter((group) => group !== null));
    await slices.next();
  }
  return groups;
}

export async function viewsInSlices({ nodes, clock }: Collector): Promise<readonly NodeView[]> {
  const slices = inSlices(clock.monotonicMs);
  const views: NodeView[] = [];
  for (const sight of nodes.all()) {
    views.push(nodes.view(sight));
    await slices.next();
  }
  return views;
}
