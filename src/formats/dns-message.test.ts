import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DnsMessage, decodeDnsMessage, encodeDnsAnswer, encodeDnsQuery, encodeRecordLine, presentDnsData } from './dns-message.ts';
import { encodeName, readName } from './dns-name.ts';

/** db.example.test through an alias to 10.0.0.1, compressed as every server compresses; real servers are in test/system. */
const sample = {
  compressed:
    '1234 8580 0001 0002 0000 0000 0264 6207 6578 616d 706c 6504 7465 7374 0000 0100 01' +
    'c00c 0005 0001 0000 012c 0006 0364 6231 c00f' +
    'c02d 0001 0001 0000 003c 0004 0a00 0001',
};

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const header = (counts: string, flags = '8180'): string => `1234 ${flags} ${counts}`;

function message(hex: string): DnsMessage {
  const decoded = decodeDnsMessage(bytes(hex));
  if (decoded.kind !== 'message') throw new Error(`${decoded.problem} at ${decoded.offset}`);
  return decoded;
}

const problemOf = (input: Uint8Array): string => {
  const decoded = decodeDnsMessage(input);
  return decoded.kind === 'message' ? 'none' : `${decoded.problem} at ${decoded.offset}`;
};

describe('reading a DNS message', () => {
  it('follows compression, keeps TTLs and flags, and lower-cases names', () => {
    const { header: head, questions, answers } = message(sample.compressed.replace('0264 62', '0244 42'));
    expect(head).toMatchObject({ id: 0x1234, isResponse: true, isAuthoritative: true, recursionDesired: true, recursionAvailable: true });
    expect(questions).toEqual([{ name: 'db.example.test', type: 'A', class: 1 }]);
    expect(answers).toEqual([
      { name: 'db.example.test', type: 'CNAME', class: 1, ttlSeconds: 300, data: { kind: 'name', name: 'db1.example.test' } },
      { name: 'db1.example.test', type: 'A', class: 1, ttlSeconds: 60, data: { kind: 'address', address: '10.0.0.1' } },
    ]);
  });

  it('says each text that a zone file would have for what it wrote from one', () => {
    const lines = [
      'a.example. 60 IN A 10.0.0.1',
      'a.example. 60 IN AAAA 2001:db8::1',
      'a.example. 60 IN CNAME b.example',
      'example. 60 IN NS ns1.example',
      'example. 60 IN SOA ns1.example host.example 4294967295 3600 600 604800 1800',
      'example. 60 IN MX 10 mail.example',
      'a.example. 60 IN TXT "v=1; \\"x\\"" "two\\000\\255"',
      '_ldap._tcp.example. 60 IN SRV 0 5 389 ldap.example',
      '1.0.0.10.in-addr.arpa. 60 IN PTR a.example',
      'example. 60 IN CAA 0 issue "ca.example; account=1"',
      'example. 60 IN HTTPS \\# 3 000100',
      'example. 60 IN TYPE999 \\# 0',
    ];
    const answer = encodeDnsAnswer({ id: 1, question: { name: 'example', type: 'ANY' }, answers: lines });
    const decoded = decodeDnsMessage(answer) as DnsMessage;
    const texts = decoded.answers.map(({ name, ttlSeconds, type, data }) => `${name}. ${ttlSeconds} IN ${type} ${presentDnsData(data)}`);
    expect(texts).toEqual(lines);
  });

  it('takes rcode bits and the resolver’s reason from the OPT record', () => {
    // BADVERS (16) has its upper bits in the OPT TTL; option 15 is an extended error: 22, "no reachable authority".
    const opt = '00 0029 04d0 01000000 0008 000f 0004 0016 6e6f';
    expect(message(header('0000 0000 0000 0001', '8180') + opt)).toMatchObject({
      rcode: 'BADVERS',
      additionals: [],
      edns: { udpBytesMax: 1232, version: 0, extendedErrors: [{ code: 22, text: 'no' }] },
    });
  });

  it('takes a TTL with the highest bit for zero', () => {
    expect(message(`${header('0000 0001 0000 0000')} 00 0001 0001 ffffffff 0004 0a000001`).answers[0]?.ttlSeconds).toBe(0);
  });

  it('counts bytes behind the last record instead of dropping the message', () => {
    expect(message(`${sample.compressed} dead`).trailingBytes).toBe(2);
  });

  it('escapes what would break a name or a terminal', () => {
    expect(readName(bytes('06 61 2e 62 1b 20 5c 00'), 0).name).toBe('a\\.b\\027\\032\\\\');
  });
});

describe('bytes that are no DNS message', () => {
  const question = '0161 00 0001 0001';
  const record = (name: string, type: string, length: string, data: string): string => `${name} ${type} 0001 0000003c ${length} ${data}`;

  it.each([
    ['nothing', '', 'too-short at 0'],
    ['half a header', '1234 8180 00', 'too-short at 5'],
    ['a question that is promised and missing', header('0001 0000 0000 0000'), 'ends-early at 12'],
    ['65,535 promised answers', header('0000 ffff 0000 0000'), 'ends-early at 12'],
    ['a name that points at itself', `${header('0001 0000 0000 0000')} c00c 0001 0001`, 'compression-loop at 12'],
    ['a name that points forward', `${header('0001 0000 0000 0000')} c00e 0161 00 0001 0001`, 'compression-loop at 12'],
    ['two pointers that point at each other', `${header('0001 0000 0000 0000')} 0161 c010 c00c 0001 0001`, 'compression-loop at 14'],
    ['half a pointer', `${header('0001 0000 0000 0000')} c0`, 'ends-early at 12'],
    ['a label of 64 octets', `${header('0001 0000 0000 0000')} 40 ${'61'.repeat(64)} 00 0001 0001`, 'reserved-label at 12'],
    ['a name over 255 octets', `${header('0001 0000 0000 0000')} ${`3f${'61'.repeat(63)}`.repeat(4)} 00 0001 0001`, 'name-too-long at 204'],
    ['a label that reaches past the end', `${header('0001 0000 0000 0000')} 3f 6161`, 'ends-early at 12'],
    [
      'data that is promised longer than it is',
      header('0001 0001 0000 0000') + question + record('c00c', '0001', '0005', '0a000001'),
      'ends-early at 31',
    ],
    [
      'an A record of three octets',
      header('0001 0001 0000 0000') + question + record('c00c', '0001', '0003', '0a0000'),
      'data-length-wrong at 31',
    ],
    [
      'a CNAME with bytes behind its name',
      header('0001 0001 0000 0000') + question + record('c00c', '0005', '0004', 'c00c 0000'),
      'data-length-wrong at 33',
    ],
    [
      'a CNAME whose name leaves its data',
      header('0001 0001 0000 0000') + question + record('c00c', '0005', '0001', '0161 00'),
      'data-length-wrong at 34',
    ],
    [
      'a text that leaves its data',
      header('0001 0001 0000 0000') + question + record('c00c', '0010', '0002', 'ff61'),
      'data-length-wrong at 32',
    ],
    [
      'a text record without a text',
      header('0001 0001 0000 0000') + question + record('c00c', '0010', '0000', ''),
      'data-length-wrong at 31',
    ],
    ['an OPT option that leaves its record', `${header('0000 0000 0000 0001')} 00 0029 04d0 00000000 0004 000f 0009`, 'ends-early at 27'],
    ['two OPT records', `${header('0000 0000 0000 0002')} ${'00 0029 04d0 00000000 0000'.repeat(2)}`, 'two-opt-records at 34'],
  ])('%s is an error with its place', (_title, hex, problem) => {
    expect(problemOf(bytes(hex))).toBe(problem);
  });

  it('more than 65,535 bytes are refused unread', () => {
    expect(problemOf(new Uint8Array(70_000))).toBe('too-long at 65535');
  });

  it('the header of a broken message is still there', () => {
    expect(decodeDnsMessage(bytes(header('0001 0000 0000 0000', '8380')))).toMatchObject({ header: { id: 0x1234, isTruncated: true } });
  });

  it('a message made to cost the most is given up at its first name', () => {
    // One record with 8,000 pointers, each to the one before; then 3,000 names that begin at the last of them.
    const pointers = Array.from({ length: 8_000 }, (_, at) => [0xc0 | ((23 + (at - 1) * 2) >> 8), (23 + (at - 1) * 2) & 0xff])
      .slice(1)
      .flat();
    const start = bytes(`${header('0000 0bb9 0000 0000')} 00 03e7 0001 00000000 3e80 0000`);
    const names = Array.from({ length: 3_000 }, () => [0xfe, 0x95, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]).flat();
    expect(problemOf(Uint8Array.from([...start, ...pointers, ...names]))).toMatch(/^too-many-pointers/);
  });

  it('any bytes at all give a value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (input) => {
        expect(['message', 'bad-message']).toContain(decodeDnsMessage(input).kind);
      }),
      { numRuns: 3_000 },
    );
  });

  it('a true answer with bytes changed, cut or doubled gives a value whose texts can be printed', () => {
    const sources = [bytes(sample.compressed), richAnswer()];
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
    const mutation = fc.record({
      source: fc.constantFrom(...sources),
      changes: fc.array(change, { maxLength: 8 }),
      cut: fc.nat(),
      doubled: fc.boolean(),
    });
    fc.assert(
      fc.property(mutation, ({ source, changes, cut, doubled }) => {
        const mutant = doubled ? new Uint8Array([...source, ...source]) : source.slice(0, source.length - (cut % 40));
        for (const { at, value } of changes) mutant[at % mutant.length] = value;
        const decoded = decodeDnsMessage(mutant);
        if (decoded.kind === 'bad-message') return;
        for (const { name, data } of [...decoded.answers, ...decoded.authorities, ...decoded.additionals]) {
          expect(`${name} ${presentDnsData(data)}`).toMatch(/^[\x20-\x7e]*$/);
          // Whatever name was read can be asked for again.
          expect(encodeName(name)).not.toBeNull();
        }
      }),
      { numRuns: 5_000 },
    );
  });

  function richAnswer(): Uint8Array {
    return encodeDnsAnswer({
      id: 0x1234,
      question: { name: 'a.example', type: 'TXT' },
      answers: [
        'a.example. 60 IN TXT "some text" "more"',
        'a.example. 5 IN CAA 0 issue "ca.example"',
        'a.example. 5 IN SRV 1 2 3 b.example.',
      ],
      authorities: ['example. 60 IN SOA ns1.example. host.example. 1 2 3 4 5', 'example. 60 IN NS ns1.example.'],
      additionals: ['ns1.example. 60 IN AAAA 2001:db8::53', 'ns1.example. 60 IN MX 5 m.example.'],
    });
  }
});

describe('writing', () => {
  it('a query says its id, wants recursion, and offers 1,232 bytes over UDP', () => {
    const decoded = decodeDnsMessage(encodeDnsQuery({ id: 0xabcd, name: 'Db.Example.', type: 'AAAA', recursionDesired: true })!);
    expect(decoded).toMatchObject({
      header: { id: 0xabcd, isResponse: false, recursionDesired: true, isAuthenticated: true },
      questions: [{ name: 'db.example', type: 'AAAA', class: 1 }],
      edns: { udpBytesMax: 1232 },
      trailingBytes: 0,
    });
  });

  it('a query without EDNS has no additional record', () => {
    const decoded = decodeDnsMessage(encodeDnsQuery({ id: 1, name: '.', type: 'NS', recursionDesired: false, edns: false })!);
    expect(decoded).toMatchObject({ edns: null, header: { recursionDesired: false }, questions: [{ name: '.' }] });
  });

  it.each(['', '..', 'a..b', '.a', `${'a'.repeat(64)}.b`, 'a b', 'ä', 'a\\', 'a\\256b', `${'a'.repeat(63)}.`.repeat(4)])(
    '%j is no name to ask for',
    (name) => {
      expect(encodeDnsQuery({ id: 1, name, type: 'A', recursionDesired: true })).toBeNull();
    },
  );

  it('every name that can be read is written back as the same bytes, but for case', () => {
    const label = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((octets) => octets.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet)));
    fc.assert(
      fc.property(fc.array(label, { maxLength: 8 }), (labels) => {
        const wire = Uint8Array.from([...labels.flatMap((octets) => [octets.length, ...octets]), 0]);
        expect(encodeName(readName(wire, 0).name)).toEqual(wire);
      }),
    );
  });

  it('a record line that is none says so', () => {
    expect(() => encodeRecordLine('db.example. IN A 10.0.0.1')).toThrow('not a DNS record: db.example. IN A 10.0.0.1');
    expect(() => encodeRecordLine('db.example. 60 IN HTTPS 1 . alpn=h2')).toThrow(/LENGTH HEX/);
  });
});
