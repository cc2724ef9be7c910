// The last stage of a dial: one HTTP/1.1 exchange over a connection that is already there.
import http from 'node:http';
import type { Socket } from 'node:net';
import type { DialHttp, DialHttpSeen } from '../../contract/machine.ts';
import { DialEnded, ended, failureOfConversation } from './failure.ts';
import { type Deadline, listen } from './limits.ts';

/** Node's default, said here because endless headers are held against it. */
const headerBytesMax = 16_384;

/** Servers send one or two interim answers (100, 103); an endless row of them is a trap. */
const interimMax = 16;

export interface HttpProgress {
  /** The first byte of the answer. */
  firstByte(): void;
  /** Status, headers and as much of the body as came, also when the exchange broke off after the header. */
  seen(answer: DialHttpSeen): void;
}

/** Resolves when the answer is whole or its body has reached `bodyBytesMax`. */
export function exchange(socket: Socket, request: DialHttp, deadline: Deadline, progress: HttpProgress): Promise<void> {
  return deadline.race((done, fail) => {
    const state = { chunks: [] as Buffer[], sizeBytes: 0, interim: 0, isWhole: false, response: null as http.IncomingMessage | null };
    // The parser tells a hang-up from a reset no better than by this; the socket's own error is the truth.
    const broken = (error: NodeJS.ErrnoException): void => fail(new DialEnded(failureOfConversation(socket.errored ?? error, 'http')));
    const whole = (): void => {
      state.isWhole = true;
      done(undefined);
    };
    const outgoing = begin(socket, request);
    if (outgoing instanceof DialEnded) {
      fail(outgoing);
      return ignore;
    }
    const stop = listen(outgoing, {
      socket: () => socket.prependOnceListener('data', progress.firstByte),
      response: (response: http.IncomingMessage) => {
        state.response = response;
        response.on('error', broken);
        response.on('end', whole);
        response.on('data', (chunk: Buffer) => {
          const room = Math.max(0, request.bodyBytesMax - state.sizeBytes);
          state.sizeBytes += chunk.length;
          state.chunks.push(chunk.subarray(0, room));
          if (state.sizeBytes > request.bodyBytesMax) done(undefined);
        });
      },
      // 101 Switching Protocols: its header is the answer.
      upgrade: (response: http.IncomingMessage) => {
        state.response = response;
        whole();
      },
      information: () => {
        state.interim += 1;
        if (state.interim > interimMax) fail(ended('protocol-error', 'TOO_MANY_INTERIM', `more than ${interimMax} interim answers`));
      },
      error: broken,
    });
    return () => {
      stop();
      outgoing.on('error', ignore);
      if (state.response !== null) progress.seen(describe(state.response, Buffer.concat(state.chunks), !state.isWhole));
    };
  });
}

const ignore = (): void => {};

function begin(socket: Socket, request: DialHttp): http.ClientRequest | DialEnded {
  try {
    const outgoing = http.request({
      // Given a connection, Node uses no agent and asks for `Connection: close`.
      createConnection: () => socket,
      method: request.method,
      path: request.path,
      setHost: false,
      headers: { Host: request.host, ...request.headers },
      maxHeaderSize: headerBytesMax,
      insecureHTTPParser: false,
    });
    outgoing.end(request.body);
    return outgoing;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    return ended('local-error', code, `the request cannot be sent as it is configured (${code})`);
  }
}

function describe(response: http.IncomingMessage, body: Buffer, isBodyCut: boolean): DialHttpSeen {
  const headers = Object.fromEntries(Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]));
  return { status: response.statusCode ?? 0, headers, body: body.toString('utf8'), isBodyCut };
}
