// Asks a daemon as a stranger would: over TCP or its socket, without our types.
import { type IncomingHttpHeaders, request } from 'node:http';
import { expect } from 'vitest';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: parsed as a stranger would, without our types.
  readonly json: any;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly socketPath?: string;
}

export function ask(url: string, { method = 'GET', token, body, socketPath }: Asking = {}): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const asked = request(url, { method, headers, agent: false, ...(socketPath === undefined ? {} : { socketPath }) }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const isJson = String(response.headers['content-type']).includes('json');
      resolve({ status: response.statusCode!, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined });
    });
  });
  asked.on('error', reject);
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

/** What is answered with 200. */
export async function got({ url }: { readonly url: string }, path: string): Promise<Reply['json']> {
  const { status, json } = await ask(url + path);
  expect([path, status, status === 200 ? '' : json?.detail]).toEqual([path, 200, '']);
  return json;
}
