// What the cloud answered, as a recording says it.
import type { CloudCall, CloudCallSeen, CloudFailure, CloudTried, PrincipalSeen } from '../contract/cloud.ts';
import type { Machine } from '../contract/machine.ts';
import { redacted, redactText } from '../redaction/redact.ts';
import { failed } from './failure.ts';
import type { RecordedCloud, RecordedCloudCall, RecordedCloudFailure } from './recorded-schema.ts';

export function cloudQuestion(cloud: RecordedCloud | undefined): Pick<Machine, 'tryCloud'> {
  return {
    tryCloud: async ({ calls }) => {
      if (cloud === undefined) return failed('unreadable', 'the recording holds no attempt to reach the cloud');
      if (cloud.failed !== undefined) return failed(cloud.failed, cloud.detail ?? 'the cloud could not be asked');
      const principal = principalOf(cloud);
      const hasToken = principal.stage === 'token' && principal.failure === null;
      const answers = hasToken ? calls.map((call) => answerTo(cloud.calls, call)) : [];
      return { kind: 'cloud-tried', principal, calls: answers, tookMs: 0, peakRssBytes: null } satisfies CloudTried;
    },
  };
}

/** A recording that speaks of calls only. */
const anyPrincipal: NonNullable<RecordedCloud['principal']> = { stage: 'token' };

function principalOf({ principal }: RecordedCloud): PrincipalSeen {
  const { stage, failure, certificate, ...who } = principal ?? anyPrincipal;
  return {
    stage,
    failure: failure === undefined || failure === null ? null : failureOf(failure),
    region: who.region ?? null,
    instanceId: who.instanceId ?? null,
    compartmentId: who.compartmentId ?? null,
    tenancyId: who.tenancyId ?? null,
    certificate:
      certificate === undefined || certificate === null
        ? null
        : { notBeforeMs: Date.parse(certificate.notBefore), notAfterMs: Date.parse(certificate.notAfter) },
    clockAheadSeconds: who.clockAheadSeconds ?? null,
  };
}

const failureOf = ({ status, code, message, requestId, host }: RecordedCloudFailure): CloudFailure => ({
  status: status ?? null,
  code,
  message,
  requestId: requestId ?? null,
  host: host ?? null,
});

const notRecorded: CloudFailure = {
  status: null,
  code: 'NOT_RECORDED',
  message: 'the recording holds no such call',
  requestId: null,
  host: null,
};

/** The entry that says nothing else about the call than was asked, and most of it. */
function answerTo(recorded: readonly RecordedCloudCall[], asked: CloudCall): CloudCallSeen {
  const said = (call: RecordedCloudCall): number => names.filter((name) => call[name] !== undefined).length;
  const [call] = recorded.filter((each) => isAbout(each, asked)).sort((a, b) => said(b) - said(a));
  if (call === undefined) return { kind: 'refused', failure: notRecorded, tookMs: 0 };
  if (call.failure !== undefined) return { kind: 'refused', failure: failureOf(call.failure), tookMs: 0 };
  return { kind: 'answered', status: call.status ?? 200, isMissing: call.isMissing, tookMs: 0 };
}

const names = ['namespace', 'bucket', 'secretId', 'compartmentId', 'vaultId', 'name', 'repository', 'url'] as const;

function isAbout(call: RecordedCloudCall, asked: CloudCall): boolean {
  const words: Partial<Record<(typeof names)[number], string>> = asked;
  return call.kind === asked.kind && names.every((name) => isSame(call[name], words[name]));
}

/** A recording has lost the secrets in an address. */
const isSame = (kept: string | undefined, asked: string | undefined): boolean =>
  kept === undefined || kept === asked || (kept.includes(redacted) && asked !== undefined && redactText(asked) === kept);
