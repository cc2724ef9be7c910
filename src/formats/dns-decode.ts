// Reads a DNS message (RFC 1035, 3596, 2782, 6891, 8659, 8914) that anybody may have sent: every length is checked before
// it is believed, and what does not hold together is a value that says where.
import ipaddr from 'ipaddr.js';
import { BadDnsBytes, readName } from './dns-name.ts';
import {
  type BadDnsMessage,
  type DnsData,
  type DnsEdns,
  type DnsHeader,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  dnsRcodeName,
  dnsTypeName,
  optType,
} from './dns-types.ts';

const headerBytes = 12;

/** Longest message that the length prefix of TCP can announce. */
export const dnsMessageBytesMax = 65_535;

/**
 * Never throws. The work is bounded by the message: a record takes at least eleven of its bytes, a name at most 255 octets
 * and 127 jumps, whatever the header's counts say.
 */
export function decodeDnsMessage(bytes: Uint8Array): DnsMessage | BadDnsMessage {
  if (bytes.length < headerBytes) return { kind: 'bad-message', problem: 'too-short', offset: bytes.length, header: null };
  const header = readHeader(bytes);
  if (bytes.length > dnsMessageBytesMax) return { kind: 'bad-message', problem: 'too-long', offset: dnsMessageBytesMax, header };
  try {
    return readSections(new Cursor(bytes), header);
  } catch (problem) {
    if (problem instanceof BadDnsBytes) return { kind: 'bad-message', problem: problem.problem, offset: problem.offset, header };
    throw problem;
  }
}

function readHeader(bytes: Uint8Array): DnsHeader {
  const high = bytes[2]!;
  const low = bytes[3]!;
  return {
    id: (bytes[0]! << 8) | bytes[1]!,
    isResponse: (high & 0x80) !== 0,
    opcode: (high >> 3) & 0x0f,
    isAuthoritative: (high & 0x04) !== 0,
    isTruncated: (high & 0x02) !== 0,
    recursionDesired: (high & 0x01) !== 0,
    recursionAvailable: (low & 0x80) !== 0,
    isAuthenticated: (low & 0x20) !== 0,
    isCheckingDisabled: (low & 0x10) !== 0,
    rcode: low & 0x0f,
  };
}

function readSections(cursor: Cursor, header: DnsHeader): DnsMessage {
  cursor.at = 4;
  const [questionCount, answerCount, authorityCount, additionalCount] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  const questions: DnsQuestion[] = [];
  for (let n = 0; n < questionCount; n += 1) {
    questions.push({ name: cursor.name(), type: dnsTypeName(cursor.u16()), class: cursor.u16() });
  }
  const answers = readRecords(cursor, answerCount);
  const authorities = readRecords(cursor, authorityCount);
  const additionals = readRecords(cursor, additionalCount);
  const opts = additionals.filter((entry) => entry.opt !== null);
  if (opts.length > 1) throw new BadDnsBytes('two-opt-records', cursor.at);
  const opt = opts[0]?.opt ?? null;
  return {
    kind: 'message',
    header,
    rcode: dnsRcodeName(((opt?.rcodeHigh ?? 0) << 4) | header.rcode),
    questions,
    answers: answers.map((entry) => entry.record),
    authorities: authorities.map((entry) => entry.record),
    additionals: additionals.filter((entry) => entry.opt === null).map((entry) => entry.record),
    edns: opt === null ? null : opt.edns,
    trailingBytes: cursor.bytes.length - cursor.at,
  };
}

interface RecordRead {
  readonly record: DnsRecord;
  readonly opt: { readonly rcodeHigh: number; readonly edns: DnsEdns } | null;
}

function readRecords(cursor: Cursor, count: number): RecordRead[] {
  const records: RecordRead[] = [];
  for (let n = 0; n < count; n += 1) records.push(readRecord(cursor));
  return records;
}

function readRecord(cursor: Cursor): RecordRead {
  const name = cursor.name();
  const type = cursor.u16();
  const recordClass = cursor.u16();
  const ttl = cursor.u32();
  const length = cursor.u16();
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new BadDnsBytes('ends-early', cursor.at);
  const isOpt = type === optType;
  const opt = isOpt ? { rcodeHigh: ttl >>> 24, edns: readEdns(cursor, end, recordClass, ttl) } : null;
  const data = isOpt ? raw(cursor, end) : readData(cursor, type, end);
  if (cursor.at !== end) throw new BadDnsBytes('data-length-wrong', cursor.at);
  // RFC 2181 8: a TTL with the highest bit set is to be taken as zero.
  return { record: { name, type: dnsTypeName(type), class: recordClass, ttlSeconds: ttl > 0x7fffffff ? 0 : ttl, data }, opt };
}

function readData(cursor: Cursor, type: number, end: number): DnsData {
  switch (dnsTypeName(type)) {
    case 'A':
      return address(cursor, end, 4);
    case 'AAAA':
      return address(cursor, end, 16);
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      return { kind: 'name', name: cursor.name() };
    case 'SOA':
      return {
        kind: 'soa',
        primary: cursor.name(),
        mailbox: cursor.name(),
        serial: cursor.u32(),
        refreshSeconds: cursor.u32(),
        retrySeconds: cursor.u32(),
        expireSeconds: cursor.u32(),
        negativeTtlSeconds: cursor.u32(),
      };
    case 'MX':
      return { kind: 'mx', preference: cursor.u16(), exchange: cursor.name() };
    case 'SRV':
      return { kind: 'srv', priority: cursor.u16(), weight: cursor.u16(), port: cursor.u16(), target: cursor.name() };
    case 'TXT':
      return { kind: 'txt', strings: strings(cursor, end) };
    case 'CAA':
      return caa(cursor, end);
    default:
      return raw(cursor, end);
  }
}

function address(cursor: Cursor, end: number, length: 4 | 16): DnsData {
  if (end - cursor.at !== length) throw new BadDnsBytes('data-length-wrong', cursor.at);
  const octets = cursor.take(length);
  if (length === 4) return { kind: 'address', address: octets.join('.') };
  return { kind: 'address', address: new ipaddr.IPv6([...octets]).toRFC5952String() };
}

function strings(cursor: Cursor, end: number): string[] {
  const found: string[] = [];
  while (cursor.at < end) {
    const length = cursor.u8();
    if (cursor.at + length > end) throw new BadDnsBytes('data-length-wrong', cursor.at);
    found.push(escapeText(cursor.take(length)));
  }
  if (found.length === 0) throw new BadDnsBytes('data-length-wrong', cursor.at);
  return found;
}

function caa(cursor: Cursor, end: number): DnsData {
  const flags = cursor.u8();
  const tagLength = cursor.u8();
  if (tagLength === 0 || cursor.at + tagLength > end) throw new BadDnsBytes('data-length-wrong', cursor.at);
  const tag = escapeText(cursor.take(tagLength));
  return { kind: 'caa', flags, tag, value: escapeText(cursor.take(end - cursor.at)) };
}

function raw(cursor: Cursor, end: number): DnsData {
  return { kind: 'raw', hex: Buffer.from(cursor.take(end - cursor.at)).toString('hex') };
}

/** Looks ahead only: the caller still takes the bytes. */
function readEdns(cursor: Cursor, end: number, udpBytesMax: number, ttl: number): DnsEdns {
  const ahead = new Cursor(cursor.bytes.subarray(0, end));
  ahead.at = cursor.at;
  const extendedErrors: { code: number; text: string }[] = [];
  while (ahead.at < end) {
    const code = ahead.u16();
    const option = ahead.take(ahead.u16());
    if (code !== extendedErrorOption) continue;
    if (option.length < 2) throw new BadDnsBytes('data-length-wrong', ahead.at);
    extendedErrors.push({ code: (option[0]! << 8) | option[1]!, text: escapeText(option.subarray(2)) });
  }
  return { version: (ttl >>> 16) & 0xff, udpBytesMax, extendedErrors };
}

const extendedErrorOption = 15;

function escapeText(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    if (octet < 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, '0')}`;
    else text += octet === 0x22 || octet === 0x5c ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet);
  }
  return text;
}

class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u8(): number {
    const octet = this.bytes[this.at];
    if (octet === undefined) throw new BadDnsBytes('ends-early', this.at);
    this.at += 1;
    return octet;
  }

  u16(): number {
    const [high, low] = [this.bytes[this.at], this.bytes[this.at + 1]];
    if (high === undefined || low === undefined) throw new BadDnsBytes('ends-early', this.at);
    this.at += 2;
    return (high << 8) | low;
  }

  u32(): number {
    return this.u16() * 65_536 + this.u16();
  }

  name(): string {
    const { name, end } = readName(this.bytes, this.at);
    this.at = end;
    return name;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new BadDnsBytes('ends-early', this.at);
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}
