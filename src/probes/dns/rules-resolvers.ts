// What is wrong with the resolvers themselves.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import type { DnsFacts, ResolverFact, SilentHow } from './facts.ts';
import { dig, digParts, word } from './remedy.ts';
import type { DnsSettings } from './settings.ts';

type Alone = AloneRule<DnsFacts, DnsSettings>;

const saidOf: Readonly<Record<SilentHow, string>> = {
  timeout: 'no answer within the time limit',
  'nothing-listens': 'nothing listens there',
  unreachable: 'the network has no way there',
  closed: 'the connection was closed without an answer',
};

export const silence = (how: SilentHow): string => saidOf[how];

const isSystems = (resolver: ResolverFact): boolean => resolver.from !== 'settings';

const isDead = (resolver: ResolverFact): boolean =>
  resolver.answer.kind === 'silent' || resolver.answer.kind === 'bad' || resolver.answer.kind === 'no-tcp';

const draftFor = (resolver: ResolverFact, expected: string, actual: string): Draft => ({
  subject: resolver.server,
  expected,
  actual,
  with: digParts(resolver.server, '.', 'NS'),
});

/** A server that answers nothing about the root may still answer what it is there for. */
export const answersNames = (facts: DnsFacts, server: string): boolean =>
  facts.names.some(({ vias }) =>
    vias.some((via) => via.server === server && (via.answer.kind === 'answered' || via.answer.kind === 'nothing')),
  );

export const noResolver: Alone = {
  code: 'dns/no-resolver',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  title: 'None of the resolvers of this machine answers',
  why: 'Without a resolver nothing on this machine finds its databases, its third parties or its peers, whatever else is in order.',
  judge: (facts) => {
    const own = facts.resolvers.filter(isSystems);
    if (own.length === 0 || !own.every((resolver) => isDead(resolver) && !answersNames(facts, resolver.server))) return [];
    const servers = own.map(({ server }) => server).join(', ');
    return [
      {
        subject: 'resolvers',
        expected: 'at least one answers',
        actual: `none of ${servers} gives a valid answer`,
        with: digParts(own[0]!.server, '.', 'NS'),
      },
    ];
  },
  remedy: (draft) =>
    [
      dig(draft),
      '# no route or no answer: the subnet needs egress to the resolver on UDP and TCP port 53 (in a VCN, 169.254.169.254)',
      `$ ip route get ${word(draft, 'server')}`,
      '$ cat /etc/resolv.conf',
    ].join('\n'),
};

export const resolverSilent: Alone = {
  code: 'dns/resolver-silent',
  kind: 'alone',
  severity: 'warning',
  title: 'A resolver does not answer',
  why: 'The C library waits for a dead resolver at every lookup before it asks the next one: five seconds each time, and applications run into their own limits.',
  dependsOn: ['dns/no-resolver'],
  judge: (facts) =>
    facts.resolvers.flatMap((resolver) => {
      if (resolver.answer.kind !== 'silent' || answersNames(facts, resolver.server)) return [];
      return [draftFor(resolver, 'an answer', silence(resolver.answer.how))];
    }),
  remedy: (draft) =>
    [
      dig(draft),
      dig(draft, '+tcp'),
      '# it is gone for good: take it out of what writes /etc/resolv.conf (DHCP options of the VCN, NetworkManager, systemd-resolved)',
    ].join('\n'),
};

export const resolverRefuses: Alone = {
  code: 'dns/resolver-refuses',
  kind: 'alone',
  severity: 'warning',
  title: 'A resolver refuses to answer this machine',
  why: 'A resolver that allows the networks of the primary site only refuses every question from the standby.',
  dependsOn: ['dns/no-resolver'],
  judge: (facts) => withRcode(facts, (rcode) => rcode === 'REFUSED'),
  remedy: (draft) =>
    [
      dig(draft),
      '# on the resolver, allow the networks of this site (unbound: access-control; BIND: allow-recursion and allow-query-cache)',
    ].join('\n'),
};

export const resolverFailing: Alone = {
  code: 'dns/resolver-failing',
  kind: 'alone',
  severity: 'warning',
  title: 'A resolver fails at the simplest question',
  why: 'It could not name the servers of the root, and no configured name went through it either: its own way to the outside is cut, or it is broken.',
  dependsOn: ['dns/no-resolver'],
  judge: (facts) => withRcode(facts, (rcode) => !['NOERROR', 'NXDOMAIN', 'REFUSED'].includes(rcode)),
  remedy: (draft) =>
    [dig(draft), '# a resolver for private names only may be like this: configure one of them under names, and this is settled by it'].join(
      '\n',
    ),
};

export const resolverWithoutRoot: Alone = {
  code: 'dns/resolver-without-root',
  kind: 'alone',
  severity: 'note',
  title: 'A resolver answers as if there were no root',
  why: 'It lives, but serves a closed set of names: what is not in it does not exist for this machine.',
  judge: (facts) => withRcode(facts, (rcode) => rcode === 'NXDOMAIN'),
  remedy: (draft) => [dig(draft), '# as intended in a closed network; else point this machine at a resolver that recurses'].join('\n'),
};

/** Unless names went through it: those are what it is there for. */
const withRcode = (facts: DnsFacts, isMeant: (rcode: string) => boolean): Draft[] =>
  facts.resolvers.flatMap((resolver) => {
    if (resolver.answer.kind !== 'answers' || !isMeant(resolver.answer.rcode) || answersNames(facts, resolver.server)) return [];
    return [draftFor(resolver, 'NOERROR for the name servers of the root', resolver.answer.rcode)];
  });

export const resolverBad: Alone = {
  code: 'dns/resolver-bad-answer',
  kind: 'alone',
  severity: 'warning',
  title: 'A resolver sends answers that are none',
  why: 'Something in the way rewrites or forges DNS, or the server is broken: what applications get out of it cannot be trusted.',
  dependsOn: ['dns/no-resolver'],
  judge: (facts) =>
    facts.resolvers.flatMap((resolver) => {
      if (resolver.answer.kind === 'bad') return [draftFor(resolver, 'a valid answer', problemText(resolver.answer.problem))];
      if (resolver.answer.kind !== 'no-tcp') return [];
      return [draftFor(resolver, 'long answers over TCP', silence(resolver.answer.how))];
    }),
  remedy: (draft) =>
    [dig(draft), dig(draft, '+tcp'), '# compare with another resolver, and look for a middlebox that intercepts port 53'].join('\n'),
};

const problems: Readonly<Record<string, string>> = {
  'wrong-id': 'answers with another id than the question',
  'wrong-question': 'the answer is to another question',
  'no-question': 'the answer does not say to which question',
  'several-questions': 'the answer names several questions',
  'not-a-response': 'a question came back in place of an answer',
  'wrong-opcode': 'an answer to another kind of operation',
  'nxdomain-with-answers': 'NXDOMAIN and yet records of the name',
  'truncated-over-tcp': 'an answer over TCP that says it was cut',
  'alias-loop': 'its aliases go round in a circle',
  'alias-beside-records': 'an alias beside other records of the same name',
  'two-aliases': 'two aliases for one name',
  'alias-chain-too-long': 'more aliases in a row than any resolver follows',
};

export const problemText = (problem: string): string => problems[problem] ?? `not a DNS message (${problem})`;

export const resolverUnseen: Alone = {
  code: 'dns/resolver-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A part of how this machine resolves names could not be looked at',
  why: 'What was not seen may be what fails on the day.',
  judge: (facts) => [
    ...(facts.system.kind === 'unseen' ? [{ subject: '/etc/resolv.conf', expected: 'readable', actual: facts.system.detail }] : []),
    ...(facts.system.kind === 'read' && !Array.isArray(facts.system.uplinks)
      ? [{ subject: '/run/systemd/resolve/resolv.conf', expected: 'readable', actual: facts.system.uplinks.detail }]
      : []),
    ...facts.resolvers.flatMap(({ server, answer }) =>
      answer.kind === 'unseen'
        ? [{ subject: server, expected: 'to be asked', actual: answer.detail, with: digParts(server, '.', 'NS') }]
        : [],
    ),
  ],
  remedy: (draft) =>
    draft.with?.server === undefined
      ? `# as the agent’s user:\n$ cat ${draft.subject}`
      : ['# as the agent’s user; a local firewall or the sandbox of the service may forbid it:', dig(draft)].join('\n'),
};

/** glibc reads no more (MAXNS in resolv.h). */
const nameServersUsed = 3;

export const resolvConfWrong: Alone = {
  code: 'dns/resolv-conf-ignored',
  kind: 'alone',
  severity: 'note',
  title: 'A name server line of resolv.conf is ignored by the C library',
  why: 'The library skips a name server that is no IP address, and every one after the third, without a word.',
  judge: (facts) => {
    if (facts.system.kind !== 'read') return [];
    const late = facts.system.servers.slice(nameServersUsed).map((server) => `nameserver ${server}`);
    return [...facts.system.wrongLines, ...late].map((line) => ({
      subject: line,
      expected: 'one of the first three, an IP address',
      actual: 'ignored',
      with: { line },
    }));
  },
  remedy: (draft) => `# take this line out, or move it up:\n$ grep -nF ${word(draft, 'line')} /etc/resolv.conf`,
};

export const resolverRules: readonly Alone[] = [
  noResolver,
  resolverSilent,
  resolverRefuses,
  resolverFailing,
  resolverWithoutRoot,
  resolverBad,
  resolverUnseen,
  resolvConfWrong,
];
