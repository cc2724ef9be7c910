// Starts of agents that answered at one address: one that comes back after another one means that there are two.
import { isTwo } from '../node/troubles.ts';

/** Enough to notice one that comes back after some restarts of the other. */
const runIdsMax = 8;

/** The same array when it is the one that answered last. */
export const withRun = (runIds: readonly string[], id: string): readonly string[] =>
  runIds.at(-1) === id ? runIds : [...runIds, id].slice(-runIdsMax);

/** Of each the last time: only one answered for long enough. One that comes back yet is noticed at once. */
export const settledRuns = (runIds: readonly string[]): readonly string[] =>
  isTwo(runIds) ? runIds.filter((id, index) => runIds.lastIndexOf(id) === index) : runIds;
