// A network security group or a security list as what it allows, in the words of the comparison.
import type { RuleFact, RulesFact } from './facts.ts';
import { type Channel, emptyFlows, type FlowSet, flowSet } from './flows/flow-set.ts';
import { blockPeer, channelsOf, type Peer, wholePeer } from './flows/of-rule.ts';
import type { Side } from './side.ts';

export interface Container {
  readonly kind: 'nsg' | 'list';
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly vcnId: string;
  readonly all: FlowSet;
  readonly stateless: FlowSet;
  /** Of rules that name their protocol: what only `all` allows is of less weight. */
  readonly named: FlowSet;
  /** Why it may allow more than is known here; empty for what is seen whole. */
  readonly gaps: readonly string[];
  readonly rules: RulesFact | null;
}

export interface Containers {
  /** Of which there is one of the name. */
  readonly byKey: ReadonlyMap<string, Container>;
  readonly byId: ReadonlyMap<string, Container>;
}

/** OCIDs of the groups that rules may name. */
type GroupNames = ReadonlyMap<string, { readonly key: string; readonly name: string }>;

export function groupsOf(side: Side, ambiguous: ReadonlySet<string>): Containers {
  const names = groupNames(side, ambiguous);
  return indexed(
    side.facts.nsgs.flatMap((nsg) => {
      const seen = 'kind' in nsg.rules ? null : nsg.rules;
      const hidden = 'kind' in nsg.rules ? nsg.rules.detail : null;
      return [{ ...named(side, nsg, 'nsg'), ...allowedBy(side, seen, names, hidden), rules: seen }];
    }),
    ambiguous,
  );
}

export const listsOf = (side: Side, ambiguous: ReadonlySet<string>, groups: ReadonlySet<string>): Containers => {
  const names = groupNames(side, groups);
  return indexed(
    side.facts.securityLists.map((list) => ({
      ...named(side, list, 'list'),
      ...allowedBy(side, list.rules, names, null),
      rules: list.rules,
    })),
    ambiguous,
  );
};

const named = (side: Side, thing: { id: string; name: string; vcnId: string }, kind: Container['kind']) => ({
  kind,
  id: thing.id,
  key: side.keyOf(thing),
  name: side.called(thing),
  vcnId: thing.vcnId,
});

const groupNames = (side: Side, ambiguous: ReadonlySet<string>): GroupNames =>
  new Map(
    side.facts.nsgs.flatMap((nsg) => {
      const key = side.keyOf(nsg);
      return ambiguous.has(key) ? [] : [[nsg.id, { key, name: side.called(nsg) }] as const];
    }),
  );

const indexed = (containers: readonly Container[], ambiguous: ReadonlySet<string>): Containers => ({
  byKey: new Map(containers.filter(({ key }) => !ambiguous.has(key)).map((one) => [one.key, one])),
  byId: new Map(containers.map((one) => [one.id, one])),
});

function allowedBy(side: Side, rules: RulesFact | null, names: GroupNames, hidden: string | null) {
  if (rules === null) return { all: emptyFlows, stateless: emptyFlows, named: emptyFlows, gaps: [hidden ?? 'its rules were not seen'] };
  const gaps = new Set(rules.unread.map((text) => `a rule is not in a form that is known: ${text}`));
  const all: Channel[] = [];
  const stateless: Channel[] = [];
  const own: Channel[] = [];
  for (const place of rules.rules) {
    const rule = side.facts.rules[place]!;
    const peer = peerOf(side, rule, names);
    if (peer === null) {
      gaps.add(`a rule names ${rule.peer}, which is in none of the compartments that are looked at, or not the only one of its name`);
      continue;
    }
    const channels = channelsOf(rule, peer);
    all.push(...channels);
    if (rule.isStateless) stateless.push(...channels);
    if (rule.protocol !== 'all') own.push(...channels);
  }
  return { all: flowSet(all), stateless: flowSet(stateless), named: flowSet(own), gaps: [...gaps] };
}

function peerOf(side: Side, { peerKind, peer }: RuleFact, names: GroupNames): Peer | null {
  switch (peerKind) {
    case 'block': {
      const block = side.block(peer);
      return block === null ? null : blockPeer(block);
    }
    case 'service':
      return wholePeer({ kind: 'service', label: side.service(peer) });
    case 'nsg': {
      const known = names.get(peer);
      const mapped = side.mapped(peer);
      if (known !== undefined) return wholePeer({ kind: 'nsg', ...known });
      return mapped === null ? null : wholePeer({ kind: 'nsg', key: `named ${mapped}`, name: mapped });
    }
  }
}
