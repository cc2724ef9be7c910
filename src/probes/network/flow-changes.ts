// Which flows work at one side only, told by the group or list that lets them through at the other.
import type { Container } from './containers.ts';
import { coveredByAddress } from './covered.ts';
import { type Effective, effectiveSets, lessAnswers } from './effective.ts';
import type { Subnet } from './facts.ts';
import { difference, intersection, merged } from './flows/difference.ts';
import { type Channel, emptyFlows, type FlowSet, filterChannels, flowSet, isEmpty, union } from './flows/flow-set.ts';
import { allTypes, isWhole, wholeRanges } from './flows/of-rule.ts';
import { type Network, type Unit, unitsOf } from './units.ts';

/** What became of flows of one group or list. */
export interface Change {
  readonly container: Container;
  /** Where it would be mended, or is to be looked at; null where nothing of the standby stands for it. */
  readonly at: Container | null;
  readonly flows: FlowSet;
  readonly machines: readonly string[];
  /** Subnets of the standby that lack the list which would let them through as it stands. */
  readonly unlisted: readonly Subnet[];
}

export interface FlowChanges {
  /** Nothing lets them through at the standby. */
  readonly missing: readonly Change[];
  /** Stateless at the standby, and what answers them is dropped. */
  readonly oneWay: readonly Change[];
  /** Of protocols that only a rule for all of them allows. */
  readonly otherProtocols: readonly Change[];
  /** Only rules by address let them through, where the primary names a group or a service. */
  readonly byAddress: readonly Change[];
  /** Of tcp, without their answers at both sides. */
  readonly answeredNowhere: readonly Change[];
  /** The primary lets them through without their answers. */
  readonly unanswered: readonly Change[];
  readonly more: readonly Change[];
  /** ICMP of peers that may send ICMP at the primary, too. */
  readonly morePings: readonly Change[];
  /** Allowed by another group or list than at the primary. */
  readonly elsewhere: readonly Change[];
}

export function flowChanges(network: Network): FlowChanges {
  const blocksOf = blocksWithin(network);
  const effective = effectiveSets(blocksOf);
  const units = unitsOf(network);
  const found: Record<keyof Omit<FlowChanges, 'elsewhere'>, Gathered> = {
    missing: new Gathered(),
    oneWay: new Gathered(),
    otherProtocols: new Gathered(),
    byAddress: new Gathered(),
    unanswered: new Gathered(),
    answeredNowhere: new Gathered(),
    more: new Gathered(),
    morePings: new Gathered(),
  };
  for (const unit of units) {
    const standby = effective(unit.standby);
    const primary = effective(unit.primary);
    const sides = { standby, primary, blocksOf };
    if (unit.isStandbyWhole)
      for (const container of unit.primary)
        if (isAttached(network, unit, container)) gather(found, container, unit, lostFlows(container, sides));
    if (unit.isPrimaryWhole) for (const container of unit.standby) gather(found, container, unit, gainedFlows(container, sides));
  }
  const twin = twinOf(network);
  const told = (gathered: Gathered): readonly Change[] =>
    gathered.changes(twin).map((change) => ({ ...change, unlisted: unlistedIn(network, change) }));
  const lost = [found.missing, found.oneWay, found.otherProtocols, found.byAddress];
  return {
    missing: told(found.missing),
    oneWay: told(found.oneWay),
    otherProtocols: told(found.otherProtocols),
    byAddress: told(found.byAddress),
    unanswered: told(found.unanswered),
    answeredNowhere: told(found.answeredNowhere),
    more: told(found.more),
    morePings: told(found.morePings),
    elsewhere: elsewhere(network, (container) => union(lost.map((one) => one.of(container))), machinesUse(units)),
  };
}

/** In the standby's words, whichever side's OCID is given. */
function blocksWithin({ sides: { standby, primary } }: Network): (vcnId: string) => readonly string[] {
  const blocks = new Map(standby.facts.vcns.map((vcn) => [standby.vcnKey(vcn.id), vcn.blocks]));
  return (vcnId) => blocks.get(standby.vcnKey(vcnId)) ?? blocks.get(primary.vcnKey(vcnId)) ?? [];
}

interface BothSides {
  readonly standby: Effective;
  readonly primary: Effective;
  readonly blocksOf: (vcnId: string) => readonly string[];
}

type Part = keyof Omit<FlowChanges, 'elsewhere'>;

function gather(found: Record<Part, Gathered>, container: Container, unit: Unit, flows: Partial<Record<Part, FlowSet>>): void {
  for (const [part, set] of Object.entries(flows)) found[part as Part].add(container, set, unit);
}

function lostFlows(container: Container, { standby, primary, blocksOf }: BothSides): Partial<Record<Part, FlowSet>> {
  const lost = lessAnswers(difference(besides(container.all, primary.oneWay), standby.conversations), primary, standby);
  const unanswered = isEmpty(primary.oneWay)
    ? emptyFlows
    : lessAnswers(difference(intersection(container.all, primary.oneWay), standby.all), primary, standby);
  const answeredNowhere = intersection(filterChannels(intersection(container.all, primary.oneWay), isTcp), standby.oneWay);
  if (isEmpty(lost)) return { unanswered, answeredNowhere };
  const { covered, others } = coveredByAddress(lost, standby.conversations, blocksOf(container.vcnId));
  const closed = difference(others, standby.all);
  const otherProtocols = difference(difference(filterChannels(closed, isOrdinary), container.named), ofEveryProtocol(closed));
  return {
    missing: difference(closed, otherProtocols),
    oneWay: intersection(others, standby.all),
    otherProtocols,
    // Where the primary has the same wide rule, whoever tidies it up cuts nothing off that the primary keeps.
    byAddress: coveredByAddress(covered, primary.conversations, blocksOf(container.vcnId)).others,
    unanswered,
    answeredNowhere,
  };
}

const isTcp = ({ protocol }: Channel): boolean => protocol === 'tcp';

/** As the rules have them where nothing is taken off: what the other side has word for word then needs no sweep. */
const besides = (flows: FlowSet, without: FlowSet): FlowSet => (isEmpty(without) ? flows : difference(flows, without));

/** Where all of tcp is gone, the other protocols are no lesser loss: nothing is left of the rule. */
const ofEveryProtocol = (flows: FlowSet): FlowSet =>
  flowSet(
    [...flows.values()]
      .filter(({ protocol }) => protocol === 'tcp')
      .flatMap((channel) => {
        const whole = channel.boxes.filter(isWhole('tcp'));
        return (['other', 'icmpv6'] as const).map((protocol) => ({
          ...channel,
          protocol,
          boxes: whole.map(({ lo, hi }) => ({ lo, hi, ...wholeRanges[protocol] })),
        }));
      }),
  );

function gainedFlows(container: Container, { standby, primary, blocksOf }: BothSides): Partial<Record<Part, FlowSet>> {
  const gained = lessAnswers(difference(besides(container.all, standby.oneWay), primary.all), standby, primary);
  if (isEmpty(gained)) return {};
  const { others } = coveredByAddress(gained, primary.all, blocksOf(container.vcnId));
  const morePings = pings(others, primary.all);
  return { more: difference(others, morePings), morePings };
}

/** A group that is missing or not attached is a finding of its own, and not one for each of its flows. */
function isAttached({ groups }: Network, unit: Unit, container: Container): boolean {
  if (container.kind === 'list') return true;
  const twin = groups.paired.pairs.find(({ primary }) => primary === container)?.standby;
  return twin !== undefined && unit.standby.includes(twin);
}

const machinesUse = (units: readonly Unit[]): ((container: Container) => boolean) => {
  const used = new Set(units.filter(({ machines }) => machines.length > 0).flatMap(({ primary }) => primary));
  return (container) => used.has(container);
};

/** Also ICMPv6 with groups and services: their addresses are mostly of the other family. */
const isOrdinary = ({ protocol, peer }: Channel): boolean => protocol === 'other' || (protocol === 'icmpv6' && peer.kind !== 'ip6');

/** Other types and codes of peers whose ICMP the other side lets in as well. */
function pings(flows: FlowSet, beside: FlowSet): FlowSet {
  const isPing = ({ protocol }: Channel): boolean => protocol === 'icmp' || protocol === 'icmpv6';
  const known = [...filterChannels(beside, isPing).values()].map((channel) => ({
    ...channel,
    boxes: channel.boxes.map(({ lo, hi }) => ({ lo, hi, ...allTypes })),
  }));
  return intersection(filterChannels(flows, isPing), flowSet(known));
}

/** Where a list has the rules and a subnet does not use it, as its twin does, more rules would mend nothing. */
function unlistedIn({ subnets }: Network, { container, at, flows }: Omit<Change, 'unlisted'>): readonly Subnet[] {
  if (at === null || at === container || at.kind !== 'list') return [];
  const lacking = subnets.pairs.filter(
    ({ standby, primary }) => primary.securityListIds.includes(container.id) && !standby.securityListIds.includes(at.id),
  );
  return lacking.length > 0 && isEmpty(difference(flows, at.all)) ? lacking.map(({ standby }) => standby) : [];
}

function twinOf({ groups, lists }: Network): (container: Container) => Container | null {
  const twins = new Map(
    [...groups.paired.pairs, ...lists.paired.pairs].flatMap(({ standby, primary }) => [
      [primary, standby],
      [standby, standby],
    ]),
  );
  return (container) => twins.get(container) ?? null;
}

/** What a group or a list of the primary allows and its namesake does not, and is let through all the same. */
function elsewhere(
  { groups, lists }: Network,
  lostOf: (container: Container) => FlowSet,
  isUsed: (container: Container) => boolean,
): readonly Change[] {
  return [...groups.paired.pairs, ...lists.paired.pairs].flatMap(({ standby, primary }) => {
    if (!isUsed(primary) || standby.gaps.length > 0) return [];
    const flows = difference(difference(primary.all, standby.all), lostOf(primary));
    return isEmpty(flows) ? [] : [{ container: primary, at: standby, flows, machines: [], unlisted: [] }];
  });
}

/** What the units found of each group or list. */
class Gathered {
  private readonly found = new Map<Container, { readonly flows: FlowSet[]; readonly machines: Set<string> }>();

  add(container: Container, flows: FlowSet, { machines }: Unit): void {
    if (isEmpty(flows)) return;
    const entry = this.found.get(container) ?? { flows: [], machines: new Set() };
    entry.flows.push(flows);
    for (const machine of machines) entry.machines.add(machine);
    this.found.set(container, entry);
  }

  of(container: Container): FlowSet {
    return union(this.found.get(container)?.flows ?? [emptyFlows]);
  }

  changes(twin: (container: Container) => Container | null): readonly Omit<Change, 'unlisted'>[] {
    return [...this.found].map(([container, { flows, machines }]) => ({
      container,
      at: twin(container),
      flows: merged(union(flows)),
      machines: [...machines].sort(),
    }));
  }
}
