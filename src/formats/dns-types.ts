// What a DNS message says, once it has been read.
import type { DnsProblem } from './dns-name.ts';

export const optType = 41;

/** Record types by the name an operator types (IANA DNS parameters, 2024); others are `TYPE<number>` (RFC 3597). */
export const dnsTypeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: optType,
  DS: 43,
  RRSIG: 46,
  DNSKEY: 48,
  SVCB: 64,
  HTTPS: 65,
  ANY: 255,
  CAA: 257,
};

const typeNames = new Map(Object.entries(dnsTypeNumbers).map(([name, number]) => [number, name]));

export const dnsTypeName = (number: number): string => typeNames.get(number) ?? `TYPE${number}`;

/** The number of a type's name, or null where there is none. */
export function dnsTypeNumber(name: string): number | null {
  const known = dnsTypeNumbers[name];
  if (known !== undefined) return known;
  const generic = /^TYPE([0-9]{1,5})$/.exec(name);
  const number = generic === null ? Number.NaN : Number(generic[1]);
  return number <= 65_535 ? number : null;
}

/** By number: RFC 1035, 2136, 6895. */
export const dnsRcodes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
] as const;

export const dnsRcodeName = (number: number): string => (number === 16 ? 'BADVERS' : (dnsRcodes[number] ?? `RCODE${number}`));

export interface DnsHeader {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  /** AA, TC, RD, RA, AD and CD as they stand in the header. */
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly isAuthenticated: boolean;
  readonly isCheckingDisabled: boolean;
  /** Without the upper bits that an OPT record may carry; see `DnsMessage.rcode`. */
  readonly rcode: number;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  readonly class: number;
}

export interface DnsRecord {
  /** Owner: lower case, without the last dot; `.` is the root. */
  readonly name: string;
  readonly type: string;
  /** 1 is IN. */
  readonly class: number;
  readonly ttlSeconds: number;
  readonly data: DnsData;
}

export type DnsData =
  /** A, AAAA: IPv6 as RFC 5952 writes it. */
  | { readonly kind: 'address'; readonly address: string }
  /** CNAME, NS, PTR, DNAME. */
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'soa';
      readonly primary: string;
      readonly mailbox: string;
      readonly serial: number;
      readonly refreshSeconds: number;
      readonly retrySeconds: number;
      readonly expireSeconds: number;
      readonly negativeTtlSeconds: number;
    }
  | { readonly kind: 'mx'; readonly preference: number; readonly exchange: string }
  | { readonly kind: 'srv'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  /** Each string with odd bytes escaped as `\DDD`. */
  | { readonly kind: 'txt'; readonly strings: readonly string[] }
  | { readonly kind: 'caa'; readonly flags: number; readonly tag: string; readonly value: string }
  /** Anything else (SVCB, HTTPS, NAPTR, DS …), uninterpreted. */
  | { readonly kind: 'raw'; readonly hex: string };

export interface DnsEdns {
  readonly version: number;
  readonly udpBytesMax: number;
  /** Extended DNS errors (RFC 8914): why a resolver answers SERVFAIL or REFUSED. */
  readonly extendedErrors: readonly { readonly code: number; readonly text: string }[];
}

export interface DnsMessage {
  readonly kind: 'message';
  readonly header: DnsHeader;
  /** By name (`NXDOMAIN`), with the upper bits of an OPT record. */
  readonly rcode: string;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  /** Without the OPT record. */
  readonly additionals: readonly DnsRecord[];
  readonly edns: DnsEdns | null;
  /** Bytes behind the last record that the header counts. */
  readonly trailingBytes: number;
}

/** Bytes that are no DNS message. The header is there when at least its twelve bytes are. */
export interface BadDnsMessage {
  readonly kind: 'bad-message';
  readonly problem: DnsProblem;
  /** Where in the message. */
  readonly offset: number;
  readonly header: DnsHeader | null;
}
