// Stories on recorded machines: what an operator is told.
import { describe, expect, it } from 'vitest';
import { aloneFindings, dnsSettings, pairedFindings, remedyOf, type Seen, seeDns, site } from '../../../test/support/dns-findings.ts';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import type { Machine } from '../../contract/machine.ts';
import { probe } from './index.ts';

const root = (server: string) => ({ server, name: '.', type: 'NS', answers: ['. 518400 IN NS a.root-servers.net.'] });
const a = (server: string, name: string, ...addresses: string[]) => ({
  server,
  name,
  type: 'A',
  answers: addresses.map((address) => `${name}. 60 IN A ${address}`),
});
const resolvConf = (...servers: string[]): string => servers.map((server) => `nameserver ${server}\n`).join('');

async function machineWith(paper: MachineOnPaper): Promise<Machine> {
  const recorded = await recordedMachine({
    ...paper,
    files: { '/etc/resolv.conf': resolvConf('10.2.0.2'), '/etc/hosts': '127.0.0.1 localhost\n', ...paper.files },
  });
  return recorded.forLook(new AbortController().signal);
}

/** One name through explicit resolvers, so that nothing but DNS itself is in the story. */
const named = (more: object = {}, resolvers = ['10.2.0.2']) => ({ names: [{ name: 'db.example.com', type: 'A', resolvers, ...more }] });

async function seen(dns: MachineOnPaper['dns'], settings: unknown = named(), more: MachineOnPaper = {}): Promise<Seen> {
  return seeDns(await machineWith({ dns: [root('10.2.0.2'), ...(dns ?? [])], ...more }), settings);
}

describe('a name that is in order', () => {
  it('has no findings, and its facts are the same whatever order and TTL the answer has', async () => {
    const one = await seen([a('10.2.0.2', 'db.example.com', '10.2.0.11', '10.2.0.10')]);
    const two = await seen([
      { ...a('10.2.0.2', 'db.example.com'), answers: ['db.example.com. 7 IN A 10.2.0.10', 'DB.example.com. 7 IN A 10.2.0.11'] },
    ]);
    expect(aloneFindings(one)).toEqual([]);
    expect(two.facts).toEqual(one.facts);
    expect(one.facts.names[0]?.vias).toEqual([
      {
        server: '10.2.0.2',
        answer: {
          kind: 'answered',
          chain: [],
          data: ['10.2.0.10', '10.2.0.11'],
          isCut: false,
          flags: { authoritative: false, authenticated: false, recursionAvailable: true, truncated: false },
        },
        ttl: { kind: 'cached', isBeyondBudget: false },
      },
    ]);
    expect(two.readings).toContainEqual({ name: 'ttlSeconds', subject: 'db.example.com A @10.2.0.2', value: 7 });
  });

  it('is followed through its aliases, and records of other names are not its answer', async () => {
    const { facts } = await seen([
      {
        server: '10.2.0.2',
        name: 'db.example.com',
        type: 'A',
        answers: [
          'vip.dr.example.com. 30 IN A 10.2.0.10',
          'evil.example.com. 30 IN A 10.9.9.9',
          'lb.dr.example.com. 30 IN CNAME vip.dr.example.com.',
          'db.example.com. 300 IN CNAME lb.dr.example.com.',
        ],
      },
    ]);
    expect(facts.names[0]?.vias[0]?.answer).toMatchObject({ chain: ['lb.dr.example.com', 'vip.dr.example.com'], data: ['10.2.0.10'] });
  });
});

describe('no answer', () => {
  it.each([
    ['NXDOMAIN', { rcode: 'NXDOMAIN' }, 'dns/no-such-name | db.example.com A via 10.2.0.2 | a record of type A | NXDOMAIN from 10.2.0.2'],
    [
      'no record of the type',
      {},
      'dns/no-such-name | db.example.com A via 10.2.0.2 | a record of type A | no record of the type from 10.2.0.2',
    ],
    ['SERVFAIL', { rcode: 'SERVFAIL' }, 'dns/server-failure | db.example.com A via 10.2.0.2 | NOERROR | SERVFAIL from 10.2.0.2'],
    ['REFUSED', { rcode: 'REFUSED' }, 'dns/refused | db.example.com A via 10.2.0.2 @10.2.0.2 | NOERROR | REFUSED'],
    [
      'silence',
      { failed: 'timeout' },
      'dns/no-answer | db.example.com A via 10.2.0.2 @10.2.0.2 | an answer | no answer within the time limit',
    ],
    ['what was not allowed to be asked', { failed: 'denied', detail: 'sending is not permitted' }, null],
  ] as const)('%s is told apart', async (_title, answer, finding) => {
    const look = seen([{ server: '10.2.0.2', name: 'db.example.com', type: 'A', ...answer }]);
    if (finding === null) await expect(look).rejects.toThrow('unseen: sending is not permitted');
    else expect(aloneFindings(await look)).toEqual([finding]);
  });

  it('a dead resolver beside a live one is one finding, and the names through it rest on that', async () => {
    const found = await seen(
      [a('10.2.0.2', 'db.example.com', '10.2.0.10'), { ...root('10.2.0.3'), failed: 'timeout' }],
      named({}, ['10.2.0.2', '10.2.0.3']),
      {
        dns: [
          root('10.2.0.2'),
          a('10.2.0.2', 'db.example.com', '10.2.0.10'),
          { server: '10.2.0.3', name: '.', type: 'NS', failed: 'timeout' },
          { server: '10.2.0.3', name: 'db.example.com', type: 'A', failed: 'timeout' },
        ],
      },
    );
    expect(aloneFindings(found)).toEqual([
      'dns/no-answer | db.example.com A via 10.2.0.2, 10.2.0.3 @10.2.0.3 | an answer | no answer within the time limit',
      'dns/resolver-silent | 10.2.0.3 | an answer | no answer within the time limit',
    ]);
    const rule = probe.rules.find(({ code }) => code === 'dns/no-answer')!;
    expect(rule.dependsOn).toContain('dns/resolver-silent');
    expect(
      rule.kind === 'alone' && rule.judge(found.facts, { now: 0, node: {} as never, settings: found.settings, readings: [] })[0]?.cause,
    ).toBe('10.2.0.3');
  });
});

describe('an answer that none should be', () => {
  const bad = async (answer: object): Promise<string[]> =>
    aloneFindings(await seen([{ server: '10.2.0.2', name: 'db.example.com', type: 'A', ...answer }]));

  it.each([
    [
      'NXDOMAIN with records of the name',
      { rcode: 'NXDOMAIN', answers: ['db.example.com. 60 IN A 10.2.0.10'] },
      'NXDOMAIN and yet records of the name',
    ],
    [
      'aliases in a circle',
      { answers: ['db.example.com. 60 IN CNAME b.example.com.', 'b.example.com. 60 IN CNAME db.example.com.'] },
      'its aliases go round in a circle',
    ],
    ['an alias of itself', { answers: ['db.example.com. 60 IN CNAME db.example.com.'] }, 'its aliases go round in a circle'],
    [
      'two aliases',
      { answers: ['db.example.com. 60 IN CNAME a.example.com.', 'db.example.com. 60 IN CNAME b.example.com.'] },
      'two aliases for one name',
    ],
    [
      'an alias beside an address',
      { answers: ['db.example.com. 60 IN CNAME a.example.com.', 'db.example.com. 60 IN A 10.2.0.10'] },
      'an alias beside other records of the same name',
    ],
    [
      'aliases without end',
      { answers: Array.from({ length: 40 }, (_, at) => `${at === 0 ? 'db' : `n${at}`}.example.com. 60 IN CNAME n${at + 1}.example.com.`) },
      'more aliases in a row than any resolver follows',
    ],
    ['garbage', { message: Buffer.from('\0\0HTTP/1.1 400 Bad Request').toString('base64') }, 'not a DNS message (ends-early)'],
    ['cut over TCP too', { flags: ['tc', 'ra'] }, 'an answer over TCP that says it was cut'],
  ])('%s is said, and nothing of it is believed', async (_title, answer, actual) => {
    expect(await bad(answer)).toEqual([`dns/bad-answer | db.example.com A via 10.2.0.2 @10.2.0.2 | a valid answer | ${actual}`]);
  });

  it('a true NXDOMAIN of an alias’ target is not bad', async () => {
    expect(await bad({ rcode: 'NXDOMAIN', answers: ['db.example.com. 60 IN CNAME gone.example.com.'] })).toEqual([
      'dns/no-such-name | db.example.com A via 10.2.0.2 | a record of type A | gone.example.com > NXDOMAIN from 10.2.0.2',
    ]);
  });

  it('a cut answer whose server cannot be asked over TCP is told from a name without records', async () => {
    const { facts } = await seen([
      { server: '10.2.0.2', name: 'db.example.com', type: 'A', transport: 'udp', flags: ['tc', 'ra'] },
      { server: '10.2.0.2', name: 'db.example.com', type: 'A', transport: 'tcp', failed: 'timeout' },
    ]);
    expect(facts.names[0]?.vias[0]?.answer).toEqual({ kind: 'no-tcp', how: 'timeout' });
  });

  it('a cut answer is taken from TCP whole', async () => {
    const { facts } = await seen([
      {
        server: '10.2.0.2',
        name: 'db.example.com',
        type: 'A',
        transport: 'udp',
        flags: ['tc', 'ra'],
        answers: ['db.example.com. 60 IN A 10.2.0.10'],
      },
      { ...a('10.2.0.2', 'db.example.com', '10.2.0.10', '10.2.0.11'), transport: 'tcp' },
    ]);
    expect(facts.names[0]?.vias[0]?.answer).toMatchObject({ data: ['10.2.0.10', '10.2.0.11'], flags: { truncated: true } });
  });
});

describe('what an answer has to be', () => {
  const withExpect = async (expected: object, more: object = {}, address = '10.1.0.10'): Promise<string[]> =>
    aloneFindings(await seen([a('10.2.0.2', 'db.example.com', address)], named({ expect: expected, ...more })));

  it('an address in a forbidden network, or outside the lawful ones, is a stale target', async () => {
    expect(await withExpect({ notWithin: ['10.1.0.0/16'] })).toEqual([
      'dns/stale-target | db.example.com A via 10.2.0.2 | outside 10.1.0.0/16 | 10.1.0.10 (10.2.0.2)',
    ]);
    expect(await withExpect({ within: ['10.2.0.0/16'] })).toEqual([
      'dns/stale-target | db.example.com A via 10.2.0.2 | within 10.2.0.0/16 | 10.1.0.10 (10.2.0.2)',
    ]);
    expect(await withExpect({ within: ['10.2.0.0/16'], notWithin: ['10.1.0.0/16'] }, {}, '10.2.0.10')).toEqual([]);
  });

  it('names and addresses compare without case, dots at the end and order', async () => {
    const answers = [
      'db.example.com. 60 IN CNAME LB.Example.com.',
      'lb.example.com. 60 IN A 10.2.0.11',
      'lb.example.com. 60 IN A 10.2.0.10',
    ];
    const dns = [{ server: '10.2.0.2', name: 'db.example.com', type: 'A', answers }];
    const expected = { equals: ['10.2.0.10', '10.2.0.11'], cname: 'LB.example.com.' };
    expect(aloneFindings(await seen(dns, named({ expect: expected })))).toEqual([]);
    expect(aloneFindings(await seen(dns, named({ expect: { ...expected, cname: 'other.example.com' } })))).toEqual([
      'dns/unexpected-answer | db.example.com A via 10.2.0.2 | an alias of other.example.com | an alias of lb.example.com from 10.2.0.2',
    ]);
    expect(aloneFindings(await seen(dns, named({ expect: { equals: ['10.2.0.10'] } })))).toEqual([
      'dns/unexpected-answer | db.example.com A via 10.2.0.2 | 10.2.0.10 | 10.2.0.10, 10.2.0.11 from 10.2.0.2',
    ]);
  });

  it('an address that accepts no connection is dead, and one that could not be tried is not called so', async () => {
    const dns = [root('10.2.0.2'), a('10.2.0.2', 'db.example.com', '10.2.0.10', '10.2.0.11', '10.2.0.12')];
    const dials = [
      {
        address: '10.2.0.10',
        port: 1521,
        answer: { stage: 'connect', result: 'completed', localAddress: '10.2.0.5', timings: { connectMs: 2, totalMs: 2 } },
      },
      { address: '10.2.0.11', port: 1521, answer: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED', timings: { totalMs: 1 } } },
    ] as never;
    const found = await seeDns(await machineWith({ dns, dials }), named({ expect: { accepts: { port: 1521 } } }));
    expect(aloneFindings(found)).toEqual([
      'dns/name-unseen | db.example.com A via 10.2.0.2 10.2.0.12 port 1521 | to be looked at | not tried: local-error',
      'dns/target-dead | db.example.com A via 10.2.0.2 10.2.0.11 port 1521 | accepts a connection | refused',
    ]);
    expect(found.readings).toContainEqual({ name: 'connectMs', subject: '10.2.0.10:1521', value: 2 });
  });

  it('tells what to type, filled in', async () => {
    const found = await seen(
      [a('10.2.0.2', 'db.example.com', '10.1.0.10')],
      named({ expect: { notWithin: ['10.1.0.0/16'], equals: ['10.2.0.10'] } }),
    );
    expect(remedyOf(found, 'dns/stale-target')).toContain('$ dig @10.2.0.2 -p 53 db.example.com A\n');
    expect(remedyOf(found, 'dns/stale-target')).toContain(
      `--domain db.example.com --rtype A --items '[{"domain":"db.example.com","rdata":"10.2.0.10","rtype":"A","ttl":60}]'`,
    );
  });
});

describe('the TTL', () => {
  const cached = (seconds: number) => [{ ...a('10.2.0.2', 'db.example.com'), answers: [`db.example.com. ${seconds} IN A 10.2.0.10`] }];
  const beyond = 'dns/ttl-beyond-budget | db.example.com A via 10.2.0.2 | at most 300 s | more than 300 s still left in a resolver’s cache';

  it('is proven too long by what is left of it, and stays so while the same record runs out', async () => {
    const first = await seen(cached(400));
    expect(aloneFindings(first)).toEqual([beyond]);
    const earlier = { at: Date.UTC(2026, 10, 23, 11, 55), facts: first.facts, readings: first.readings };
    const look = async (seconds: number) =>
      seeDns(await machineWith({ now: '2026-11-23T12:00:00Z', dns: [root('10.2.0.2'), ...cached(seconds)] }), named(), earlier);
    expect(aloneFindings(await look(100))).toEqual([beyond]);
    // Five minutes later at most 100 s of the old record are left: this is a fresh one.
    expect(aloneFindings(await look(180))).toEqual([]);
  });

  it('is published by a server with authority, which names the record', async () => {
    const found = await seen([
      {
        server: '10.2.0.2',
        name: 'db.example.com',
        type: 'A',
        flags: ['aa'],
        answers: ['db.example.com. 3600 IN CNAME lb.example.com.', 'lb.example.com. 30 IN A 10.2.0.10'],
      },
    ]);
    expect(aloneFindings(found)).toEqual([
      'dns/ttl-beyond-budget | db.example.com A via 10.2.0.2 | at most 300 s | db.example.com CNAME: 3600 s',
    ]);
  });

  it('has a budget of its own where the name says so', async () => {
    expect(aloneFindings(await seen(cached(100), named({ expect: { maximumTtl: '1m' } })))[0]).toContain('at most 60 s');
  });
});

describe('several resolvers', () => {
  const both = named({}, ['10.2.0.2', '10.2.0.3']);
  const disagreeing = [root('10.2.0.3'), a('10.2.0.2', 'db.example.com', '10.2.0.10'), a('10.2.0.3', 'db.example.com', '10.1.0.10')];

  it('that disagree are named with what each says', async () => {
    expect(aloneFindings(await seen(disagreeing, both))).toEqual([
      'dns/resolvers-disagree | db.example.com A via 10.2.0.2, 10.2.0.3 | one answer | 10.2.0.10 from 10.2.0.2; 10.1.0.10 from 10.2.0.3',
    ]);
  });

  it('need not agree about a name that rotates, whose facts hold networks', async () => {
    const rotating = {
      names: [{ ...both.names[0], rotates: true, expect: { within: ['10.1.0.0/16', '10.2.0.0/16'], notWithin: ['10.1.0.0/24'] } }],
    };
    const found = await seen(disagreeing, rotating);
    expect(found.facts.names[0]?.vias.map(({ answer }) => answer.kind === 'answered' && answer.data)).toEqual([
      ['10.2.0.0/16'],
      ['10.1.0.10'],
    ]);
    expect(aloneFindings(found).map((finding) => finding.split(' ')[0])).toEqual(['dns/stale-target']);
  });
});

describe('this machine', () => {
  const system = { names: [{ name: 'db.example.com' }] };
  const told = [root('10.2.0.2'), a('10.2.0.2', 'db.example.com', '10.2.0.10')];

  it('asks the servers behind systemd-resolved too, so that a dead one of them shows', async () => {
    const machine = await machineWith({
      files: {
        '/etc/resolv.conf': 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch dr.example.com\n',
        '/run/systemd/resolve/resolv.conf': resolvConf('10.2.0.2', '10.2.0.3'),
      },
      dns: [root('127.0.0.53'), root('10.2.0.2'), { server: '10.2.0.3', name: '.', type: 'NS', failed: 'timeout' }],
    });
    const found = await seeDns(machine, {});
    expect(found.facts.resolvers.map(({ server, from, answer }) => `${server} ${from} ${answer.kind}`)).toEqual([
      '127.0.0.53 resolv.conf answers',
      '10.2.0.2 resolved answers',
      '10.2.0.3 resolved silent',
    ]);
    expect(found.facts.system).toMatchObject({
      search: ['dr.example.com'],
      options: ['edns0', 'trust-ad'],
      uplinks: ['10.2.0.2', '10.2.0.3'],
    });
    expect(aloneFindings(found)).toEqual(['dns/resolver-silent | 10.2.0.3 | an answer | no answer within the time limit']);
  });

  it('has a hosts line that keeps applications at the old address', async () => {
    const machine = await machineWith({
      files: { '/etc/hosts': '10.1.0.10 db.example.com\n' },
      dns: told,
      lookups: [{ name: 'db.example.com', addresses: ['10.1.0.10'] }],
    });
    const found = await seeDns(machine, { names: [{ name: 'db.example.com', expect: { notWithin: ['10.1.0.0/16'] } }] });
    expect(aloneFindings(found)).toEqual([
      'dns/hosts-override | db.example.com A | no line in /etc/hosts | /etc/hosts says 10.1.0.10',
      'dns/stale-target | db.example.com A | outside 10.1.0.0/16 | 10.1.0.10 (applications)',
    ]);
    expect(remedyOf(found, 'dns/hosts-override')).toContain('$ grep -nwF db.example.com /etc/hosts');
  });

  it('resolves otherwise for applications than in DNS', async () => {
    const machine = await machineWith({ dns: told, lookups: [{ name: 'db.example.com', addresses: ['10.1.0.99'] }] });
    expect(aloneFindings(await seeDns(machine, system))).toEqual(['dns/application-differs | db.example.com A | 10.2.0.10 | 10.1.0.99']);
  });

  it('has no resolver that answers: one blocker for the machine', async () => {
    const machine = await machineWith({ dns: [{ server: '10.2.0.2', name: '.', type: 'NS', failed: 'timeout' }] });
    expect(aloneFindings(await seeDns(machine, {}))).toEqual([
      'dns/no-resolver | resolvers | at least one answers | none of 10.2.0.2 gives a valid answer',
      'dns/resolver-silent | 10.2.0.2 | an answer | no answer within the time limit',
    ]);
  });

  it.each([
    ['REFUSED', 'dns/resolver-refuses'],
    ['SERVFAIL', 'dns/resolver-failing'],
    ['NXDOMAIN', 'dns/resolver-without-root'],
  ])('has a resolver that says %s about the root, which counts only while no name goes through it', async (rcode, code) => {
    const limited = { server: '10.2.0.2', name: '.', type: 'NS', rcode };
    const alone = aloneFindings(await seeDns(await machineWith({ dns: [limited] }), {}));
    expect(alone).toEqual([`${code} | 10.2.0.2 | NOERROR for the name servers of the root | ${rcode}`]);
    const used = await machineWith({ dns: [limited, a('10.2.0.2', 'db.example.com', '10.2.0.10')] });
    expect(aloneFindings(await seeDns(used, named()))).toEqual([]);
  });

  it('lists more name servers than the C library reads', async () => {
    const servers = ['10.2.0.2', '10.2.0.3', '10.2.0.4', '10.2.0.5'];
    const machine = await machineWith({
      files: { '/etc/resolv.conf': `${resolvConf(...servers)}nameserver it's\n` },
      dns: servers.map(root),
    });
    const found = await seeDns(machine, {});
    expect(aloneFindings(found).map((finding) => finding.split(' | ')[1])).toEqual(["nameserver it's", 'nameserver 10.2.0.5'].sort());
  });

  const look = async (paper: MachineOnPaper, settings: unknown) => {
    const recorded = await recordedMachine(paper);
    const signal = new AbortController().signal;
    return probe.observe(recorded.forLook(signal), dnsSettings(settings), signal);
  };

  it('without a resolv.conf asks 127.0.0.1, as the C library does', async () => {
    expect(await look({ dns: [root('127.0.0.1')] }, {})).toMatchObject({
      kind: 'observed',
      facts: { system: { hasFile: false }, resolvers: [{ server: '127.0.0.1', from: 'implied', answer: { kind: 'answers' } }] },
    });
    expect(await look({ dns: [{ server: '127.0.0.1', name: '.', type: 'NS', failed: 'timeout' }] }, {})).toMatchObject({ kind: 'absent' });
    expect(await look({}, {})).toMatchObject({ kind: 'unseen', reason: 'unreadable' });
  });

  it('whose resolv.conf may not be read, or is garbage, is unseen', async () => {
    expect(await look({ denied: ['/etc/resolv.conf'] }, {})).toMatchObject({ kind: 'unseen', reason: 'denied' });
    expect(await look({ files: { '/etc/resolv.conf': 'garbage\n' } }, {})).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
  });

  it('whose resolv.conf may not be read still shows what was asked of named resolvers, and says what it lacks', async () => {
    const outcome = await look({ denied: ['/etc/resolv.conf'], dns: told }, named());
    if (outcome.kind !== 'observed') throw new Error(outcome.kind);
    const found = { facts: outcome.facts, readings: [], settings: dnsSettings(named()) };
    expect(aloneFindings(found)).toEqual(['dns/resolver-unseen | /etc/resolv.conf | readable | /etc/resolv.conf cannot be read']);
  });
});

describe('the zone’s own servers', () => {
  const authority = (server: string, serial: number, address: string, more: object = {}) => [
    {
      server,
      name: 'example.com',
      type: 'SOA',
      flags: ['aa'],
      answers: [`example.com. 300 IN SOA ns1.example.com. host.example.com. ${serial} 1 1 1 1`],
      ...more,
    },
    { server, name: 'db.example.com', type: 'A', flags: ['aa'], answers: [`db.example.com. 900 IN A ${address}`], ...more },
  ];
  const walk = [
    root('10.2.0.2'),
    a('10.2.0.2', 'db.example.com', '10.2.0.10'),
    { server: '10.2.0.2', name: 'db.example.com', type: 'NS' },
    {
      server: '10.2.0.2',
      name: 'example.com',
      type: 'NS',
      answers: ['example.com. 60 IN NS ns1.example.com.', 'example.com. 60 IN NS ns2.example.com.'],
    },
    a('10.2.0.2', 'ns1.example.com', '192.0.2.1'),
    a('10.2.0.2', 'ns2.example.com', '192.0.2.2'),
    { server: '10.2.0.2', name: 'ns1.example.com', type: 'AAAA' },
    { server: '10.2.0.2', name: 'ns2.example.com', type: 'AAAA' },
  ];
  const settings = named({ authoritative: true, expect: { maximumTtl: '15m' } });
  const look = async (dns: MachineOnPaper['dns'], earlier?: Seen) =>
    seeDns(
      await machineWith({ dns: [...walk, ...(dns ?? [])] }),
      settings,
      earlier && { at: 0, facts: earlier.facts, readings: earlier.readings },
    );

  it('that agree give the published TTL and no finding', async () => {
    const found = await look([...authority('192.0.2.1', 7, '10.2.0.10'), ...authority('192.0.2.2', 7, '10.2.0.10')]);
    expect(aloneFindings(found)).toEqual([]);
    expect(found.facts.names[0]?.zone).toMatchObject({
      zone: 'example.com',
      ttl: { kind: 'published', record: 'db.example.com A', seconds: 900 },
    });
  });

  it('one of which is behind: said at once by a single look, from the second look on by an agent', async () => {
    const before = await look([
      ...authority('192.0.2.1', 4_294_967_295, '10.1.0.10'),
      ...authority('192.0.2.2', 4_294_967_295, '10.1.0.10'),
    ]);
    const changed = [...authority('192.0.2.1', 2, '10.2.0.10'), ...authority('192.0.2.2', 4_294_967_295, '10.1.0.10')];
    const lagging = 'dns/secondary-lagging | example.com ns2.example.com (192.0.2.2) | serial 2 | serial 4294967295';
    expect(aloneFindings(await look(changed))).toContain(lagging);
    const atOnce = await look(changed, before);
    expect(aloneFindings(atOnce)).not.toContain(lagging);
    expect(aloneFindings(await look(changed, atOnce))).toEqual([
      'dns/authorities-disagree | db.example.com A via 10.2.0.2 | one answer | 10.2.0.10 from ns1.example.com (192.0.2.1); 10.1.0.10 from ns2.example.com (192.0.2.2)',
      lagging,
    ]);
  });

  it('one of which is lame or silent', async () => {
    expect(
      aloneFindings(
        await look([
          ...authority('192.0.2.1', 7, '10.2.0.10'),
          ...authority('192.0.2.2', 7, '10.2.0.10', { rcode: 'REFUSED', answers: [] }),
        ]),
      ),
    ).toEqual(['dns/lame-server | example.com ns2.example.com (192.0.2.2) | an authoritative answer | REFUSED']);
    expect(
      aloneFindings(
        await look([...authority('192.0.2.1', 7, '10.2.0.10'), ...authority('192.0.2.2', 7, '10.2.0.10', { failed: 'timeout' })]),
      ),
    ).toEqual(['dns/lame-server | example.com ns2.example.com (192.0.2.2) | an authoritative answer | no answer within the time limit']);
  });

  it('say otherwise than the resolver: it is stale', async () => {
    expect(aloneFindings(await look([...authority('192.0.2.1', 7, '10.2.0.99'), ...authority('192.0.2.2', 7, '10.2.0.99')]))).toEqual([
      'dns/resolver-stale | db.example.com A via 10.2.0.2 @10.2.0.2 | 10.2.0.99 | 10.2.0.10',
    ]);
  });

  it('that cannot be found are a blind spot, not agreement', async () => {
    const found = await seen(
      [a('10.2.0.2', 'db.example.com', '10.2.0.10'), { server: '10.2.0.2', name: 'db.example.com', type: 'NS', rcode: 'SERVFAIL' }],
      settings,
    );
    expect(aloneFindings(found)).toEqual([
      'dns/zone-unseen | db.example.com A via 10.2.0.2 | to be asked | the resolver does not tell which zone the name is in',
    ]);
  });
});

describe('a standby beside its primary', () => {
  const sites = { primary: site('fra', ['10.1.0.0/16'], ['fra.example.com']), standby: site('ams', ['10.2.0.0/16'], ['ams.example.com']) };
  const side = (address: string, more: object = {}, paper: MachineOnPaper = {}) =>
    seen([a('10.2.0.2', 'db.example.com', address)], named(more), paper);

  it('resolves into the primary’s site', async () => {
    expect(pairedFindings(await side('10.1.0.10'), await side('10.1.0.10'), sites)).toEqual([
      'dns/leads-to-primary-site | db.example.com A via 10.2.0.2 | within 10.2.0.0/16 | 10.1.0.10',
    ]);
    expect(pairedFindings(await side('10.2.0.10'), await side('10.1.0.10'), sites)).toEqual([]);
  });

  it('follows an alias into the primary’s domain', async () => {
    const standby = await seen([
      {
        server: '10.2.0.2',
        name: 'db.example.com',
        type: 'A',
        answers: ['db.example.com. 60 IN CNAME db.fra.example.com.', 'db.fra.example.com. 60 IN A 203.0.113.10'],
      },
    ]);
    expect(pairedFindings(standby, await side('10.1.0.10'), sites)).toEqual([
      'dns/leads-to-primary-site | db.example.com A via 10.2.0.2 | within 10.2.0.0/16 | db.fra.example.com',
    ]);
  });

  it('may lead there until the switchover where that moves the name', async () => {
    expect(pairedFindings(await side('10.1.0.10', { movesAtSwitchover: true }), await side('10.1.0.10'), sites)).toEqual([]);
  });

  it('gets another answer where it should get the same', async () => {
    expect(pairedFindings(await side('203.0.113.9', { sameAsPrimary: true }), await side('203.0.113.10'), sites)).toEqual([
      'dns/answers-differ | db.example.com A via 10.2.0.2 | 203.0.113.10 | 203.0.113.9',
    ]);
    expect(pairedFindings(await side('203.0.113.9'), await side('203.0.113.10'), sites)).toEqual([]);
  });

  it('has a name of its own domain, and the same answer behind it', async () => {
    const own = (domain: string, address: string) =>
      seen([a('10.2.0.2', `db.${domain}`, address)], { names: [{ name: `db.${domain}`, resolvers: ['10.2.0.2'], sameAsPrimary: true }] });
    expect(pairedFindings(await own('ams.example.com', '203.0.113.9'), await own('fra.example.com', '203.0.113.9'), sites)).toEqual([]);
    expect(pairedFindings(await own('ams.example.com', '203.0.113.9'), await own('fra.example.com', '203.0.113.10'), sites)).toEqual([
      'dns/answers-differ | db.ams.example.com A via 10.2.0.2 | 203.0.113.10 | 203.0.113.9',
    ]);
  });

  it('is not the same as a primary that does not watch the name, or got no answer', async () => {
    const same = await side('203.0.113.9', { sameAsPrimary: true });
    const elsewhere = await seen([a('10.2.0.2', 'www.example.com', '203.0.113.9')], {
      names: [{ name: 'www.example.com', resolvers: ['10.2.0.2'] }],
    });
    const unanswered = await seen([{ server: '10.2.0.2', name: 'db.example.com', type: 'A', rcode: 'SERVFAIL' }]);
    const told = (actual: string) => [`dns/not-comparable | db.example.com A via 10.2.0.2 | an answer that the primary got | ${actual}`];
    expect(pairedFindings(same, elsewhere, sites)).toEqual(told('the primary does not watch this name and type'));
    expect(pairedFindings(same, unanswered, sites)).toEqual(told('the primary got no answer'));
  });

  it('whose primary does not say what its site is: said, unless the settings say where the name leads', async () => {
    const untold = { ...sites, primary: {} };
    expect(pairedFindings(await side('10.1.0.10'), await side('10.1.0.10'), untold)).toEqual([
      'dns/site-not-told | primary | networks and domains of the primary’s site | none; it matters for db.example.com',
    ]);
    const settled = await side('10.2.0.10', { expect: { within: ['10.2.0.0/16'] } });
    expect(pairedFindings(settled, await side('10.1.0.10'), untold)).toEqual([]);
  });

  it('is not answered by a resolver that answers the primary', async () => {
    const standby = await seeDns(
      await machineWith({
        files: { '/etc/resolv.conf': resolvConf('10.0.0.2') },
        dns: [{ server: '10.0.0.2', name: '.', type: 'NS', failed: 'timeout' }],
      }),
      {},
    );
    const primary = await seeDns(await machineWith({ files: { '/etc/resolv.conf': resolvConf('10.0.0.2') }, dns: [root('10.0.0.2')] }), {});
    expect(pairedFindings(standby, primary, sites)).toEqual([
      'dns/resolver-silent-here-only | 10.0.0.2 | an answer, as on the primary | no answer within the time limit',
    ]);
  });

  it('searches other domains than its own side’s, which only is lawful', async () => {
    const with_ = async (search: string) =>
      seeDns(await machineWith({ files: { '/etc/resolv.conf': `nameserver 10.2.0.2\nsearch ${search}\n` }, dns: [root('10.2.0.2')] }), {});
    expect(pairedFindings(await with_('ams.example.com corp.example'), await with_('fra.example.com corp.example'), sites)).toEqual([]);
    expect(pairedFindings(await with_('ams.example.com'), await with_('fra.example.com corp.example'), sites)).toEqual([
      'dns/resolver-options-differ | search | <own domain> corp.example | <own domain>',
    ]);
  });
});
