// What is wrong with the servers of a name's zone.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import type { Answer, DnsFacts, NameFact, ZoneFact, ZoneServer } from './facts.ts';
import { dig, digParts, flush, word } from './remedy.ts';
import { problemText, silence } from './rules-resolvers.ts';
import { sameness } from './sameness.ts';
import { newestSerial } from './serial.ts';
import { type DnsSettings, subjectOf } from './settings.ts';

type Alone = AloneRule<DnsFacts, DnsSettings>;
type SeenZone = Extract<ZoneFact, { kind: 'zone' }>;

/** Each zone once, though many names may be in it. */
function zonesOf(facts: DnsFacts): readonly SeenZone[] {
  const zones = facts.names.flatMap(({ zone }) => (zone.kind === 'zone' ? [zone] : []));
  return zones.filter((zone, at) => zones.findIndex((one) => one.zone === zone.zone) === at);
}

const serverText = (server: ZoneServer): string => `${server.name} (${server.address})`;

const about = (zone: SeenZone, server: ZoneServer, expected: string, actual: string): Draft => ({
  subject: `${zone.zone} ${serverText(server)}`,
  expected,
  actual,
  with: { ...digParts(server.address, zone.zone, 'SOA'), zone: zone.zone, nameServer: server.name },
});

const secondaryLagging: Alone = {
  code: 'dns/secondary-lagging',
  kind: 'alone',
  severity: 'warning',
  title: 'A name server of the zone is behind the others',
  why: 'A change at the switchover does not reach those who ask this server: its transfers fail or its primary forgot to notify it.',
  judge: (facts) =>
    zonesOf(facts).flatMap((zone) => {
      const serials = zone.servers.flatMap(({ answer }) => (answer.kind === 'authoritative' ? [answer.serial] : []));
      const newest = newestSerial(serials);
      return zone.servers.flatMap((server) =>
        server.answer.kind === 'authoritative' && server.answer.isBehind
          ? [about(zone, server, `serial ${newest}`, `serial ${server.answer.serial}`)]
          : [],
      );
    }),
  remedy: (draft) =>
    [
      `${dig(draft)} +norecurse +short`,
      '# on that secondary (BIND; nsd: nsd-control force_transfer):',
      `$ sudo rndc retransfer ${word(draft, 'zone')}`,
      '# refused or silent: the primary must allow its address to transfer (allow-transfer, TCP port 53)',
    ].join('\n'),
};

const lameServer: Alone = {
  code: 'dns/lame-server',
  kind: 'alone',
  severity: 'warning',
  title: 'A name server of the zone gives no authoritative answer',
  why: 'Every resolver that picks this server loses time or fails; when it stood in the failed site, it is one that counts.',
  judge: (facts) =>
    zonesOf(facts).flatMap((zone) => [
      ...zone.servers.flatMap((server) => {
        const actual = lamenessOf(server);
        return actual === null ? [] : [about(zone, server, 'an authoritative answer', actual)];
      }),
      ...zone.addressless.map((name) => ({
        subject: `${zone.zone} ${name}`,
        expected: 'an address',
        actual: 'none found',
        with: { server: name, port: '53', name, type: 'A', zone: zone.zone, nameServer: name },
      })),
    ]),
  remedy: (draft) =>
    [
      `${dig(draft)} +norecurse`,
      `# serve the zone there, or take ${word(draft, 'nameServer')} out of its NS records and of the delegation:`,
      `$ dig ${word(draft, 'zone')} NS +trace`,
    ].join('\n'),
};

/** `no-route` is this machine without IPv6, and `unseen` what it could not try: both say nothing about the server. */
function lamenessOf({ answer }: ZoneServer): string | null {
  switch (answer.kind) {
    case 'lame':
      return answer.rcode === 'NOERROR' ? 'an answer without authority' : answer.rcode;
    case 'silent':
      return silence(answer.how);
    case 'bad':
      return problemText(answer.problem);
    case 'authoritative':
    case 'no-route':
    case 'unseen':
      return null;
  }
}

const authoritiesDisagree: Alone = {
  code: 'dns/authorities-disagree',
  kind: 'alone',
  severity: 'warning',
  title: 'The name servers of a zone give different answers about a name',
  why: 'Which answer a client gets is chance, and flushing caches does not help.',
  dependsOn: ['dns/secondary-lagging'],
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      if (fact.zone.kind !== 'zone' || rotates(fact, context.settings)) return [];
      const told = fact.zone.servers.flatMap((server) =>
        server.answer.kind === 'authoritative' && isTold(server.answer.says) ? [{ server, says: sameness(server.answer.says) }] : [],
      );
      const byAnswer = Map.groupBy(told, ({ says }) => says);
      if (byAnswer.size < 2) return [];
      const actual = [...byAnswer]
        .map(([says, same]) => `${says} from ${same.map(({ server }) => serverText(server)).join(', ')}`)
        .join('; ');
      const lagging = told.find(({ server }) => server.answer.kind === 'authoritative' && server.answer.isBehind)?.server;
      const odd = lagging ?? [...byAnswer.values()].sort((a, b) => a.length - b.length)[0]![0]!.server;
      return [
        {
          subject: subjectOf(fact),
          expected: 'one answer',
          actual,
          ...(lagging === undefined ? {} : { cause: `${fact.zone.zone} ${serverText(lagging)}` }),
          with: { ...digParts(odd.address, fact.name, fact.type), zone: fact.zone.zone },
        },
      ];
    }),
  remedy: (draft) =>
    [
      `${dig(draft)} +norecurse`,
      `$ dig ${word(draft, 'zone')} +nssearch`,
      '# equal serials and different answers: a view by source address, or two servers that are both edited by hand',
    ].join('\n'),
};

const isTold = (answer: Answer): boolean => answer.kind === 'answered' || answer.kind === 'nothing';

const rotates = (fact: NameFact, settings: DnsSettings): boolean =>
  settings.names.some((entry) => subjectOf(entry) === subjectOf(fact) && entry.rotates);

const resolverStale: Alone = {
  code: 'dns/resolver-stale',
  kind: 'alone',
  severity: 'warning',
  title: 'A resolver gives another answer than the servers of the zone',
  why: 'It still has the old answer cached, or it serves a copy of the zone of its own: a change at the switchover shows late or never.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      if (fact.zone.kind !== 'zone' || rotates(fact, context.settings)) return [];
      const { servers, zone } = fact.zone;
      const truths = servers.flatMap(({ answer }) => (answer.kind === 'authoritative' && isTold(answer.says) ? [answer.says] : []));
      if (truths.length === 0) return [];
      return fact.vias
        .filter(({ answer }) => isTold(answer) && !truths.some((truth) => agrees(answer, truth)))
        .map(({ server, answer }) => ({
          subject: `${subjectOf(fact)} @${server}`,
          expected: [...new Set(truths.map(sameness))].join(' or '),
          actual: sameness(answer),
          with: { ...digParts(server, fact.name, fact.type), zone },
        }));
    }),
  remedy: (draft) => [dig(draft), flush(draft)].join('\n'),
};

/** Where the zone's servers only know the first aliases, whose target is another zone's, those are what has to agree. */
function agrees(answer: Answer, truth: Answer): boolean {
  if (truth.kind === 'nothing' && truth.chain.length > 0 && (answer.kind === 'answered' || answer.kind === 'nothing')) {
    return truth.chain.every((alias, at) => answer.chain[at] === alias);
  }
  return sameness(answer) === sameness(truth);
}

const zoneUnseen: Alone = {
  code: 'dns/zone-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The name servers of a zone could not be asked',
  why: 'Whether they agree, and which TTL they publish, is unknown. Private zones of OCI have no servers that can be asked: leave `authoritative` off for them.',
  dependsOn: ['dns/no-resolver', 'dns/no-answer', 'dns/server-failure', 'dns/refused', 'dns/name-unseen'],
  judge: (facts) =>
    facts.names.flatMap((fact) => {
      const parts = digParts(fact.vias[0]?.server ?? '<resolver>', fact.name, 'NS');
      if (fact.zone.kind === 'unseen')
        return [{ subject: subjectOf(fact), expected: 'to be asked', actual: fact.zone.detail, with: parts }];
      if (fact.zone.kind !== 'zone') return [];
      const { zone, servers } = fact.zone;
      const unseen = servers.filter(
        ({ answer }) => answer.kind === 'unseen' || (answer.kind === 'authoritative' && answer.says.kind === 'unseen'),
      );
      const isBlind = servers.length > 0 && servers.every(({ answer }) => answer.kind === 'no-route');
      if (unseen.length === 0 && !isBlind) return [];
      const which = isBlind
        ? 'all are reached over IPv6 only, which this machine lacks'
        : `not asked: ${unseen.map(serverText).join(', ')}`;
      return [{ subject: `${subjectOf(fact)} in ${zone}`, expected: 'to be asked', actual: which, with: parts }];
    }),
  remedy: (draft) => ['# find the zone, then ask its servers by hand:', dig(draft), `$ dig ${word(draft, 'name')} +trace`].join('\n'),
};

export const zoneRules: readonly Alone[] = [secondaryLagging, lameServer, authoritiesDisagree, resolverStale, zoneUnseen];
