// What is asked for by its name: there, or refused with the name that was probably meant. An empty answer about what nobody watches would
// look like a good one.
import { nearest } from '../../config/nearest.ts';
import type { GroupReview, PairReview } from '../../contract/fleet.ts';
import { Problem } from '../../server/problem.ts';
import type { Collector } from '../collector.ts';
import type { NodeSight } from '../nodes.ts';

export function groupKnown({ review }: Collector, group: string): GroupReview {
  return review.group(group) ?? refuse('group', group, review.groupNames(), '/v1/fleet');
}

export function pairKnown(collector: Collector, group: string, pair: string): PairReview {
  const { review } = collector;
  demandGroup(collector, group);
  return review.pair(group, pair) ?? refuse('pair', pair, pairNames(collector, group), `/v1/groups/${encodeURIComponent(group)}`);
}

export function nodeKnown({ nodes }: Collector, target: string): NodeSight {
  const names = (): readonly string[] => nodes.all().map((sight) => sight.target.key);
  return nodes.get(target) ?? refuse('node at', target, names(), '/v1/nodes');
}

/** The same for what is asked about them, which is cheaper than to ask for them. */
export function demandGroup({ review }: Collector, group: string): void {
  const names = review.groupNames();
  if (!names.includes(group)) refuse('group', group, names, '/v1/fleet');
}

export function demandPair(collector: Collector, group: string, pair: string | undefined): void {
  demandGroup(collector, group);
  if (pair === undefined) return;
  const names = pairNames(collector, group);
  if (!names.includes(pair)) refuse('pair', pair, names, `/v1/groups/${encodeURIComponent(group)}`);
}

/** Two groups may each have an `app1`. */
export function refuseLonePair(group: string | undefined, pair: string | undefined): void {
  if (pair !== undefined && group === undefined) throw new Problem(400, 'A pair is named within its group: give both');
}

/** Of checks that a node has. */
export function demandCheck(check: string, checks: readonly string[], path: string): void {
  if (!checks.includes(check)) refuse('check', check, checks, path);
}

const pairNames = ({ review }: Collector, group: string): readonly string[] => review.standing(group).map(({ pair }) => pair);

/** A whole fleet's names would be no help. */
const namesMax = 10;
/** To be compared with ten thousand takes longer than a poll may wait. */
const comparedMax = 1_000;

function refuse(what: string, name: string, names: readonly string[], path: string): never {
  const near = nearest(name, names.slice(0, comparedMax));
  const hint =
    near !== null
      ? `did you mean ${JSON.stringify(near)}?`
      : names.length > 0 && names.length <= namesMax
        ? `there are ${names.map((one) => JSON.stringify(one)).join(', ')}`
        : `${path} lists what there is`;
  throw new Problem(404, `There is no ${what} ${JSON.stringify(name)}; ${hint}`);
}
