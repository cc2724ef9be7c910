// What a DNS message means as the answer to a question: who answered what, through which aliases, and whether it is one.
import type { DnsMessage, DnsQuestion, DnsRecord } from '../../formats/dns-message.ts';
import { presentDnsData } from '../../formats/dns-message.ts';
import type { Answer } from './facts.ts';

/** Enough for any name an operator watches; a pool behind a single name is seldom over thirteen. */
const dataMax = 64;
/** No resolver follows more (unbound 11, BIND 16). */
const chainMax = 16;
const textMax = 1_024;

export interface Read {
  readonly answer: Answer;
  /** The record on the way to the answer that lives longest, with the seconds it still has; null without any. */
  readonly longest: { readonly record: string; readonly seconds: number } | null;
}

/** Why a message is no answer to the question, as a fixed word; null when it is one. */
export function whyNotAnswer(message: DnsMessage, question: { readonly name: string; readonly type: string }, id: number): string | null {
  if (message.header.id !== id) return 'wrong-id';
  if (!message.header.isResponse) return 'not-a-response';
  if (message.header.opcode !== 0) return 'wrong-opcode';
  const [asked, ...more] = message.questions;
  if (more.length > 0) return 'several-questions';
  // Some servers leave the question out of an error (RFC 1035 does not forbid it).
  if (asked === undefined) return message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN' ? 'no-question' : null;
  return isSameQuestion(asked, question) ? null : 'wrong-question';
}

const isSameQuestion = (asked: DnsQuestion, question: { readonly name: string; readonly type: string }): boolean =>
  asked.name === question.name && asked.type === question.type && asked.class === 1;

/** Follows the aliases from the name asked for; records of other names are not part of the answer. */
export function readAnswer(message: DnsMessage, name: string, type: string, wasTruncated: boolean): Read {
  const flags = {
    authoritative: message.header.isAuthoritative,
    authenticated: message.header.isAuthenticated,
    recursionAvailable: message.header.recursionAvailable,
    truncated: wasTruncated,
  };
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') return { answer: failure(message), longest: null };
  const way = followAliases(message.answers, name, type);
  if (typeof way === 'string') return { answer: { kind: 'bad', problem: way }, longest: null };
  const longest = longestLived([...way.aliases, ...way.records]);
  const chain = way.chain.slice(0, chainMax);
  if (way.records.length === 0) return { answer: { kind: 'nothing', rcode: message.rcode, chain, flags }, longest };
  if (message.rcode === 'NXDOMAIN') return { answer: { kind: 'bad', problem: 'nxdomain-with-answers' }, longest: null };
  const data = [...new Set(way.records.map((record) => presentDnsData(record.data).slice(0, textMax)))].sort();
  return { answer: { kind: 'answered', chain, data: data.slice(0, dataMax), isCut: data.length > dataMax, flags }, longest };
}

function failure(message: DnsMessage): Answer {
  const reasons = (message.edns?.extendedErrors ?? []).map(({ code, text }) => (text === '' ? `${code}` : `${code} ${text}`).slice(0, 200));
  return { kind: 'failure', rcode: message.rcode, reasons: [...new Set(reasons)].sort().slice(0, 4) };
}

interface Way {
  readonly chain: string[];
  readonly aliases: DnsRecord[];
  readonly records: readonly DnsRecord[];
}

function followAliases(answers: readonly DnsRecord[], name: string, type: string): Way | string {
  const byName = Map.groupBy(
    answers.filter((record) => record.class === 1),
    (record) => record.name,
  );
  const way: Way = { chain: [], aliases: [], records: [] };
  const seen = new Set([name]);
  for (let at = name; ; ) {
    const here = byName.get(at) ?? [];
    const records = here.filter((record) => record.type === type);
    const aliases = type === 'CNAME' ? [] : here.filter((record) => record.type === 'CNAME');
    if (records.length > 0 && aliases.length > 0) return 'alias-beside-records';
    const next = aliasTarget(aliases);
    if (next === undefined) return { ...way, records };
    if (next === null) return 'two-aliases';
    if (seen.has(next)) return 'alias-loop';
    if (way.chain.length >= chainMax) return 'alias-chain-too-long';
    seen.add(next);
    way.chain.push(next);
    way.aliases.push(...aliases);
    at = next;
  }
}

/** Undefined where there is none, null where two disagree. */
function aliasTarget(aliases: readonly DnsRecord[]): string | null | undefined {
  const targets = new Set(aliases.map((record) => (record.data.kind === 'name' ? record.data.name : '')));
  if (targets.size > 1) return null;
  const [target] = targets;
  return target;
}

function longestLived(records: readonly DnsRecord[]): Read['longest'] {
  let longest: Read['longest'] = null;
  for (const { name, type, ttlSeconds } of records) {
    if (longest === null || ttlSeconds > longest.seconds) longest = { record: `${name} ${type}`, seconds: ttlSeconds };
  }
  return longest;
}
