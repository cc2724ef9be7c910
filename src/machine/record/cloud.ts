// What a recording keeps of the calls to the cloud: how each ended, under the names it was asked with.
import type { CloudCallSeen, CloudFailure } from '../../contract/cloud.ts';
import { redactText } from '../../redaction/redact.ts';
import type { RecordedCloud, RecordedCloudCall, RecordedCloudFailure } from '../recorded-schema.ts';
import type { Notebook } from './notebook.ts';

export function cloudEntry({ cloud }: Notebook): { readonly cloud?: RecordedCloud } {
  const [, last] = cloud.at(-1) ?? [];
  if (last === undefined) return {};
  if (last.kind === 'failed') return { cloud: { failed: last.reason, detail: redactText(last.detail), calls: [] } };
  const { certificate, failure, ...who } = last.principal;
  const calls = cloud.flatMap(([request, answer]) =>
    answer.kind === 'failed'
      ? []
      : request.calls.flatMap((call, at) => {
          const seen = answer.calls[at];
          return seen === undefined ? [] : [{ ...named(call), ...ending(seen) } satisfies RecordedCloudCall];
        }),
  );
  const principal = {
    ...who,
    failure: failure === null ? null : failureEntry(failure),
    certificate: certificate === null ? null : during(certificate),
  };
  return { cloud: { principal, calls } };
}

const named = <C extends { readonly kind: string; readonly url?: string }>(call: C): C =>
  call.url === undefined ? call : { ...call, url: redactText(call.url) };

const during = ({ notBeforeMs, notAfterMs }: { readonly notBeforeMs: number; readonly notAfterMs: number }) => ({
  notBefore: new Date(notBeforeMs).toISOString(),
  notAfter: new Date(notAfterMs).toISOString(),
});

const ending = (seen: CloudCallSeen): Pick<RecordedCloudCall, 'status' | 'isMissing' | 'failure'> =>
  seen.kind === 'answered' ? { status: seen.status, isMissing: seen.isMissing } : { isMissing: false, failure: failureEntry(seen.failure) };

const failureEntry = ({ message, ...failure }: CloudFailure): RecordedCloudFailure => ({ ...failure, message: redactText(message) });
