// Makes one connection attempt, stage by stage, and tells how far it came and why no further.
import type net from 'node:net';
import type { SecureContext } from 'node:tls';
import type { DialAnswer, DialHttp, DialHttpSeen, DialRequest, DialStage, DialTimings, DialTls, DialTlsSeen } from '../contract/machine.ts';
import { connect } from './dial/connect.ts';
import { DialEnded, type DialFailure } from './dial/failure.ts';
import { type HandshakeSlot, queueForHandshake, takeHandshakeSlot } from './dial/handshake-slots.ts';
import { exchange } from './dial/http.ts';
import { type Deadline, startDeadline } from './dial/limits.ts';
import { openTunnel } from './dial/proxy.ts';
import { secureContextFor } from './dial/secure-contexts.ts';
import { startTls } from './dial/start-tls.ts';
import { awaitVerdict, coversName, describeTls, secure } from './dial/tls.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What is known so far; becomes the answer whenever the attempt ends. */
interface Progress {
  stage: DialStage;
  readonly sockets: net.Socket[];
  localAddress: string | null;
  readonly timings: Writable<Omit<DialTimings, 'totalMs'>>;
  tls: DialTlsSeen | null;
  proxyStatus: number | null;
  http: DialHttpSeen | null;
  startedMs: number;
}

/**
 * TCP, then a proxy's tunnel, TLS and one HTTP exchange where asked. Never throws; when the look is aborted the result
 * is `timeout` with the code `ABORTED`. Each timing is that stage's own span; `totalMs` is all of them, without the time
 * that the attempt waited for its turn. No socket, timer or listener outlives the answer.
 */
export async function dial(request: DialRequest, signal: AbortSignal): Promise<DialAnswer> {
  const deadline = startDeadline(request.timeoutMs, signal);
  const progress: Progress = {
    stage: 'connect',
    sockets: [],
    localAddress: null,
    timings: {},
    tls: null,
    proxyStatus: null,
    http: null,
    startedMs: performance.now(),
  };
  try {
    await converse(request, deadline, progress);
    return answer(progress, null);
  } catch (error) {
    return answer(progress, failureOf(error));
  } finally {
    deadline.clear();
    for (const socket of progress.sockets.reverse()) socket.destroy();
  }
}

async function converse(request: DialRequest, deadline: Deadline, progress: Progress): Promise<void> {
  const context = await contextFor(request, progress);
  progress.startedMs = performance.now();
  const socket = await connect(request, deadline, (held) => {
    progress.sockets.push(held);
    // Node calls connect(2) in the next tick, and the kernel picks the source then: a vendor that drops it needs to know it, too.
    process.nextTick(() => {
      progress.localAddress = held.localAddress ?? null;
    });
  });
  progress.timings.connectMs = performance.now() - progress.startedMs;
  progress.localAddress = socket.localAddress ?? null;
  if (request.proxy !== undefined) await throughProxy(request, socket, deadline, progress);
  const secured = request.tls === undefined || context === null ? null : await handshake(request.tls, context, socket, deadline, progress);
  if (request.http !== undefined && mayTalk(request, progress)) await talk(request.http, secured ?? socket, deadline, progress);
  else if (secured !== null) await awaitVerdict(secured, progress.timings.connectMs, deadline);
}

function mayTalk(request: DialRequest, progress: Progress): boolean {
  if (request.tls?.mustBeTrusted !== true || progress.tls === null) return true;
  return progress.tls.isTrusted && coversName(progress.tls, request.tls.serverName);
}

/** Before anything is dialled: a key that cannot be read is this machine's fault and nobody else should see an attempt. */
async function contextFor(request: DialRequest, progress: Progress): Promise<SecureContext | null> {
  if (request.tls === undefined) return null;
  progress.stage = 'tls';
  const context = await secureContextFor(request.tls);
  progress.stage = 'connect';
  return context;
}

async function throughProxy(request: DialRequest, socket: net.Socket, deadline: Deadline, progress: Progress): Promise<void> {
  progress.stage = 'proxy';
  const begunMs = performance.now();
  await openTunnel(socket, request, deadline, (status) => {
    progress.proxyStatus = status;
  });
  progress.timings.proxyMs = performance.now() - begunMs;
}

async function handshake(request: DialTls, context: SecureContext, socket: net.Socket, deadline: Deadline, progress: Progress) {
  progress.stage = 'tls';
  if (request.startTls !== undefined) await startTls(request.startTls, socket, deadline);
  const slot = takeHandshakeSlot() ?? (await waitForSlot(deadline, progress));
  const begunMs = performance.now();
  try {
    const secured = await secure(socket, request, context, deadline, (held) => progress.sockets.push(held));
    progress.timings.tlsMs = performance.now() - begunMs;
    progress.tls = describeTls(secured);
    return secured;
  } finally {
    slot.release();
  }
}

/** The time spent here is ours, not the target's: neither its limit nor its readings include it. */
async function waitForSlot(deadline: Deadline, progress: Progress): Promise<HandshakeSlot> {
  const begunMs = performance.now();
  const resume = deadline.suspend();
  try {
    return await deadline.race((done) => queueForHandshake(done));
  } finally {
    resume();
    progress.startedMs += performance.now() - begunMs;
  }
}

async function talk(request: DialHttp, socket: net.Socket, deadline: Deadline, progress: Progress): Promise<void> {
  progress.stage = 'http';
  const begunMs = performance.now();
  try {
    await exchange(socket, request, deadline, {
      firstByte: () => {
        progress.timings.firstByteMs ??= performance.now() - begunMs;
      },
      seen: (seen) => {
        progress.http = seen;
      },
    });
  } catch (error) {
    // TLS 1.3 servers refuse a client certificate after the client is done: the alert belongs to the handshake.
    if (error instanceof DialEnded && error.isAlert && progress.http === null) progress.stage = 'tls';
    throw error;
  }
}

function answer(progress: Progress, failure: DialFailure | null): DialAnswer {
  const { stage, localAddress, timings, tls, proxyStatus, http } = progress;
  return {
    kind: 'dialled',
    stage,
    result: failure?.result ?? 'completed',
    code: failure?.code ?? '',
    detail: failure?.detail ?? '',
    localAddress,
    timings: { ...timings, totalMs: performance.now() - progress.startedMs },
    ...(tls !== null && { tls }),
    ...(proxyStatus !== null && { proxyStatus }),
    ...(http !== null && { http }),
  };
}

/** What Node will not take is a fault of configuration or of this machine, never of the target. */
function failureOf(error: unknown): DialFailure {
  if (error instanceof DialEnded) return error.failure;
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'UNKNOWN';
  return { result: 'local-error', code, detail: `this machine could not make the attempt (${code})` };
}
