// The DNS codec's door: pure, no I/O, safe on any bytes.
export { decodeDnsMessage, dnsMessageBytesMax } from './dns-decode.ts';
export {
  type DnsAnswerScript,
  type DnsQuery,
  ednsUdpBytes,
  encodeDnsAnswer,
  encodeDnsQuery,
  encodeRecordLine,
  presentDnsData,
} from './dns-encode.ts';
export type { DnsProblem } from './dns-name.ts';
export {
  type BadDnsMessage,
  type DnsData,
  type DnsEdns,
  type DnsHeader,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  dnsTypeNumber,
} from './dns-types.ts';
