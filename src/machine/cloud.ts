// Tries calls to the cloud in a process of its own, so that the memory of the SDK goes with the answer.
import { fileURLToPath } from 'node:url';
import type { CloudFailure, CloudRequest, CloudTried } from '../contract/cloud.ts';
import { inTurns } from '../contract/in-turns.ts';
import type { Failed } from '../contract/machine.ts';
import { redactText } from '../redaction/redact.ts';
import { askChild } from './cloud/child.ts';
import { entry, environment, flags } from './cloud/entry.ts';
import { asCloudTried } from './cloud/schema.ts';
import { failed } from './failure.ts';

const name = 'the process that tries calls to the cloud';

/** A hundred calls, each with a failure of the greatest length, are a fifth of this. */
const bytesMax = 1_048_576;

/** The contract's. */
const messageCharsMax = 300;

/** Two at once would be the memory of two. */
const oneAtATime = inTurns(1);

/** `program` is the file that Node runs. */
export async function tryCloud(request: CloudRequest, signal: AbortSignal, program: URL = entry): Promise<CloudTried | Failed> {
  return oneAtATime(async () => {
    if (signal.aborted) return failed('timeout', 'the cloud was not asked: the look ended while an earlier one was asking');
    const argv = [process.execPath, ...flags, fileURLToPath(program)] as const;
    const input = JSON.stringify(request);
    const answer = await askChild({ name, argv, env: environment, input, timeoutMs: request.timeoutMs, bytesMax }, signal);
    return answer.kind === 'failed' ? answer : understand(answer.line, request);
  });
}

function understand(line: string, request: CloudRequest): CloudTried | Failed {
  const tried = parse(line);
  if (tried === null) return failed('unreadable', `${name} printed something else than its answer`);
  const isOfRequest = tried.principal.stage === 'token' ? tried.calls.length === request.calls.length : tried.calls.length === 0;
  return isOfRequest ? withoutSecrets(tried) : failed('unreadable', `${name} answered to other calls than were asked for`);
}

function parse(text: string): CloudTried | null {
  try {
    return asCloudTried(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Messages were written by others. */
function withoutSecrets(tried: CloudTried): CloudTried {
  const { principal, calls } = tried;
  return {
    ...tried,
    principal: { ...principal, failure: principal.failure === null ? null : redactFailure(principal.failure) },
    calls: calls.map((call) => (call.kind === 'refused' ? { ...call, failure: redactFailure(call.failure) } : call)),
  };
}

const redactFailure = (failure: CloudFailure): CloudFailure => ({
  ...failure,
  code: redactText(failure.code),
  message: redactText(failure.message).slice(0, messageCharsMax),
});
