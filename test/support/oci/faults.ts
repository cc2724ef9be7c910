// What the double does wrong on demand, so that a client can be seen to bear it.
import type { ServerResponse } from 'node:http';
import { type OciAnswer, problem } from './answer.ts';

export type Fault =
  | { readonly kind: 'answer'; readonly answer: OciAnswer }
  /** A refusal that repeats the request's credentials. */
  | { readonly kind: 'echo' }
  /** 503 with the page of a load balancer instead of OCI's JSON. */
  | { readonly kind: 'html' }
  /** 200, and half of a JSON document. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'endless-body' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' }
  /** Headers at once, the body never. */
  | { readonly kind: 'hanging-body' }
  | { readonly kind: 'reset' };

/** What there is to answer in spite of the fault, or because of it; null where nothing is changed. */
export function answerOf(fault: Fault | null, authorization: string | undefined): OciAnswer | null {
  if (fault?.kind === 'answer') return fault.answer;
  return fault?.kind === 'echo' ? problem(400, 'InvalidParameter', `not understood: ${authorization}`) : null;
}

export const throttled: Fault = {
  kind: 'answer',
  answer: { ...problem(429, 'TooManyRequests', 'Tenancy request rate limit exceeded'), headers: { 'retry-after': '7' } },
};

export const failing: Fault = { kind: 'answer', answer: problem(500, 'InternalError', 'Out of host capacity') };

interface Planned {
  readonly at: RegExp;
  readonly fault: Fault;
  left: number;
}

export class Faults {
  readonly #planned: Planned[] = [];

  /** `at` is matched with method and target (`GET /n/`), also of the metadata service and of the token exchange. */
  plan(at: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#planned.push({ at, fault, left: times });
  }

  take(request: string): Fault | null {
    const planned = this.#planned.find(({ at, left }) => left > 0 && at.test(request));
    if (planned === undefined) return null;
    planned.left -= 1;
    return planned.fault;
  }

  clear(): void {
    this.#planned.length = 0;
  }
}

/** True where the fault was all there is to answer. */
export async function commit(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'answer':
    case 'echo':
      return false;
    case 'html':
      response
        .writeHead(503, { 'content-type': 'text/html' })
        .end('<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>');
      return true;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"items": [{"name": "tr');
      return true;
    case 'endless-body':
      endless(response);
      return true;
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return false;
    case 'hang':
      return true;
    case 'hanging-body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
      return true;
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
  }
}

const piece = Buffer.alloc(65_536, ' ');

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    if (response.destroyed) return;
    if (response.write(piece)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}
