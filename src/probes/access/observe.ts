// One look at what this instance may do: the way to a token, then every named call, each tried once.
import type { CloudRequest, CloudTried } from '../../contract/cloud.ts';
import { parseDurationMs } from '../../contract/duration.ts';
import type { Machine } from '../../contract/machine.ts';
import { type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import { callsOf, type NamedCall } from './calls.ts';
import type { Facts } from './facts.ts';
import { isAllowedTarget, type Settings } from './settings.ts';
import { type Limits, tell } from './tell.ts';

export async function observe(machine: Machine, settings: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const named = callsOf(settings);
  const tried = named.filter(({ call }) => call.kind !== 'get' || isAllowedTarget(call.url, settings));
  const seen = await machine.tryCloud(requestOf(tried, settings));
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  if (seen.kind === 'failed') return unseen(seen.reason, seen.detail);
  const now = machine.now();
  return observed(tell(seen, { named, tried, limits: limitsOf(settings) }, now), readingsOf(seen, tried, now));
}

function requestOf(calls: readonly NamedCall[], settings: Settings): CloudRequest {
  const { region, endpoints } = settings;
  return {
    calls: calls.map(({ call }) => call),
    ...(region !== undefined && { region }),
    ...(endpoints !== undefined && { endpoints }),
    ...limitsOf(settings),
  };
}

const limitsOf = ({ callTimeout, timeout }: Settings): Limits => ({
  callTimeoutMs: parseDurationMs(callTimeout) ?? 10_000,
  timeoutMs: parseDurationMs(timeout) ?? 90_000,
});

function readingsOf({ principal, calls, tookMs, peakRssBytes }: CloudTried, tried: readonly NamedCall[], now: number): Reading[] {
  const { certificate, clockAheadSeconds } = principal;
  const own = (name: string, value: number | null): readonly Reading[] =>
    value === null || !Number.isFinite(value) ? [] : [{ name, subject: '', value }];
  const secondsLeft = certificate === null ? null : (certificate.notAfterMs - now) / 1_000 + (clockAheadSeconds ?? 0);
  return [
    ...own('certificateMinutesLeft', secondsLeft === null ? null : Math.floor(secondsLeft / 60)),
    ...own('clockAheadSeconds', clockAheadSeconds),
    ...own('tryMs', tookMs),
    ...own('peakRssBytes', peakRssBytes),
    ...calls.flatMap((call, at) => {
      const subject = tried[at]?.subject.slice(0, subjectMax);
      return subject === undefined ? [] : [{ name: 'callMs', subject, value: call.tookMs }];
    }),
  ];
}

/** Readings' subjects have this limit. */
const subjectMax = 256;
