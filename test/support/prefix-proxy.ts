// A reverse proxy as small as one can be: serves a collector under a path of its own, as a data centre's front door does.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface PrefixProxy {
  /** With the prefix, and a slash at its end. */
  readonly url: string;
  /** Paths that were asked for beside the prefix: nobody answers there. */
  readonly astray: readonly string[];
}

export async function servePrefixed(target: string, prefix: string): Promise<PrefixProxy> {
  const astray: string[] = [];
  const server = createServer((asked, answer) => {
    if (asked.url?.startsWith(prefix) === true) return passOn(target, asked.url.slice(prefix.length - 1), asked, answer);
    astray.push(asked.url ?? '');
    answer.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`, astray };
}

function passOn(target: string, path: string, asked: IncomingMessage, answer: ServerResponse): void {
  const passed = request(new URL(path, target), { method: asked.method!, headers: asked.headers, agent: false }, (answered) => {
    answer.writeHead(answered.statusCode!, answered.headers);
    answered.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  answer.on('close', () => passed.destroy());
  asked.pipe(passed);
}
