// One node at two addresses: one agent that is reached by both, or two machines that cannot be told apart.

import type { Seen } from '../node/sight.ts';
import { goneForGoodMs } from '../node/troubles.ts';

/** The target where this agent answers already and which counts; null where it is the one that counts. */
export function aliasOf(seen: Seen, runId: string, namesakes: readonly Seen[], monotonicMs: number): Seen | null {
  // One that was not heard for so long counts for nothing: the node has moved.
  const isThere = (one: Seen): boolean => one.run?.id === runId && one.aliasOf === null && monotonicMs - one.heardMs < goneForGoodMs;
  const first = namesakes.filter((one) => isThere(one) && one.order < seen.order).sort((a, b) => a.order - b.order)[0];
  return first ?? null;
}

export const aliasWords = (first: Seen): string =>
  `it is the agent that answers at ${first.target.key} too, and counts there: name one address of it`;

/**
 * Of two starts each was surely alive after the other one's first answer: a start that answered when it was asked later than another one
 * had answered has not been replaced by that.
 */
export function areBothAlive(a: Seen, b: Seen): boolean {
  if (a.run === null || b.run === null || a.run.id === b.run.id) return false;
  return a.run.lastAskedMs > b.run.firstAnswerMs && b.run.lastAskedMs > a.run.firstAnswerMs;
}

/** Another one may still be there: it answered as this node, by another start, and not too long ago. */
export function isStillCloned(seen: Seen, namesakes: readonly Seen[], monotonicMs: number): boolean {
  return namesakes.some((one) => one.known.runIds.at(-1) !== seen.known.runIds.at(-1) && monotonicMs - one.heardMs < goneForGoodMs);
}

export const cloneWords = (other: Seen): string =>
  `${other.target.key} answers with the same identity, so that one is a clone of the other: give one of them a machine id of its own (systemd-machine-id-setup), or stop it`;
