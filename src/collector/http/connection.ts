// A connection to one peer that is kept, made again when it is gone, and resumes its TLS session then.
import { connect as dial, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as dialTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { Stopped } from './failure.ts';
import type { Place } from './place.ts';

/** What goes out. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: string | Buffer | null;
}

export interface Connection {
  dispatch(asked: Outgoing, handler: Dispatcher.DispatchHandler): void;
  /** An answer came to its end. */
  served(): void;
  /** The next request goes over a socket that has served before, and that the peer may just be closing. */
  isReused(): boolean;
  /** Ends an attempt to connect, if one is under way, and everything that waits for it. */
  cancelConnect(error: Error): void;
  /** Once what is under way has ended. */
  close(): void;
}

export interface ConnectionParts {
  readonly undici: Pick<typeof import('undici'), 'Client'>;
  readonly place: Place;
  readonly context: SecureContext | null;
  /** Whom the certificate has to be for. */
  readonly name: string;
}

/** Three lost packets of a handshake (1, 3 and 7 s), and a little more. */
const connectMsMax = 10_000;
/** Longer than between two polls, even of a node that has failed. A server that says less is believed. */
const keepAliveMs = 600_000;
const probeAfterMs = 60_000;
const headerBytesMax = 16 * 1024;

export function createConnection({ undici, place, context, name }: ConnectionParts): Connection {
  let session: Buffer | undefined;
  let pending: Socket | null = null;
  let answers = 0;

  const open = (): Socket => {
    const host = 'host' in place.dial ? { ...place.dial } : { path: place.dial.path };
    if (context === null) return dial(host);
    const tls = dialTls({
      ...host,
      secureContext: context,
      session,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
      // Said, since an environment variable could else turn it off.
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    });
    tls.on('session', (ticket: Buffer) => {
      session = ticket;
    });
    return tls;
  };

  const connect: buildConnector.connector = (_, callback): Socket => {
    const socket = open();
    pending = socket;
    answers = 0;
    let isTold = false;
    const timer = setTimeout(() => socket.destroy(new Stopped('timeout')), connectMsMax);
    const tell = (error: Error | null): void => {
      if (isTold) return;
      isTold = true;
      clearTimeout(timer);
      pending = null;
      // A session that the peer will not resume any more must not stand in the way of the next attempt.
      if (error !== null) session = undefined;
      if (error === null) callback(null, socket as TLSSocket);
      else callback(error, null);
    };
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeAfterMs);
    socket.once(context === null ? 'connect' : 'secureConnect', () => tell(null));
    socket.on('error', tell);
    socket.once('close', () => tell(new Stopped('aborted')));
    return socket;
  };

  const client = new undici.Client(place.origin, {
    connect,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // Limits on time and size are each request's own.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: headerBytesMax,
    allowH2: false,
  });

  return {
    dispatch: ({ method, path, headers, body }, handler) => {
      client.dispatch({ method: method as Dispatcher.HttpMethod, path, headers: headers as string[], body }, handler);
    },
    served: () => {
      answers++;
    },
    isReused: () => answers > 0,
    cancelConnect: (error) => void pending?.destroy(error),
    close: () => client.close(() => {}),
  };
}
