// Turns a recorded DNS answer into the message that the server would have sent to this very question.
import type { DnsReply, DnsRequest, Failed } from '../contract/machine.ts';
import { type DnsQuestion, decodeDnsMessage, encodeDnsAnswer } from '../formats/dns-message.ts';
import { failed } from './failure.ts';
import type { RecordedDns } from './recorded-schema.ts';

export function answerRecordedDns(entries: readonly RecordedDns[], request: DnsRequest): DnsReply | Failed {
  const asked = decodeDnsMessage(request.message);
  const question = asked.kind === 'message' ? asked.questions[0] : undefined;
  if (asked.kind !== 'message' || question === undefined) return failed('unreadable', 'what was to be asked is no DNS question');
  const matching = entries.filter((entry) => isAbout(entry, request, question));
  const entry = matching.find(({ transport }) => transport !== undefined) ?? matching[0];
  if (entry === undefined) {
    const detail = `the recording holds no answer of ${request.server} about ${question.name} ${question.type} over ${request.transport}`;
    return failed('unreadable', detail);
  }
  if (entry.failed !== undefined) return failed(entry.failed, entry.detail ?? `${request.server} gave no answer about ${question.name}`);
  return { kind: 'reply', message: messageOf(entry, asked.header.id, question), tookMs: entry.tookMs };
}

/** What is wrong with an entry's records, or null. */
export function recordedDnsProblem(entry: RecordedDns): string | null {
  try {
    messageOf(entry, 0, { name: entry.name, type: entry.type });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'is no DNS answer';
  }
}

function isAbout(entry: RecordedDns, request: DnsRequest, question: DnsQuestion): boolean {
  return (
    entry.server === request.server &&
    (entry.port ?? 53) === request.port &&
    (entry.transport === undefined || entry.transport === request.transport) &&
    entry.type.toUpperCase() === question.type &&
    bareName(entry.name) === bareName(question.name)
  );
}

const bareName = (name: string): string => (name === '.' ? name : name.toLowerCase().replace(/\.$/, ''));

function messageOf(entry: RecordedDns, id: number, question: Pick<DnsQuestion, 'name' | 'type'>): Uint8Array {
  if (entry.message !== undefined) return rawMessage(entry.message, entry.keepsId === true ? null : id);
  return encodeDnsAnswer({
    id,
    question: { name: question.name, type: question.type },
    rcode: entry.rcode ?? 'NOERROR',
    flags: (entry.flags ?? ['RD', 'RA']).map((flag) => flag.toUpperCase()),
    answers: entry.answers ?? [],
    authorities: entry.authority ?? [],
    additionals: entry.additional ?? [],
  });
}

function rawMessage(base64: string, id: number | null): Uint8Array {
  const message = new Uint8Array(Buffer.from(base64, 'base64'));
  if (id !== null && message.length >= 2) new DataView(message.buffer).setUint16(0, id);
  return message;
}
