// Reads the few bytes that come before TLS or HTTP can begin: a proxy's answer, a protocol's greeting.
import type net from 'node:net';
import { DialEnded, ended, failureOfConversation } from './failure.ts';
import { type Deadline, listen } from './limits.ts';

/**
 * Waits until `endsAt` finds the end of what is wanted (bytes consumed, or -1 for "more"). What was sent beyond it goes
 * back into the socket. Reads by `readable`, since a socket that once was paused for `data` stays so for its next owner.
 */
export function readUntil(
  socket: net.Socket,
  endsAt: (bytes: Buffer) => number,
  options: { readonly bytesMax: number; readonly stage: 'proxy' | 'tls' },
  deadline: Deadline,
): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  return deadline.race((done, fail) => {
    const take = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
        const end = endsAt(bytes);
        if (end >= 0) {
          if (end < bytes.length) socket.unshift(bytes.subarray(end));
          done(bytes.subarray(0, end));
          return;
        }
        if (bytes.length > options.bytesMax) {
          fail(ended('protocol-error', 'TOO_LONG', `more than ${options.bytesMax} bytes without an end during ${options.stage}`));
          return;
        }
      }
    };
    return listen(socket, {
      readable: take,
      end: () => fail(ended('closed', '', `the other side closed the connection during ${options.stage}`)),
      close: () => fail(ended('closed', '', `the other side closed the connection during ${options.stage}`)),
      error: (error: NodeJS.ErrnoException) => fail(new DialEnded(failureOfConversation(error, options.stage))),
    });
  });
}
