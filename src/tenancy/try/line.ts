// What one call goes through: the SDK's signer, one bounded exchange, and a note of what came back, since the SDK throws plain objects,
// bare SyntaxErrors and errors that have lost their cause.
import type { HttpClient, RequestSigner } from 'oci-common';
import type { CloudFailure } from '../../contract/cloud.ts';
import { type Exchanged, exchange, type Watch } from '../wire/exchange.ts';
import { failureOfAnswer, notPrivate, notSent, unparsable } from '../wire/failure.ts';
import { isPrivateWay } from '../wire/private-way.ts';
import { wireUrl } from '../wire/wire-url.ts';

/** Thrown for every call that did not get what it asked for. */
export class Refused extends Error {
  readonly failure: CloudFailure;

  constructor(failure: CloudFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

export interface Line {
  /** For the constructors of the SDK's clients; `dropping` never reads what a good answer holds and hands over `{}`. */
  readonly kept: HttpClient;
  readonly dropping: HttpClient;
  /** Makes one request of the SDK. Throws Refused. */
  readonly ask: <T>(request: () => Promise<T>) => Promise<T>;
  /** Of the last answer; 0 before. */
  readonly status: () => number;
}

export function openLine(signer: RequestSigner, signal: AbortSignal, watch: Watch): Line {
  let last: Exchanged | null = null;
  const client = (isBodyDropped: boolean): HttpClient => ({
    send: async ({ method, uri, headers }) => {
      const url = wireUrl(uri);
      if (!isPrivateWay(url)) {
        last = { kind: 'not-answered', failure: notPrivate() };
        return responseFor(last, isBodyDropped);
      }
      await signer.signHttpRequest({ method, uri: url, headers });
      last = await exchange(url, { method, headers }, { signal, isBodyDropped }, watch);
      return responseFor(last, isBodyDropped);
    },
  });
  return {
    kept: client(false),
    dropping: client(true),
    ask: async (request) => {
      last = null;
      try {
        return await request();
      } catch (error) {
        throw error instanceof Refused ? error : new Refused(failureFor(last, error));
      }
    },
    status: () => (last?.kind === 'answered' ? last.status : 0),
  };
}

function responseFor(exchanged: Exchanged, isBodyDropped: boolean): Response {
  // The SDK's retrier heeds this mark alone.
  if (exchanged.kind === 'not-answered') throw Object.assign(new Error(exchanged.failure.message), { shouldBeRetried: false });
  const { status, headers, text } = exchanged;
  const isGood = status >= 200 && status <= 299;
  const isEmpty = [204, 205, 304].includes(status);
  return new Response(isEmpty ? null : isBodyDropped && isGood ? '{}' : text, { status, headers });
}

function failureFor(exchanged: Exchanged | null, error: unknown): CloudFailure {
  if (exchanged === null) return notSent('', error instanceof Error ? error.message : 'the SDK did not send the request');
  if (exchanged.kind === 'not-answered') return exchanged.failure;
  const isGood = exchanged.status >= 200 && exchanged.status <= 299;
  return isGood ? unparsable(exchanged, 'the answer cannot be read as what was asked for') : failureOfAnswer(exchanged);
}
