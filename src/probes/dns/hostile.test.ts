// The probe against real sockets behind which somebody is broken, slow or up to something.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aloneFindings, dnsSettings, seeDns } from '../../../test/support/dns-findings.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import type { Machine } from '../../contract/machine.ts';
import { type DnsAnswerScript, decodeDnsMessage, encodeDnsAnswer } from '../../formats/dns-message.ts';
import { exchangeDns } from '../../machine/dns-exchange.ts';
import { probe } from './index.ts';

type Reply = Uint8Array | readonly Uint8Array[] | null;
type Script = (query: Uint8Array, ask: { readonly id: number; readonly isRoot: boolean; readonly hasEdns: boolean }) => Reply;

/** Files as recorded, DNS for real. */
async function machine(signal: AbortSignal): Promise<Machine> {
  const recorded = await recordedMachine({ files: { '/etc/resolv.conf': 'nameserver 127.0.0.1\n' }, dns: [] });
  const port = recorded.forLook(signal);
  return {
    ...port,
    exchangeDns: (request) => (request.port === 53 ? port.exchangeDns(request) : exchangeDns(request, signal)),
  };
}

/** UDP and TCP on one port, each by its own script. */
async function server(overUdp: Script, overTcp: Script = () => null): Promise<number> {
  const tcp = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (received) => {
      const reply = react(overTcp, new Uint8Array(received as Buffer).subarray(2));
      for (const message of reply) socket.write(Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]));
    });
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (query, from) => {
    for (const message of react(overUdp, query)) send(udp, message, from);
  });
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  onTestFinished(() => close(udp, tcp));
  return port;
}

const send = (udp: Socket, message: Uint8Array, from: RemoteInfo): void => udp.send(message, from.port, from.address);

function close(udp: Socket, tcp: Server): void {
  udp.close();
  tcp.close();
}

function react(script: Script, query: Uint8Array): readonly Uint8Array[] {
  const decoded = decodeDnsMessage(query);
  if (decoded.kind !== 'message') throw new Error('the probe sent no DNS message');
  const reply = script(query, { id: decoded.header.id, isRoot: decoded.questions[0]?.name === '.', hasEdns: decoded.edns !== null });
  return reply === null ? [] : reply instanceof Uint8Array ? [reply] : reply;
}

const question = { name: 'db.example.com', type: 'A' };
const good = ['db.example.com. 60 IN A 10.2.0.10'];
const encode = (id: number, script: Omit<DnsAnswerScript, 'id' | 'question'> & { readonly question?: DnsAnswerScript['question'] } = {}) =>
  encodeDnsAnswer({ id, question, answers: good, ...script });
const rootAnswer = (id: number): Uint8Array =>
  encodeDnsAnswer({ id, question: { name: '.', type: 'NS' }, answers: ['. 60 IN NS a.root.'] });

/** Answers about the root as it should, so that each story is about the name. */
const about =
  (script: Script): Script =>
  (query, ask) =>
    ask.isRoot ? rootAnswer(ask.id) : script(query, ask);

const settingsFor = (port: number) => ({ timeout: '200ms', names: [{ name: 'db.example.com', resolvers: [`127.0.0.1:${port}`] }] });

async function answerOf(port: number): Promise<unknown> {
  const { facts } = await seeDns(await machine(new AbortController().signal), settingsFor(port));
  return facts.names[0]?.vias[0]?.answer;
}

const looping = (query: Uint8Array): Uint8Array => {
  const message = Uint8Array.from([...query.subarray(0, 12), 0xc0, 0x0c, 0, 1, 0, 1]);
  message[2] = 0x81;
  return message;
};

describe('an answer that is wrong', () => {
  it.each<[string, Script, unknown]>([
    ['looping compression', (query) => looping(query), { kind: 'bad', problem: 'compression-loop' }],
    ['half an answer', (_q, { id }) => encode(id).subarray(0, 40), { kind: 'bad', problem: 'ends-early' }],
    ['an empty datagram with the right id', (query) => query.subarray(0, 2), { kind: 'bad', problem: 'too-short' }],
    ['the question sent back', (query) => query, { kind: 'bad', problem: 'not-a-response' }],
    [
      'another question',
      (_q, { id }) => encode(id, { question: { name: 'evil.example.com', type: 'A' } }),
      { kind: 'bad', problem: 'wrong-question' },
    ],
    [
      'another type',
      (_q, { id }) => encode(id, { question: { name: 'db.example.com', type: 'AAAA' } }),
      { kind: 'bad', problem: 'wrong-question' },
    ],
    ['no question', (_q, { id }) => encode(id, { question: null }), { kind: 'bad', problem: 'no-question' }],
    ['NXDOMAIN with answers', (_q, { id }) => encode(id, { rcode: 'NXDOMAIN' }), { kind: 'bad', problem: 'nxdomain-with-answers' }],
    ['only foreign ids', (_q, { id }) => encode(id ^ 1), { kind: 'bad', problem: 'wrong-id' }],
    ['nothing', () => null, { kind: 'silent', how: 'timeout' }],
    [
      'an error without a question',
      (_q, { id }) => encode(id, { question: null, answers: [], rcode: 'SERVFAIL' }),
      { kind: 'failure', rcode: 'SERVFAIL', reasons: [] },
    ],
  ])('%s is named as what it is', async (_title, script, expected) => {
    expect(await answerOf(await server(about(script)))).toEqual(expected);
  });

  it('64 KiB of garbage over TCP are refused', async () => {
    const port = await server(
      about((_q, { id }) => encode(id, { flags: ['tc'], answers: [] })),
      (_q, { id }) => Uint8Array.from({ length: 65_535 }, (_, at) => (at === 0 ? id >> 8 : at === 1 ? id & 0xff : (at * 7_919) % 256)),
    );
    expect(await answerOf(port)).toMatchObject({ kind: 'bad' });
  });

  it('over TCP with another id is refused too', async () => {
    const port = await server(
      about((_q, { id }) => encode(id, { flags: ['tc'], answers: [] })),
      (_q, { id }) => encode(id ^ 1),
    );
    expect(await answerOf(port)).toEqual({ kind: 'bad', problem: 'wrong-id' });
  });

  it('cut in the middle of a record is asked for over TCP, whose silence is not "no such name"', async () => {
    const port = await server(about((_q, { id }) => encode(id, { flags: ['tc'] }).subarray(0, 40)));
    expect(await answerOf(port)).toEqual({ kind: 'no-tcp', how: 'timeout' });
  });
});

describe('an answer that is right in the end', () => {
  const right = { kind: 'answered', data: ['10.2.0.10'] };

  it('is waited for behind forged ones, which are told', async () => {
    const port = await server(about((_q, { id }) => [encode(id ^ 1, { answers: ['db.example.com. 60 IN A 10.6.6.6'] }), encode(id)]));
    const found = await seeDns(await machine(new AbortController().signal), settingsFor(port));
    expect(found.facts.names[0]?.vias[0]?.answer).toMatchObject(right);
    expect(aloneFindings(found)).toContain(
      `dns/forged-answers | db.example.com A @127.0.0.1:${port} | one answer, with the id of the question | others with another id came first`,
    );
  });

  it('comes to the second question when the first was lost', async () => {
    const seen: number[] = [];
    const port = await server(about((_q, { id }) => (seen.push(id) === 1 ? null : encode(id))));
    expect(await answerOf(port)).toMatchObject(right);
  });

  it('comes to a question without EDNS, from a server or through a middlebox that knows none', async () => {
    expect(
      await answerOf(await server(about((_q, { id, hasEdns }) => (hasEdns ? encode(id, { rcode: 'FORMERR', answers: [] }) : encode(id))))),
    ).toMatchObject(right);
    expect(await answerOf(await server(about((_q, { id, hasEdns }) => (hasEdns ? null : encode(id)))))).toMatchObject(right);
  });

  it('comes over TCP whole', async () => {
    const port = await server(
      about((_q, { id }) => encode(id, { flags: ['tc'], answers: [] })),
      (_q, { id }) => encode(id),
    );
    expect(await answerOf(port)).toMatchObject({ ...right, flags: { truncated: true } });
  });
});

it('two hundred names through a dead resolver end with the look, unseen, and not as two hundred dead names', async () => {
  const port = await server(() => null);
  const names = Array.from({ length: 200 }, (_, at) => ({ name: `n${at}.example.com`, resolvers: [`127.0.0.1:${port}`] }));
  const signal = AbortSignal.timeout(300);
  const outcome = await probe.observe(await machine(signal), dnsSettings({ names, timeout: '100ms' }), signal);
  expect(outcome).toEqual({ kind: 'unseen', reason: 'timeout', detail: 'the look ran into its time limit' });
});

it('never has more than thirty-two questions under way', async () => {
  let [running, most] = [0, 0];
  const base = await machine(new AbortController().signal);
  const counting: Machine = {
    ...base,
    exchangeDns: async (request) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { kind: 'failed', reason: 'timeout', detail: `no answer from ${request.server}` };
    },
  };
  const names = Array.from({ length: 100 }, (_, at) => ({ name: `n${at}.example.com`, resolvers: ['192.0.2.1', '192.0.2.2'] }));
  await seeDns(counting, { names });
  expect(most).toBe(32);
});
