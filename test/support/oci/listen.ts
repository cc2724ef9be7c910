// One port of the double: takes requests whole, keeps a record, commits planned faults, and answers as OCI does.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OciAnswer } from './answer.ts';
import { answerOf, commit, type Faults } from './faults.ts';
import type { WireRequest } from './signature.ts';

export interface Recorded extends WireRequest {
  /** Null while it is not answered, or never will be. */
  status: number | null;
  /** Why it was not believed; null where it was. */
  refusedBecause: string | null;
}

export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface Answering {
  readonly faults: Faults;
  readonly requests: Recorded[];
  readonly clock: () => number;
  readonly answer: (recorded: Recorded) => OciAnswer;
}

export async function listen({ faults, requests, clock, answer }: Answering): Promise<Listening> {
  const server = createServer(async (incoming, response) => {
    // Node's own Date would be that of this machine.
    response.sendDate = false;
    response.setHeader('date', new Date(clock()).toUTCString());
    const recorded: Recorded = { ...(await wholly(incoming)), status: null, refusedBecause: null };
    requests.push(recorded);
    const fault = faults.take(`${recorded.method} ${recorded.target}`);
    if (fault !== null && (await commit(fault, response))) return;
    send(response, recorded, answerOf(fault, recorded.headers.authorization) ?? answer(recorded));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function wholly(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { method: incoming.method!, target: incoming.url!, headers, body: Buffer.concat(chunks) };
}

let answered = 0;

function send(response: ServerResponse, recorded: Recorded, { status, headers = {}, body, text = '' }: OciAnswer): void {
  recorded.status = status;
  answered += 1;
  response.writeHead(status, {
    'content-type': body === undefined ? 'text/plain' : 'application/json',
    // The client's own id comes first.
    'opc-request-id': `${recorded.headers['opc-request-id'] ?? 'EXAMPLE'}/EXAMPLE${answered}`,
    ...headers,
  });
  response.end(body === undefined ? text : JSON.stringify(body));
}
