// Tries what was asked for, each call once, a few at a time, and tells of each how it ended.
import type { CloudCall, CloudCallSeen, CloudRequest, CloudTried } from '../../contract/cloud.ts';
import { inTurns } from '../../contract/in-turns.ts';
import { attemptOf } from './attempt.ts';
import { type Cloud, cloudFor } from './cloud.ts';
import { deadlineOf } from './deadline.ts';
import type { Watch } from './exchange.ts';
import { notSent } from './failure.ts';
import { Refused } from './line.ts';
import { findPrincipal, type Principal } from './principal.ts';

/** Limits are those of the whole tenancy, and one service that hangs should not hold up the others. */
const atOnceMax = 4;

export async function tryCalls(request: CloudRequest): Promise<CloudTried> {
  const deadline = deadlineOf(request);
  const watch: Watch = { clockAheadSeconds: null };
  const { seen, session } = await findPrincipal(request, deadline, watch);
  const calls = session === null ? [] : await tryEach(request.calls, await cloudFor(request, session, deadline, watch));
  const tried: CloudTried = {
    kind: 'cloud-tried',
    principal: { ...seen, clockAheadSeconds: watch.clockAheadSeconds },
    calls,
    tookMs: Math.round(performance.now()),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  return session === null ? tried : withoutToken(tried, session);
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

/** A server may repeat what it was sent; nobody outside this process is to have it. */
const withoutToken = (tried: CloudTried, { token }: NonNullable<Principal['session']>): CloudTried =>
  JSON.parse(JSON.stringify(tried).replaceAll(token, '(token)')) as CloudTried;
