// What the rules of several groups and lists allow together. A packet that a stateless rule matches is not tracked, also where a stateful
// rule matches it, too: what answers it needs a stateless rule of its own.
// https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm#stateful
import type { Container } from './containers.ts';
import { coveredByAddress } from './covered.ts';
import { difference, intersection } from './flows/difference.ts';
import { emptyFlows, type FlowSet, filterChannels, flowSet, isEmpty, replies, union } from './flows/flow-set.ts';

export interface Effective {
  readonly all: FlowSet;
  readonly stateless: FlowSet;
  /** Let in or out, but not answered. */
  readonly oneWay: FlowSet;
  /** Of which conversations are made. */
  readonly conversations: FlowSet;
}

/** For one comparison: units that have the same groups and lists share their sets. */
export function effectiveSets(blocksOf: (vcnId: string) => readonly string[]): (containers: readonly Container[]) => Effective {
  const known = new Map<string, Effective>();
  return (containers) => {
    const key = containers
      .map(({ id }) => id)
      .sort()
      .join();
    const found = known.get(key) ?? effectiveOf(containers, blocksOf);
    known.set(key, found);
    return found;
  };
}

function effectiveOf(containers: readonly Container[], blocksOf: (vcnId: string) => readonly string[]): Effective {
  const all = containers.length === 0 ? emptyFlows : union(containers.map((one) => one.all));
  const stateless = containers.length === 0 ? emptyFlows : union(containers.map((one) => one.stateless));
  if (isEmpty(stateless)) return { all, stateless, oneWay: emptyFlows, conversations: all };
  const unanswered = difference(filterChannels(stateless, isAnswered), replies(stateless));
  const { others } = coveredByAddress(
    unanswered,
    replies(stateless),
    containers.flatMap(({ vcnId }) => blocksOf(vcnId)),
  );
  const oneWay = flowSet(others.values());
  return { all, stateless, oneWay, conversations: difference(all, oneWay) };
}

/** Less what stateless rules of one side let through, and the other side as the answers of conversations: with tracking or by a rule. */
export function lessAnswers(flows: FlowSet, { stateless }: Effective, other: Effective): FlowSet {
  if (isEmpty(flows) || isEmpty(stateless)) return flows;
  return difference(flows, intersection(intersection(flows, stateless), replies(other.conversations)));
}

/** ICMP tells, and is not answered in kind. */
const isAnswered = ({ protocol }: { readonly protocol: string }): boolean => protocol !== 'icmp' && protocol !== 'icmpv6';
