// One question to one server, the way a careful stub resolver asks: UDP first, again when nothing comes, TCP when the
// answer was cut, without EDNS for servers that choke on it; and what came back is examined before it is believed.
import { randomInt } from 'node:crypto';
import type { DnsReply, Failed, Machine } from '../../contract/machine.ts';
import { type BadDnsMessage, type DnsMessage, decodeDnsMessage, encodeDnsQuery } from '../../formats/dns-message.ts';
import { whyNotAnswer } from './answer.ts';
import type { Answer, SilentHow } from './facts.ts';
import type { Server } from './parse.ts';

/** The port's question, with a limit on how many are under way. */
export type Exchange = Machine['exchangeDns'];

export interface Question {
  readonly name: string;
  readonly type: string;
  readonly recursionDesired: boolean;
}

export interface AskLimits {
  readonly timeoutMs: number;
  readonly attempts: number;
}

export type Asked = Told | Exclude<Answer, { kind: 'answered' | 'nothing' | 'failure' }>;

export interface Told {
  readonly kind: 'told';
  readonly message: DnsMessage;
  /** The answer over UDP was cut; this is the one over TCP. */
  readonly wasTruncated: boolean;
  readonly tookMs: number;
  /** Answers with another id that came first. */
  readonly strays: number;
}

export async function ask(exchange: Exchange, server: Server, question: Question, limits: AskLimits): Promise<Asked> {
  let edns = true;
  let asked: Asked = { kind: 'unseen', reason: 'crashed', detail: 'nothing was asked' };
  for (let attempt = 1; attempt <= limits.attempts; attempt += 1) {
    if (attempt > 1 && attempt === limits.attempts) edns = false;
    asked = await askOnce(exchange, server, { ...question, edns }, limits.timeoutMs);
    if (edns && isEdnsRefused(asked)) asked = await askOnce(exchange, server, { ...question, edns: false }, limits.timeoutMs);
    if (!isLost(asked)) return asked;
  }
  return asked;
}

/** Nothing came, or a forger was quicker: worth another question. A port where nothing listens is not. */
const isLost = (asked: Asked): boolean =>
  (asked.kind === 'silent' && asked.how === 'timeout') || (asked.kind === 'bad' && asked.problem === 'wrong-id');

const isEdnsRefused = (asked: Asked): boolean =>
  asked.kind === 'told' && asked.message.edns === null && (asked.message.rcode === 'FORMERR' || asked.message.rcode === 'NOTIMP');

async function askOnce(
  exchange: Exchange,
  server: Server,
  question: Question & { readonly edns: boolean },
  timeoutMs: number,
): Promise<Asked> {
  const id = randomInt(65_536);
  const message = encodeDnsQuery({ id, ...question });
  if (message === null) return { kind: 'unseen', reason: 'unparsable', detail: 'the name cannot be written as a DNS question' };
  const request = { server: server.address, port: server.port, message, timeoutMs };
  const overUdp = await exchange({ ...request, transport: 'udp' });
  if (overUdp.kind === 'failed') return whyFailed(overUdp, overUdp.code, overUdp.strays ?? 0);
  const decoded = decodeDnsMessage(overUdp.message);
  if (!isCutAnswer(decoded, id)) return examine(decoded, overUdp, question, id, false);
  const overTcp = await exchange({ ...request, transport: 'tcp' });
  if (overTcp.kind === 'reply') return examine(decodeDnsMessage(overTcp.message), overTcp, question, id, true);
  const failed = whyFailed(overTcp, overTcp.code, 0);
  return failed.kind === 'silent' ? { kind: 'no-tcp', how: failed.how } : failed;
}

/** TC: some servers cut in the middle of a record, so that the header alone has to do. */
const isCutAnswer = ({ header }: DnsMessage | BadDnsMessage, id: number): boolean =>
  header?.isTruncated === true && header.isResponse && header.id === id;

function examine(message: DnsMessage | BadDnsMessage, reply: DnsReply, question: Question, id: number, isTcp: boolean): Asked {
  if (message.kind === 'bad-message') return { kind: 'bad', problem: message.problem };
  if (isTcp && message.header.isTruncated) return { kind: 'bad', problem: 'truncated-over-tcp' };
  const problem = whyNotAnswer(message, question, id);
  if (problem !== null) return { kind: 'bad', problem };
  return { kind: 'told', message, wasTruncated: isTcp, tookMs: reply.tookMs, strays: reply.strays ?? 0 };
}

function whyFailed(failed: Failed, code: string | undefined, strays: number): Asked {
  if (strays > 0) return { kind: 'bad', problem: 'wrong-id' };
  const how = silence(failed.reason, code);
  return how === null ? { kind: 'unseen', reason: failed.reason, detail: failed.detail } : { kind: 'silent', how };
}

/** Only what the network itself said is silence; an operation that this machine did not allow tells nothing of the server. */
function silence(reason: Failed['reason'], code: string | undefined): SilentHow | null {
  if (reason === 'timeout') return 'timeout';
  if (code === 'ECONNREFUSED') return 'nothing-listens';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'unreachable';
  return code === 'ECONNRESET' ? 'closed' : null;
}
