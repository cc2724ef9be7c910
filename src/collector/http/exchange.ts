// One request and its answer over a connection, within limits on time and size.
import type { Dispatcher } from 'undici';
import type { Connection, Outgoing } from './connection.ts';
import { type Stage, Stopped } from './failure.ts';

export interface Exchange extends Outgoing {
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly signal: AbortSignal | null;
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** From the call to the end of the answer. */
  readonly tookMs: number;
  /** From the request's leaving to the answer's first byte, and from there to its end: what a clock offset is measured by. */
  readonly waitedMs: number;
  readonly readMs: number;
}

export interface Broken {
  readonly kind: 'broken';
  readonly error: unknown;
  readonly stage: Stage;
}

export function exchange(connection: Connection, asked: Exchange): Promise<Answered | Broken> {
  const { promise, resolve } = Promise.withResolvers<Answered | Broken>();
  const begunAt = performance.now();
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | null = null;
  let stage: Stage = 'connect';
  let status = 0;
  let headers: Answered['headers'] = {};
  let bytes = 0;
  let sentAt = begunAt;
  let answeredAt = begunAt;
  let isSettled = false;

  const settle = (outcome: Answered | Broken): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    asked.signal?.removeEventListener('abort', onAbort);
    resolve(outcome);
  };
  // Real time, whatever clock the collector lives by: it is a peer that is waited for.
  const timer = setTimeout(() => stop(new Stopped('timeout')), asked.timeoutMs);
  const onAbort = (): void => stop(new Stopped('aborted'));
  const stop = (error: Stopped): void => {
    if (controller !== null) controller.abort(error);
    else connection.cancelConnect(error);
    // One that still waits behind another request hears of neither.
    settle({ kind: 'broken', error, stage });
  };

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started;
      if (isSettled) {
        started.abort(new Stopped('aborted'));
        return;
      }
      sentAt = performance.now();
      stage = 'answer';
    },
    onResponseStart: (answering, statusCode, responseHeaders) => {
      if (statusCode < 200) return;
      answeredAt = performance.now();
      stage = 'body';
      status = statusCode;
      headers = responseHeaders;
      if (Number(responseHeaders['content-length'] ?? 0) > asked.bytesMax) answering.abort(new Stopped('too-large'));
    },
    onResponseData: (answering, chunk) => {
      bytes += chunk.length;
      if (bytes > asked.bytesMax) answering.abort(new Stopped('too-large'));
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      const endedAt = performance.now();
      const body = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
      connection.served();
      settle({
        kind: 'answered',
        status,
        headers,
        body,
        tookMs: endedAt - begunAt,
        waitedMs: answeredAt - sentAt,
        readMs: endedAt - answeredAt,
      });
    },
    onResponseError: (_, error) => settle({ kind: 'broken', error, stage }),
  };

  if (asked.signal?.aborted === true) onAbort();
  else {
    asked.signal?.addEventListener('abort', onAbort);
    connection.dispatch(asked, handler);
  }
  return promise;
}
