// Writes DNS messages: the queries that the dns probe sends, and the answers that tests and recorded machines give from
// lines as a zone file or dig prints them.
import ipaddr from 'ipaddr.js';
import { encodeName } from './dns-name.ts';
import { type DnsData, type DnsQuestion, dnsRcodes, dnsTypeNumber, optType } from './dns-types.ts';

/** What fits one unfragmented datagram on every path (DNS flag day 2020). */
export const ednsUdpBytes = 1_232;

export interface DnsQuery {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly recursionDesired: boolean;
  /** With an OPT record, unless false: some old servers and middleboxes choke on it. */
  readonly edns?: boolean;
}

/** A query with EDNS0 and the AD bit (RFC 6840 5.7: tell me whether it was validated), or null where name or type is none. */
export function encodeDnsQuery(query: DnsQuery): Uint8Array | null {
  const question = encodeQuestion({ name: query.name, type: query.type, class: 1 });
  if (question === null) return null;
  const flags = flagBits.ad | (query.recursionDesired ? flagBits.rd : 0);
  const withOpt = query.edns ?? true;
  return concat([u16(query.id), u16(flags), u16(1), u16(0), u16(0), u16(withOpt ? 1 : 0), question, ...(withOpt ? [optRecord] : [])]);
}

const qrBit = 0x8000;

const flagBits = { aa: 0x0400, tc: 0x0200, rd: 0x0100, ra: 0x0080, ad: 0x0020, cd: 0x0010 } as const;

export interface DnsAnswerScript {
  readonly id: number;
  readonly question: { readonly name: string; readonly type: string } | null;
  /** Name (`NXDOMAIN`) or number as text; NOERROR when not given. */
  readonly rcode?: string;
  /** Of `aa`, `tc`, `rd`, `ra`, `ad`, `cd`, in either case. */
  readonly flags?: readonly string[];
  /** Records in presentation form: `db.example.com. 60 IN A 10.0.0.1`. */
  readonly answers?: readonly string[];
  readonly authorities?: readonly string[];
  readonly additionals?: readonly string[];
}

/** A response without compression. Throws for a script that is wrong: it is written by us, not read from a network. */
export function encodeDnsAnswer(script: DnsAnswerScript): Uint8Array {
  const sections = [script.answers ?? [], script.authorities ?? [], script.additionals ?? []].map((lines) => lines.map(encodeRecordLine));
  const question = script.question === null ? new Uint8Array(0) : encodeQuestion({ ...script.question, class: 1 });
  if (question === null) throw new Error(`not a DNS question: ${JSON.stringify(script.question)}`);
  const counts = [script.question === null ? 0 : 1, ...sections.map((records) => records.length)].map(u16);
  return concat([u16(script.id), u16(answerFlags(script)), ...counts, question, ...sections.flat()]);
}

function answerFlags(script: DnsAnswerScript): number {
  const bits = (script.flags ?? []).map((flag) => flagBits[flag.toLowerCase() as keyof typeof flagBits] ?? 0);
  return bits.reduce((flags, bit) => flags | bit, qrBit | rcodeNumber(script.rcode ?? 'NOERROR'));
}

function rcodeNumber(rcode: string): number {
  const known = (dnsRcodes as readonly string[]).indexOf(rcode);
  const number = known === -1 ? Number(rcode) : known;
  if (!Number.isInteger(number) || number < 0 || number > 15) throw new Error(`not a DNS response code: ${rcode}`);
  return number;
}

function encodeQuestion(question: DnsQuestion): Uint8Array | null {
  const name = encodeName(question.name);
  const type = dnsTypeNumber(question.type);
  return name === null || type === null ? null : concat([name, u16(type), u16(question.class)]);
}

/** `NAME TTL IN TYPE DATA` to its wire form; all names are absolute. Throws for a line that is none. */
export function encodeRecordLine(line: string): Uint8Array {
  const match = /^(\S+)\s+([0-9]+)\s+IN\s+([A-Z0-9]+)\s+(.+)$/.exec(line.trim());
  const name = match === null ? null : encodeName(match[1]!);
  const type = match === null ? null : dnsTypeNumber(match[3]!);
  if (match === null || name === null || type === null) throw new Error(`not a DNS record: ${line}`);
  const data = encodeData(match[3]!, match[4]!, line);
  return concat([name, u16(type), u16(1), u32(Number(match[2])), u16(data.length), data]);
}

function encodeData(type: string, text: string, line: string): Uint8Array {
  const words = text.trim().split(/\s+/);
  const name = (at: number): Uint8Array => {
    const encoded = encodeName(words[at] ?? '');
    if (encoded === null) throw new Error(`not a DNS name in: ${line}`);
    return encoded;
  };
  const number = (at: number): number => Number(words[at]);
  switch (type) {
    case 'A':
    case 'AAAA':
      return Uint8Array.from(ipaddr.parse(text.trim()).toByteArray());
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      return name(0);
    case 'SOA':
      return concat([name(0), name(1), ...[2, 3, 4, 5, 6].map((at) => u32(number(at)))]);
    case 'MX':
      return concat([u16(number(0)), name(1)]);
    case 'SRV':
      return concat([u16(number(0)), u16(number(1)), u16(number(2)), name(3)]);
    case 'TXT':
      return concat(quoted(text).map((string) => concat([Uint8Array.of(string.length), string])));
    case 'CAA':
      return concat([Uint8Array.of(number(0), words[1]?.length ?? 0), Buffer.from(words[1] ?? ''), ...quoted(words.slice(2).join(' '))]);
    default:
      return generic(words, line);
  }
}

/** `"one" "two"`, or bare words, as bytes. */
function quoted(text: string): Uint8Array[] {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return parts.map((part) => {
    const inner = part.startsWith('"') ? part.slice(1, -1) : part;
    const plain = inner.replace(/\\([0-9]{3}|.)/g, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
    );
    return Buffer.from(plain, 'latin1');
  });
}

/** RFC 3597: `\# 4 0a000001`. */
function generic(words: readonly string[], line: string): Uint8Array {
  const bytes = Buffer.from(words.slice(2).join(''), 'hex');
  if (words[0] !== '\\#' || bytes.length !== Number(words[1])) throw new Error(`data of this type is written as \\# LENGTH HEX: ${line}`);
  return bytes;
}

/** The text of a record's data as dig prints it, but for the last dot of names; `raw` as RFC 3597 writes it. */
export function presentDnsData(data: DnsData): string {
  switch (data.kind) {
    case 'address':
      return data.address;
    case 'name':
      return data.name;
    case 'soa':
      return [
        data.primary,
        data.mailbox,
        data.serial,
        data.refreshSeconds,
        data.retrySeconds,
        data.expireSeconds,
        data.negativeTtlSeconds,
      ].join(' ');
    case 'mx':
      return `${data.preference} ${data.exchange}`;
    case 'srv':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'txt':
      return data.strings.map((string) => `"${string}"`).join(' ');
    case 'caa':
      return `${data.flags} ${data.tag} "${data.value}"`;
    case 'raw':
      return `\\# ${data.hex.length / 2}${data.hex === '' ? '' : ` ${data.hex}`}`;
  }
}

const u16 = (value: number): Uint8Array => Uint8Array.of((value >> 8) & 0xff, value & 0xff);

const u32 = (value: number): Uint8Array => Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Root name, type OPT, the payload size in the place of the class, no flags, no options. */
const optRecord = concat([Uint8Array.of(0), u16(optType), u16(ednsUdpBytes), u32(0), u16(0)]);
