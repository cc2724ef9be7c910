// A process that is a whole fleet of agents: agents.ts COUNT [mTLS folder]. Told over standard input what to turn; prints what was asked of it.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { simulatedChecks } from './checks.ts';
import { exposition } from './exposition.ts';
import { type SimulatedNode, simulatedNode, simulation } from './node.ts';
import { agentPort, numberOf, places } from './place.ts';

/** Lines of standard input. */
export type Order =
  | { readonly kind: 'turn'; readonly node: number; readonly check: string }
  /** Of a hundred nodes one turns one check each minute, or none does. */
  | { readonly kind: 'drift'; readonly isOn: boolean }
  | { readonly kind: 'count' };

/** Lines of standard output: after the start, and for each `count`. */
export interface Counted {
  readonly changes: number;
  readonly changesBytes: number;
  readonly twins: number;
  readonly twinBytes: number;
  readonly scrapes: number;
  readonly scrapeBytes: number;
  readonly connections: number;
}

const [count = '100', tlsFolder] = process.argv.slice(2);
const checks = await simulatedChecks();
const everywhere = simulation(checks, Date.now() - 86_400_000);
const nodes: readonly SimulatedNode[] = places(Number(count)).map((place) => simulatedNode(everywhere, place));
const counts = { changes: 0, changesBytes: 0, twins: 0, twinBytes: 0, scrapes: 0, scrapeBytes: 0 };
const options = { keepAlive: true, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
const server = tlsFolder === undefined ? createServer(options, answer) : createTlsServer({ ...options, ...tlsOf(tlsFolder) }, answer);
server.listen({ host: '0.0.0.0', port: agentPort, backlog: 4_096 }, report);

function tlsOf(folder: string) {
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { cert: file('agent.pem'), key: file('agent.key'), ca: file('ca.pem'), requestCert: true, rejectUnauthorized: true };
}

/** Which agent is asked shows in the address that was connected to. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const node = nodes[numberOf(request.socket.localAddress!.replace('::ffff:', ''))];
  if (node === undefined) response.writeHead(404).end();
  else if (node.place.liveness === 'alive') answerAs(node, request, response);
}

function answerAs(node: SimulatedNode, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, 'http://agent');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /v1/changes': {
      const asked = url.searchParams;
      const page = {
        after: Number(asked.get('after')),
        limit: Number(asked.get('limit') ?? 100),
        known: asked.get('known'),
        named: asked.get('named'),
      };
      const body = node.changes(page, Date.now());
      counts.changes++;
      counts.changesBytes += body.length;
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }).end(body);
      return;
    }
    case 'PUT /v1/twin':
      counts.twins++;
      request.on('data', (chunk: Buffer) => {
        counts.twinBytes += chunk.length;
      });
      request.on('end', () => response.writeHead(204).end());
      return;
    case 'GET /metrics': {
      const body = exposition(node.place, checks, Date.now());
      counts.scrapes++;
      counts.scrapeBytes += body.length;
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'content-length': body.length }).end(body);
      return;
    }
    default:
      response.writeHead(404).end();
  }
}

/** Nodes whose check sees the other thing now. */
let drifting: NodeJS.Timeout | null = null;

function drift(isOn: boolean): void {
  clearInterval(drifting ?? undefined);
  if (!isOn) return;
  drifting = setInterval(
    () => {
      const node = nodes[Math.floor(Math.random() * nodes.length)]!;
      const kind = Math.random() < 0.5 ? 'dns' : 'egress';
      node.turn(`${kind}-${Math.floor(Math.random() * 14)}`, Date.now());
    },
    60_000 / (nodes.length / 100),
  );
}

function report(): void {
  server.getConnections((_, connections) => console.log(JSON.stringify({ ...counts, connections } satisfies Counted)));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line) as Order;
  switch (order.kind) {
    case 'turn':
      nodes[order.node]!.turn(order.check, Date.now());
      return;
    case 'drift':
      drift(order.isOn);
      return;
    case 'count':
      report();
  }
});
