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
  const unanswered = lessSystemPorts(difference(filterChannels(stateless, isAnswered), replies(stateless)), stateless);
  const { others } = coveredByAddress(
    unanswered,
    replies(stateless),
    containers.flatMap(({ vcnId }) => blocksOf(vcnId)),
  );
  const oneWay = union([flowSet(others.values()), shadowed(all, others, stateless, containers, blocksOf)]);
  return { all, stateless, oneWay, conversations: difference(all, oneWay) };
}

const clientPortMin = 1024;

/** Clients call from ports beyond the well-known ones: where those are answered, the others are not missed. RFC 6335, section 6. */
function lessSystemPorts(unanswered: FlowSet, stateless: FlowSet): FlowSet {
  const answered = intersection(filterChannels(stateless, hasPorts), replies(stateless));
  const spared = [...answered.values()].map((channel) => ({
    ...channel,
    boxes: channel.boxes
      .filter(({ a0, a1 }) => a0 <= clientPortMin && a1 === 65_535)
      .map((box) => ({ ...box, a0: 0, a1: clientPortMin - 1 })),
  }));
  return difference(unanswered, flowSet(spared));
}

const hasPorts = ({ protocol }: { readonly protocol: string }): boolean => protocol === 'tcp' || protocol === 'udp';

/** What a group or a service sends is matched by a stateless rule for all addresses as well, and then not tracked. */
function shadowed(
  all: FlowSet,
  oneWay: FlowSet,
  stateless: FlowSet,
  containers: readonly Container[],
  blocksOf: (vcnId: string) => readonly string[],
): FlowSet {
  const named = filterChannels(all, ({ peer }) => peer.kind === 'nsg' || peer.kind === 'service');
  if (isEmpty(named) || isEmpty(oneWay)) return emptyFlows;
  const untracked = [...named.values()].map((channel) => {
    const wide = [...oneWay.values()].filter(
      ({ direction, protocol, peer }) => direction === channel.direction && protocol === channel.protocol && peer.kind === 'ip4',
    );
    const places = channel.boxes.flatMap(({ lo, hi }) => wide.flatMap(({ boxes }) => boxes.map((box) => ({ ...box, lo, hi }))));
    return { ...channel, boxes: places };
  });
  const candidates = intersection(named, flowSet(untracked));
  const { covered } = coveredByAddress(
    candidates,
    oneWay,
    containers.flatMap(({ vcnId }) => blocksOf(vcnId)),
  );
  return difference(covered, replies(stateless));
}

/** Less what stateless rules of one side let through, and the other side as the answers of conversations: with tracking or by a rule. */
export function lessAnswers(flows: FlowSet, { stateless }: Effective, other: Effective): FlowSet {
  if (isEmpty(flows) || isEmpty(stateless)) return flows;
  return difference(flows, intersection(intersection(flows, stateless), replies(other.conversations)));
}

/** ICMP tells, and is not answered in kind. */
const isAnswered = ({ protocol }: { readonly protocol: string }): boolean => protocol !== 'icmp' && protocol !== 'icmpv6';
