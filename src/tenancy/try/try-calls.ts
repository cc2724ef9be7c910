// Tries what was asked for, each call once, a few at a time, and tells of each how it ended.
import type { CloudCall, CloudCallSeen, CloudRequest, CloudTried } from '../../contract/cloud.ts';
import { inTurns } from '../../contract/in-turns.ts';
import { findPrincipal } from '../principal/find-principal.ts';
import { deadlineOf } from '../wire/deadline.ts';
import type { Watch } from '../wire/exchange.ts';
import { notSent } from '../wire/failure.ts';
import { attemptOf } from './attempt.ts';
import { type Cloud, cloudFor } from './cloud.ts';
import { Refused } from './line.ts';
import { printable } from './printable.ts';

/** Limits are those of the whole tenancy, and one service that hangs should not hold up the others. */
const atOnceMax = 4;

export async function tryCalls(request: CloudRequest): Promise<CloudTried> {
  const deadline = deadlineOf(request);
  const watch: Watch = { clockAheadSeconds: null };
  const { seen, session } = await findPrincipal(request, deadline, watch);
  const calls = session === null ? [] : await tryEach(request.calls, await cloudFor(request, session, deadline, watch));
  const token = session?.token ?? null;
  return {
    kind: 'cloud-tried',
    principal: {
      ...seen,
      failure: seen.failure === null ? null : printable(seen.failure, token),
      clockAheadSeconds: watch.clockAheadSeconds,
    },
    calls: calls.map((call) => (call.kind === 'refused' ? { ...call, failure: printable(call.failure, token) } : call)),
    tookMs: Math.round(performance.now()),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function tryEach(calls: readonly CloudCall[], cloud: Cloud): Promise<CloudCallSeen[]> {
  const inTurn = inTurns(atOnceMax);
  return Promise.all(calls.map((call) => inTurn(() => tryOne(call, cloud))));
}

async function tryOne(call: CloudCall, cloud: Cloud): Promise<CloudCallSeen> {
  const attempt = await attemptOf(call, cloud);
  const beganMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - beganMs);
  try {
    const { status, isMissing } = await attempt();
    return { kind: 'answered', status, isMissing, tookMs: tookMs() };
  } catch (error) {
    const failure =
      error instanceof Refused ? error.failure : notSent('', error instanceof Error ? error.message : 'it could not be tried');
    return { kind: 'refused', failure, tookMs: tookMs() };
  }
}
