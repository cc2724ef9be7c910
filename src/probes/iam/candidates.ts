// The instances of a side, for which its groups and policies are judged.
import type { Candidate } from './membership.ts';
import type { World } from './world.ts';

const launched = new WeakMap<World, readonly Candidate[]>();

/** Instances of the side; where a compartment has none, one that is launched there. */
export function candidatesOf(side: World): readonly Candidate[] {
  const before = launched.get(side);
  if (before !== undefined) return before;
  const found = side.facts.instances.flatMap(({ compartment, seen }): readonly Candidate[] => {
    if (!Array.isArray(seen) || seen.length === 0) return [{ id: null, compartment, tags: null }];
    return seen.map(({ id, tags }) => ({ id, compartment, tags }));
  });
  launched.set(side, found);
  return found;
}
