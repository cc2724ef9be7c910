// A receiver of webhooks: a real HTTP server that keeps what came and answers as it is told to.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { WebhookItem, WebhookMessage } from '../../src/collector/tell/webhook-body.ts';
import { close, listen } from './alertmanager.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
  readonly message: WebhookMessage;
  readonly at: number;
  readonly answered: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Items of requests that were taken, in the order in which they came, each once: what is sent again is dropped by its id. */
  items(): readonly WebhookItem[];
  reply(to: (message: WebhookMessage) => Reply): void;
}

export async function webhookReceiver(now: () => number = Date.now): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let reply: (message: WebhookMessage) => Reply = () => ({ status: 204 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const message = JSON.parse(body) as WebhookMessage;
      const { status, headers = {} } = reply(message);
      received.push({ headers: request.headers, path: request.url ?? '', body, message, at: now(), answered: status });
      response.writeHead(status, headers).end();
    });
  });
  await listen(server, 0);
  onTestFinished(() => close(server));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    items: () => {
      const taken = received.filter(({ answered }) => answered < 300).flatMap(({ message }) => message.items);
      return [...new Map(taken.map((item) => [item.id, item])).values()];
    },
    reply: (to) => {
      reply = to;
    },
  };
}
