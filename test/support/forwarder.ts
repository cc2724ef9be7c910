// An address behind which another one can be put at any time: what a virtual address or a proxy is to a collector.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Forwarder {
  readonly url: string;
  /** Ends every connection, so that the next one goes where it should now. */
  cut(): void;
}

/** `to` is the path of a socket, asked at each connection. */
export async function forwarder(to: () => string): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect({ path: to() });
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward);
    onward.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}
